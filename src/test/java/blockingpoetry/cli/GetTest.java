package blockingpoetry.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import blockingpoetry.Design;
import blockingpoetry.Poem;
import blockingpoetry.PoetryServer;
import blockingpoetry.ServerOptions;
import blockingpoetry.Service;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client, in this process, against our server and against worse ones. */
class GetTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @TempDir
    Path folder;

    @Test
    void printsThePoemAndSaysWhatItTook() throws IOException {
        try (StubServer server = new StubServer(client -> StubServer.send(client, "Warten\nist süß\n"))) {
            assertEquals(new Ended(0, "Warten\nist süß\n", """
                    localhost:%s: 17 bytes in T s
                    Total: 1 of 1 poems, 17 bytes in T s
                    """.formatted(server.port())), get(server.port()));
        }
    }

    @Test
    void receivesEveryByteOfALargePoemFromOurServer() throws IOException {
        byte[] bytes = new byte[5_000_000];
        new Random(1).nextBytes(bytes);
        Service service =
                new Service(new Poem("large", bytes), new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));

        try (PoetryServer server = Design.ALL.getLast().start(List.of(service), ServerOptions.DEFAULTS)) {
            get("127.0.0.1:" + server.addresses().getFirst().getPort());
        }

        assertArrayEquals(bytes, out.toByteArray());
    }

    @Test
    void fetchesAllAtOnceAndPrintsThemInTheOrderAskedFor() throws IOException {
        CountDownLatch bothCame = new CountDownLatch(2);
        CountDownLatch secondIsDone = new CountDownLatch(1);
        try (StubServer first = new StubServer(client -> {
            bothCame.countDown();
            secondIsDone.await();
            StubServer.send(client, "first\n");
        });
                StubServer second = new StubServer(client -> {
                    bothCame.countDown();
                    bothCame.await();
                    StubServer.send(client, "second\n");
                    secondIsDone.countDown();
                })) {
            assertEquals(new Ended(0, "first\nsecond\n", """
                    localhost:%s: 6 bytes in T s
                    127.0.0.1:%s: 7 bytes in T s
                    Total: 2 of 2 poems, 13 bytes in T s
                    """.formatted(first.port(), second.port())), get(first.port(), "127.0.0.1:" + second.port()));
        }
    }

    @Test
    void printsTheFirstWhileItArrives() throws IOException {
        try (StubServer server = new StubServer(client -> {
            StubServer.send(client, "slow ");
            awaitPrinted("slow ");
            StubServer.send(client, "poem");
        })) {
            assertEquals("slow poem", get(server.port()).out());
        }
    }

    @Test
    void saysThatAConnectionWasRefused() throws IOException {
        int port = FreePorts.one();

        assertEquals(new Ended(1, "", """
                blockingpoetry: localhost:%d: Connection refused
                Total: 0 of 1 poems, 0 bytes in T s
                """.formatted(port)), get(String.valueOf(port)));
    }

    @Test
    void saysThatAConnectionWasReset() throws IOException {
        try (StubServer server = new StubServer(client -> {
            StubServer.send(client, "half a poem");
            awaitPrinted("half a poem"); // a reset takes away what was not received yet
            StubServer.spoil(client);
        })) {
            assertEquals(new Ended(1, "half a poem", """
                    blockingpoetry: localhost:%s: Connection reset, after 11 bytes
                    Total: 0 of 1 poems, 11 bytes in T s
                    """.formatted(server.port())), get(server.port()));
        }
    }

    @Test
    void saysThatNothingCame() throws IOException {
        try (StubServer server = new StubServer(client -> {})) {
            assertEquals(new Ended(1, "", """
                    blockingpoetry: localhost:%s: closed without a poem
                    Total: 0 of 1 poems, 0 bytes in T s
                    """.formatted(server.port())), get(server.port()));
        }
    }

    @Test
    void saysThatAHostIsNotKnown() {
        assertEquals(new Ended(1, "", """
                blockingpoetry: [::1::]:10000: no such host
                Total: 0 of 1 poems, 0 bytes in T s
                """), get("[::1::]:10000"));
    }

    @Test
    void printsTheOthersWhenOneFails() throws IOException {
        int nobody = FreePorts.one();
        try (StubServer server = new StubServer(client -> StubServer.send(client, "here\n"))) {
            assertEquals(new Ended(1, "here\n", """
                    blockingpoetry: localhost:%d: Connection refused
                    localhost:%s: 5 bytes in T s
                    Total: 1 of 2 poems, 5 bytes in T s
                    """.formatted(nobody, server.port())), get(String.valueOf(nobody), server.port()));
        }
    }

    @Test
    void savesWholePoemsOnly() throws IOException {
        try (StubServer whole = new StubServer(client -> StubServer.send(client, "whole"));
                StubServer broken = new StubServer(client -> {
                    StubServer.send(client, "broken");
                    StubServer.spoil(client);
                })) {
            get("--save", folder.toString(), whole.port(), "127.0.0.1:" + broken.port());

            Path saved = folder.resolve("localhost-" + whole.port() + ".txt");
            assertEquals(List.of(saved), entries(folder));
            assertEquals("whole", Files.readString(saved));
        }
    }

    @Test
    void saysThatAPoemCannotBeSavedAndGoesOn() throws IOException {
        try (StubServer first = new StubServer(client -> StubServer.send(client, "first\n"));
                StubServer second = new StubServer(client -> StubServer.send(client, "second\n"))) {
            Path inTheWay = Files.createDirectory(folder.resolve("localhost-" + first.port() + ".txt"));

            assertEquals(new Ended(1, "first\nsecond\n", """
                    blockingpoetry: localhost:%s: not saved: %s: Is a directory, after 6 bytes
                    localhost:%s: 7 bytes in T s
                    Total: 1 of 2 poems, 13 bytes in T s
                    """.formatted(first.port(), inTheWay, second.port())),
                    get("--save", folder.toString(), first.port(), second.port()));
            assertEquals("second\n", Files.readString(folder.resolve("localhost-" + second.port() + ".txt")));
        }
    }

    @Test
    void savesOnlyIntoADirectory() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));

        assertEquals(new Ended(1, "", "blockingpoetry: " + file + " is not a directory to save poems in\n"),
                get("--save", file.toString(), "10000"));
    }

    @Test
    void refusesWhatIsNoPort() {
        assertEquals(new Ended(2, "", "blockingpoetry: 'abc' is not a port, 0 to 65535\n"), get("abc"));
        assertEquals(new Ended(2, "", "blockingpoetry: '70000' is not a port, 0 to 65535\n"), get("10000", "70000"));
    }

    @Test
    void refusesToFetchNothing() {
        assertEquals(new Ended(2, "", "blockingpoetry: Missing required parameter: '[HOST:]PORT'\n"), get());
    }

    private Ended get(String... args) {
        String[] get = Stream.concat(Stream.of("get"), Stream.of(args)).toArray(String[]::new);
        return Ended.inThisProcess(out, Design.ALL, get).withoutTimes();
    }

    private void awaitPrinted(String text) {
        Awaitility.await().until(() -> out.toString(UTF_8).equals(text));
    }

    private static List<Path> entries(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.toList();
        }
    }
}
