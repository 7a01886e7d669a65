package blockingpoetry.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import blockingpoetry.Poem;
import blockingpoetry.PoetryServer;
import blockingpoetry.ServerOptions;
import blockingpoetry.Service;
import blockingpoetry.designs.Design;
import blockingpoetry.process.FreePorts;
import blockingpoetry.process.ProcessResult;
import blockingpoetry.process.StubServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client, in this process, against our server and against ones that misbehave. */
class GetTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @TempDir
    Path folder;

    @Test
    void printsThePoemAndSaysWhatItTook() throws IOException {
        try (StubServer server = new StubServer(client -> StubServer.send(client, "Warten\nist süß\n"))) {
            assertEquals(new ProcessResult(0, "Warten\nist süß\n", """
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

        try (PoetryServer server = Design.ALL.getLast().start(List.of(service), ServerOptions.defaults())) {
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
            assertEquals(new ProcessResult(0, "first\nsecond\n", """
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

        assertEquals(new ProcessResult(1, "", """
                blockingpoetry: localhost:%d: Connection refused
                Total: 0 of 1 poems, 0 bytes in T s
                """.formatted(port)), get(String.valueOf(port)));
    }

    @Test
    void saysThatAConnectionWasReset() throws IOException {
        try (StubServer server = new StubServer(client -> {
            StubServer.send(client, "half a poem");
            awaitPrinted("half a poem"); // a reset discards bytes that are not yet received
            StubServer.resetOnClose(client);
        })) {
            assertEquals(new ProcessResult(1, "half a poem", """

                    blockingpoetry: localhost:%s: Connection reset, after 11 bytes
                    Total: 0 of 1 poems, 11 bytes in T s
                    """.formatted(server.port())), get(server.port()));
        }
    }

    @Test
    void saysThatNothingCame() throws IOException {
        try (StubServer server = new StubServer(client -> {})) {
            assertEquals(new ProcessResult(1, "", """
                    blockingpoetry: localhost:%s: closed without a poem
                    Total: 0 of 1 poems, 0 bytes in T s
                    """.formatted(server.port())), get(server.port()));
        }
    }

    @Test
    void saysThatAHostIsNotKnown() {
        assertEquals(new ProcessResult(1, "", """
                blockingpoetry: [::1::]:10000: no such host
                Total: 0 of 1 poems, 0 bytes in T s
                """), get("[::1::]:10000"));
    }

    @Test
    void printsTheOthersWhenOneFails() throws IOException {
        int nobody = FreePorts.one();
        try (StubServer server = new StubServer(client -> StubServer.send(client, "here\n"))) {
            assertEquals(new ProcessResult(1, "here\n", """
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
                    StubServer.resetOnClose(client);
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

            assertEquals(
                    new ProcessResult(1, "first\nsecond\n",
                            """
                                    blockingpoetry: localhost:%s: not saved: %s: there is one, which is not a regular file, after 6 bytes
                                    localhost:%s: 7 bytes in T s
                                    Total: 1 of 2 poems, 13 bytes in T s
                                    """
                                    .formatted(first.port(), inTheWay, second.port())),
                    get("--save", folder.toString(), first.port(), second.port()));
            assertEquals("second\n", Files.readString(folder.resolve("localhost-" + second.port() + ".txt")));
        }
    }

    @Test
    void replacesAnOlderCopyButNoLink() throws IOException {
        Path elsewhere = Files.writeString(folder.resolve("elsewhere"), "kept");
        try (StubServer first = new StubServer(client -> StubServer.send(client, "new"));
                StubServer second = new StubServer(client -> StubServer.send(client, "new"))) {
            Path copy = Files.writeString(folder.resolve("localhost-" + first.port() + ".txt"), "an old copy");
            Path link = Files.createSymbolicLink(folder.resolve("localhost-" + second.port() + ".txt"), elsewhere);

            assertEquals(1, get("--save", folder.toString(), first.port(), second.port()).exitCode());
            assertEquals(Set.of(elsewhere, copy, link), Set.copyOf(entries(folder)));
            assertEquals("new", Files.readString(copy));
            assertEquals("kept", Files.readString(elsewhere));
        }
    }

    @Test
    void givesUpOnAServerThatSaysNothing() throws IOException {
        try (StubServer server = new StubServer(client -> {
            StubServer.send(client, "hm");
            client.getInputStream().read();
        })) {
            assertEquals(new ProcessResult(1, "hm", """

                    blockingpoetry: localhost:%s: nothing came for 0.2 s, after 2 bytes
                    Total: 0 of 1 poems, 2 bytes in T s
                    """.formatted(server.port())), get("--read-timeout", "0.2", server.port()));
        }
    }

    @Test
    void givesUpOnAServerThatNeverEnds() throws IOException {
        try (StubServer server = new StubServer(client -> {
            while (true) {
                StubServer.send(client, "on and on ");
                Thread.sleep(10);
            }
        })) {
            ProcessResult result = get("--max-time", "0.3", server.port());

            assertEquals(1, result.exitCode());
            assertTrue(result.err().contains(": not whole within 0.3 s, after "), result::err);
        }
    }

    @Test
    void givesUpOnAServerThatDoesNotAnswer() throws IOException {
        List<Socket> others = new ArrayList<>();
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Awaitility.await().until(() -> !connects(server, others)); // its backlog is full
            String address = "127.0.0.1:" + server.getLocalPort();

            assertEquals(new ProcessResult(1, "", """
                    blockingpoetry: %s: no answer within 0.2 s
                    Total: 0 of 1 poems, 0 bytes in T s
                    """.formatted(address)), get("--connect-timeout", "0.2", address));
        } finally {
            for (Socket other : others) {
                other.close();
            }
        }
    }

    private static boolean connects(ServerSocket server, List<Socket> others) throws IOException {
        Socket other = new Socket();
        others.add(other);
        try {
            other.connect(server.getLocalSocketAddress(), 200);
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    @Test
    void printsTheNextWhileItArrivesToo() throws IOException {
        CountDownLatch secondHasBegun = new CountDownLatch(1);
        try (StubServer first = new StubServer(client -> {
            secondHasBegun.await();
            StubServer.send(client, "first\n");
        });
                StubServer second = new StubServer(client -> {
                    StubServer.send(client, "sec");
                    secondHasBegun.countDown();
                    awaitPrinted("first\nsec");
                    StubServer.send(client, "ond\n");
                })) {
            assertEquals("first\nsecond\n", get(first.port(), second.port()).out());
        }
    }

    @Test
    void savesOnlyIntoADirectory() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));

        assertEquals(new ProcessResult(1, "", "blockingpoetry: " + file + " is not a directory to save poems in\n"),
                get("--save", file.toString(), "10000"));
    }

    @Test
    void refusesWhatIsNoPort() {
        assertEquals(new ProcessResult(2, "", "blockingpoetry: 'abc' is not a port, 0 to 65535\n"), get("abc"));
        assertEquals(new ProcessResult(2, "", "blockingpoetry: '70000' is not a port, 0 to 65535\n"),
                get("10000", "70000"));
    }

    @Test
    void refusesToFetchNothing() {
        assertEquals(new ProcessResult(2, "", "blockingpoetry: Missing required parameter: '[HOST:]PORT'\n"), get());
    }

    private ProcessResult get(String... args) {
        String[] get = Stream.concat(Stream.of("get"), Stream.of(args)).toArray(String[]::new);
        return ProcessResult.inThisProcess(out, Design.ALL, get).withoutTimes();
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
