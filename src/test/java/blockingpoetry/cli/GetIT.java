package blockingpoetry.cli;

import static blockingpoetry.process.Jar.JAR;
import static blockingpoetry.process.Poems.ACCEPT;
import static blockingpoetry.process.Poems.MACHI;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import blockingpoetry.process.FreePorts;
import blockingpoetry.process.Jar;
import blockingpoetry.process.JarProcess;
import blockingpoetry.process.Poems;
import blockingpoetry.process.ProcessResult;
import blockingpoetry.process.StubServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

            assertEquals(new ProcessResult(0, new String(accept, UTF_8) + new String(machi, UTF_8), """
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

        assertEquals(new ProcessResult(1, "", """
                blockingpoetry: localhost:%d: Connection refused
                Total: 0 of 1 poems, 0 bytes in T s
                """.formatted(port)), JAR.run("get", "" + port).withoutTimes());
    }

    @Test
    void failsWhenTheServerIsStoppedMidway() throws IOException {
        try (JarProcess server = JAR.with("--delay", "60", "--grace", "0").serve(ACCEPT);
                JarProcess get = JAR.start("get", "" + server.address().getPort())) {
            String chunk = new String(Poems.bytes(ACCEPT), 0, 10, UTF_8);
            get.await("a chunk", () -> get.out().equals(chunk));
            server.signal("TERM");

            assertEquals(new ProcessResult(1, chunk, """

                    blockingpoetry: localhost:%d: Connection reset, after 10 bytes
                    Total: 0 of 1 poems, 10 bytes in T s
                    """.formatted(server.address().getPort())), get.awaitEnd().withoutTimes());
            assertEquals(0, server.awaitEnd().exitCode());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {">/dev/full", ">&-"})
    void failsWhenItCannotPrint(String redirection) throws IOException {
        try (StubServer server = new StubServer(client -> StubServer.send(client, "a poem"))) {
            assertEquals(new ProcessResult(1, "", "blockingpoetry: cannot write to stdout\n"),
                    JAR.under("sh", "-c", "exec \"$@\" " + redirection, "sh").run("get", server.port()));
        }
    }

    @Test
    void endsWhenNobodyReadsOn() throws IOException {
        try (StubServer server = new StubServer(client -> {
            while (true) {
                StubServer.send(client, "on and on ");
            }
        })) {
            assertEquals(new ProcessResult(0, "on", "blockingpoetry: cannot write to stdout\n1\n"),
                    JAR.under("sh", "-c", "(\"$@\"; echo $? >&2) | head -c 2", "sh").run("get", server.port()));
        }
    }

    @Test
    void keepsTheOldCopyIfTheDiskIsFull() throws IOException {
        String poem = "verse\n".repeat(10_000);
        try (StubServer server = new StubServer(client -> StubServer.send(client, poem))) {
            Path copy = Files.writeString(folder.resolve("localhost-" + server.port() + ".txt"), "an old copy");
            // No file may grow beyond that: to a process, much like a full disk.
            Jar full = Jar.withFlags("-XX:-UsePerfData").under("sh", "-c", "ulimit -f 8; exec \"$@\"", "sh");

            assertEquals(new ProcessResult(1, poem, """
                    blockingpoetry: localhost:%s: not saved: %s: File too large, after 60000 bytes
                    Total: 0 of 1 poems, 60000 bytes in T s
                    """.formatted(server.port(), copy)),
                    full.run("get", "--save", folder.toString(), server.port()).withoutTimes());
            assertEquals("an old copy", Files.readString(copy));
            assertArrayEquals(new String[]{copy.getFileName().toString()}, folder.toFile().list());
        }
    }

    @Test
    void holdsALargePoemUntilItsTurnInLittleMemory() throws IOException {
        String megabyte = "verse\n".repeat(175_000);
        CountDownLatch isSent = new CountDownLatch(1);
        try (StubServer first = new StubServer(client -> {
            isSent.await();
            StubServer.send(client, "first\n");
        });
                StubServer second = new StubServer(client -> {
                    for (int i = 0; i < 40; i++) {
                        StubServer.send(client, megabyte);
                    }
                    isSent.countDown();
                })) {
            ProcessResult result = Jar.withFlags("-Xmx16m").run("get", first.port(), second.port());

            assertEquals(0, result.exitCode(), result::err);
            assertEquals("first\n" + megabyte.repeat(40), result.out());
        }
    }

    @Test
    void triesEachAddressOfAName() throws IOException {
        Path hosts = Files.writeString(folder.resolve("hosts"), "127.0.0.2 poet.example\n127.0.0.1 poet.example\n");
        try (StubServer server = new StubServer(client -> StubServer.send(client, "a poem"))) { // on 127.0.0.1
            ProcessResult result =
                    Jar.withFlags("-Djdk.net.hosts.file=" + hosts).run("get", "poet.example:" + server.port());

            assertEquals("a poem", result.out(), result::err);
        }
    }

    @Test
    void showsControlCharactersHarmlesslyOnATerminalOnly() throws IOException {
        String poem = "red: \u001b[31m, bell: \u0007, CSI: \u009b, ü 待つ\tend\n";
        try (StubServer onTerminal = new StubServer(client -> StubServer.send(client, poem));
                StubServer inPipe = new StubServer(client -> StubServer.send(client, poem))) {
            String shown = onTerminal("get", onTerminal.port()).awaitEnd().out();

            assertTrue(shown.startsWith(
                    "red: \\u001B[31m, bell: \\u0007, CSI: \\u009B, ü 待つ\tend\r\nlocalhost:" + onTerminal.port()
                            + ": control characters are shown escaped; into a file they go as they are\r\n"),
                    shown);
            assertEquals(poem, JAR.run("get", inPipe.port()).out());
        }
    }

    @Test
    void showsHowFarItIsOnATerminalAndPutsAnErrorOnALineOfItsOwn() throws Exception {
        CountDownLatch isShown = new CountDownLatch(1);
        CountDownLatch firstHasFailed = new CountDownLatch(1);
        try (StubServer first = new StubServer(client -> {
            StubServer.send(client, "half a verse");
            isShown.await();
            StubServer.resetOnClose(client);
        });
                StubServer second = new StubServer(client -> {
                    StubServer.send(client, "whole\n");
                    firstHasFailed.await();
                });
                JarProcess get = onTerminal("get", first.port(), second.port())) {
            get.await("progress", () -> get.out().contains("0 of 2 here after ") && get.out()
                    .contains(" s; arriving: localhost:" + first.port() + " 12 bytes, localhost:" + second.port()));
            isShown.countDown();
            get.await("the failure of the first", () -> get.out().contains("Connection reset"));
            firstHasFailed.countDown();

            String shown = withoutProgress(get.awaitEnd().out());
            assertTrue(shown.contains("half a verse\r\nblockingpoetry: localhost:" + first.port()
                    + ": Connection reset, after 12 bytes\r\n"), shown);
            assertTrue(shown.contains("==> localhost:" + second.port() + " <==\r\nwhole\r\nlocalhost:"), shown);
        }
    }

    @Test
    void showsAPoemOnATerminalAsSoonAsItIsHere() throws Exception {
        CountDownLatch secondIsShown = new CountDownLatch(1);
        byte[] letter = "ü".getBytes(UTF_8);
        try (StubServer first = new StubServer(client -> {
            StubServer.send(client, "slow ");
            client.getOutputStream().write(letter, 0, 1);
            secondIsShown.await();
            client.getOutputStream().write(letter, 1, 1);
            StubServer.send(client, " verse\n");
        });
                StubServer second = new StubServer(client -> {
                    StubServer.send(client, "quick");
                });
                JarProcess get = onTerminal("get", first.port(), second.port())) {
            get.await("the second", () -> get.out().contains("continued"));
            secondIsShown.countDown();

            String shown = withoutProgress(get.awaitEnd().out()).replaceAll("\\d\\.\\d{3} s", "T s");
            assertTrue(shown.contains("==> localhost:%s <==\r\nquick\r\nlocalhost:%s: 5 bytes in T s\r\n"
                    .formatted(second.port(), second.port())), shown);
            assertTrue(shown.contains("==> localhost:%s, continued <==\r\n".formatted(first.port())), shown);
            assertTrue(shown
                    .endsWith("ü verse\r\nlocalhost:%s: 14 bytes in T s\r\nTotal: 2 of 2 poems, 19 bytes in T s\r\n"
                            .formatted(first.port())),
                    shown);
        }
    }

    private static String withoutProgress(String shown) {
        return shown.replaceAll("\u001bD\u001b7\r.*?\u001b\\[K\u001b8\u001bM", "");
    }

    private static JarProcess onTerminal(String... arguments) {
        String command = JAR.with(arguments)
                .command()
                .stream()
                .map(word -> "'" + word + "'")
                .collect(Collectors.joining(" "));
        return JarProcess.start(List.of("env", "TERM=xterm", "script", "-qec", command, "/dev/null"));
    }

    @Test
    void refusesWhatIsNoPort() {
        assertEquals(new ProcessResult(2, "", "blockingpoetry: '70000' is not a port, 0 to 65535\n"),
                JAR.run("get", "10000", "70000"));
    }
}
