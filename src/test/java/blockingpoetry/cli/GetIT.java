package blockingpoetry.cli;

import static blockingpoetry.cli.Jar.JAR;
import static blockingpoetry.cli.Poems.ACCEPT;
import static blockingpoetry.cli.Poems.MACHI;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar on both sides: one process serves, another fetches. */
class GetIT {
    @TempDir
    Path folder;

    @Test
    void fetchesPrintsAndSavesSeveralPoems() throws IOException {
        try (JarProcess server = JAR.serve(ACCEPT, MACHI)) {
            int first = server.addresses().get(0).getPort();
            int second = server.addresses().get(1).getPort();
            byte[] accept = Poems.bytes(ACCEPT);
            byte[] machi = Poems.bytes(MACHI);

            assertEquals(new Ended(0, new String(accept, UTF_8) + new String(machi, UTF_8), """
                    localhost:%d: %d bytes in T s
                    127.0.0.1:%d: %d bytes in T s
                    Total: 2 of 2 poems, %d bytes in T s
                    """.formatted(first, accept.length, second, machi.length, accept.length + machi.length)),
                    JAR.run("get", "--save", folder.toString(), "" + first, "127.0.0.1:" + second).withoutTimes());
            assertArrayEquals(accept, Files.readAllBytes(folder.resolve("localhost-" + first + ".txt")));
            assertArrayEquals(machi, Files.readAllBytes(folder.resolve("127.0.0.1-" + second + ".txt")));
        }
    }

    @Test
    void failsWhenRefused() {
        int port = FreePorts.one();

        assertEquals(new Ended(1, "", """
                blockingpoetry: localhost:%d: Connection refused
                Total: 0 of 1 poems, 0 bytes in T s
                """.formatted(port)), JAR.run("get", "" + port).withoutTimes());
    }

    @Test
    void failsWhenTheServerIsStoppedMidway() throws IOException {
        try (JarProcess server = JAR.with("--delay", "60", "--grace", "0").serve(MACHI);
                JarProcess get = JAR.start("get", "" + server.address().getPort())) {
            String chunk = new String(Poems.bytes(MACHI), 0, 10, UTF_8);
            get.await("a chunk", () -> get.out().equals(chunk));
            server.signal("TERM");

            assertEquals(new Ended(1, chunk, """
                    blockingpoetry: localhost:%d: Connection reset, after 10 bytes
                    Total: 0 of 1 poems, 10 bytes in T s
                    """.formatted(server.address().getPort())), get.awaitEnd().withoutTimes());
            assertEquals(0, server.awaitEnd().exitCode());
        }
    }

    @Test
    void refusesWhatIsNoPort() {
        assertEquals(new Ended(2, "", "blockingpoetry: '70000' is not a port, 0 to 65535\n"),
                JAR.run("get", "10000", "70000"));
    }
}
