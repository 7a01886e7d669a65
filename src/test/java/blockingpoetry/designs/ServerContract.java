package blockingpoetry.designs;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import blockingpoetry.Client;
import blockingpoetry.Counts;
import blockingpoetry.Outcome;
import blockingpoetry.Pace;
import blockingpoetry.Poem;
import blockingpoetry.PoetryServer;
import blockingpoetry.ServerOptions;
import blockingpoetry.Service;
import blockingpoetry.Stats;
import blockingpoetry.recitals.Connection;
import blockingpoetry.recitals.Connections;
import blockingpoetry.recitals.Witness;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every design promises. A test ends by closing the server and comparing its {@link Counts} with what the clients
 * saw, so that no connection ends uncounted.
 */
abstract class ServerContract {
    /** More than all the buffers between a server and a client that does not read. */
    static final int LARGE = 16 * 1024 * 1024;

    private static final Duration LONG = Duration.ofHours(1);
    private static final byte[] SHORT = "Wer wartet,\r\nhört den Regen. 待つ\n".getBytes(StandardCharsets.UTF_8);

    private final List<PoetryServer> servers = new ArrayList<>();

    abstract Design design();

    static Design named(String name) {
        return Design.ALL.stream().filter(design -> design.name().equals(name)).findFirst().orElseThrow();
    }

    /** What the tests start from. */
    ServerOptions options() {
        return ServerOptions.defaults();
    }

    @AfterEach
    void closeServers() {
        servers.forEach(PoetryServer::close);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 9, 3_003, 64 * 1024, 128 * 1024, 128 * 1024 + 1, 1024 * 1024, LARGE})
    void servesEveryByteOfAPoemOfAnySize(int size) throws IOException {
        byte[] poem = poem(size);
        PoetryServer server = start(options(), poem);
        assertServed(poem, server.addresses().get(0));
        assertCounts(new Counts(0, 1, 0, 0, size), server);
    }

    @Test
    void servesBytesAsTheyAreInTheFile() throws IOException {
        PoetryServer server = start(options(), SHORT);
        assertServed(SHORT, server.addresses().get(0));
        assertCounts(new Counts(0, 1, 0, 0, SHORT.length), server);
    }

    @Test
    void servesOneClientAfterAnother() throws IOException {
        PoetryServer server = start(options(), SHORT);
        for (int i = 0; i < 300; i++) {
            assertServed(SHORT, server.addresses().get(0));
        }
        assertCounts(new Counts(0, 300, 0, 0, 300L * SHORT.length), server);
    }

    @Test
    void servesSeveralPoemsAtTheSameTime() throws IOException {
        byte[] other = poem(5_000);
        PoetryServer server = start(options(), SHORT, other);
        try (Client first = Client.connect(server.addresses().get(0));
                Client second = Client.connect(server.addresses().get(1))) {
            assertWhole(other, second);
            assertWhole(SHORT, first);
        }
        assertCounts(new Counts(0, 2, 0, 0, SHORT.length + other.length), server);
    }

    @ParameterizedTest
    @CsvSource({"0.0.0.0, true, false", "::, true, true", "127.0.0.1, true, false", "::1, false, true"})
    void listensWhereItIsAskedToAndNowhereElse(String address, boolean ipv4, boolean ipv6) throws IOException {
        Service service = new Service(new Poem("poem", SHORT), new InetSocketAddress(address, 0));
        PoetryServer server = start(options(), List.of(service));
        int port = server.addresses().get(0).getPort();
        assertEquals((address.contains(":") ? "[" + address + "]" : address) + ":" + port,
                Service.hostPort(server.addresses().get(0)));
        assertServedOrRefused(ipv4, new InetSocketAddress("127.0.0.1", port));
        assertServedOrRefused(ipv6, new InetSocketAddress("::1", port));
    }

    private static void assertServedOrRefused(boolean served, InetSocketAddress address) throws IOException {
        if (served) {
            assertServed(SHORT, address);
        } else {
            assertThrows(ConnectException.class, () -> Client.connect(address));
        }
    }

    @Test
    void slowModeWritesOneChunkThenWaits() throws IOException {
        PoetryServer server = start(options().withPace(new Pace(7, LONG)).withGrace(Duration.ZERO), SHORT);
        try (Client client = Client.connect(server.addresses().get(0))) {
            client.read(7);
            server.close();
            assertEquals(Client.End.RESET, client.readToEnd());
            assertEquals(7, client.received().length);
        }
        assertCounts(new Counts(0, 0, 0, 1, 7), server);
    }

    @Test
    void slowModeServesTheWholePoem() throws IOException {
        PoetryServer server = start(options().withPace(new Pace(4, Duration.ofMillis(3))), SHORT);
        long startNanos = System.nanoTime();
        assertServed(SHORT, server.addresses().get(0));
        int pauses = (SHORT.length - 1) / 4;
        assertTrue(System.nanoTime() - startNanos >= pauses * 3_000_000L, "it took its pauses");
        assertCounts(new Counts(0, 1, 0, 0, SHORT.length), server);
    }

    @Test
    void slowModeWaitsAfterAChunkThatWasLargerThanTheBuffers() throws IOException {
        byte[] poem = poem(LARGE);
        Duration delay = Duration.ofMillis(600);
        PoetryServer server = start(options().withPace(new Pace(LARGE - 1, delay)), poem);
        long startNanos = System.nanoTime();
        try (Client client = Client.connect(server.addresses().get(0))) {
            assertWhole(poem, client);
            assertTrue(System.nanoTime() - startNanos >= delay.toNanos(), "it took its pause");
        }
        assertCounts(new Counts(0, 1, 0, 0, LARGE), server);
    }

    @Test
    void aSlowReaderGetsTheWholeOfALargePoem() throws IOException {
        byte[] poem = poem(LARGE);
        PoetryServer server = start(options(), poem);
        try (Client client = Client.connect(server.addresses().get(0), 8 * 1024)) {
            for (int i = 0; i < 1_000; i++) {
                client.read(1 + i % 97);
            }
            assertWhole(poem, client);
        }
        assertCounts(new Counts(0, 1, 0, 0, LARGE), server);
    }

    @Test
    void aReaderThatIsAlwaysReadyKeepsNobodyWaiting() throws Exception {
        assumeFalse(design().name().equals("sequential"), "it serves one after the other");
        byte[] large = poem(LARGE / 4); // seconds of work, a byte at a time
        PoetryServer server =
                start(options().withPace(new Pace(1, Duration.ZERO)).withGrace(Duration.ZERO), large, SHORT);
        try (Client greedy = Client.connect(server.addresses().get(0)).read(1)) {
            Thread reader = Thread.startVirtualThread(() -> {
                try {
                    greedy.readToEnd();
                } catch (IOException e) {
                    // It ends too early, then.
                }
            });
            assertServed(SHORT, server.addresses().get(1));
            assertTrue(reader.isAlive(), "it came first");
            server.close();
            reader.join();
        }
    }

    @Test
    void aClientThatStopsReadingIsReset() throws IOException {
        PoetryServer server = start(options().withStallTimeout(Duration.ofMillis(200)), poem(LARGE), SHORT);
        try (Client stuck = Client.connect(server.addresses().get(0), 8 * 1024)) {
            awaitStats(server, stats -> stats.cut() == 1);
            assertEquals(Client.End.RESET, stuck.readToEnd());
        }
        assertServed(SHORT, server.addresses().get(1));
        server.close();
        Stats stats = server.stats();
        assertTrue(stats.bytes() < LARGE, "the kernel took " + stats.bytes());
        assertCounts(new Counts(0, 1, 0, 1, stats.bytes()), server);
    }

    @Test
    void aPauseOfThePaceIsNoStall() throws IOException {
        ServerOptions options = options().withStallTimeout(Duration.ofMillis(40));
        PoetryServer server = start(options.withPace(new Pace(20, Duration.ofMillis(300))), SHORT);
        assertServed(SHORT, server.addresses().get(0));
        assertCounts(new Counts(0, 1, 0, 0, SHORT.length), server);
    }

    @Test
    void aReaderThatIsSlowButAliveIsNotStalled() throws Exception {
        byte[] poem = poem(LARGE);
        PoetryServer server = start(options().withStallTimeout(Duration.ofMillis(500)), poem);
        try (Client client = Client.connect(server.addresses().get(0))) {
            for (int i = 0; i < 16; i++) {
                client.read(LARGE / 17);
                Thread.sleep(100);
            }
            assertWhole(poem, client);
        }
        assertCounts(new Counts(0, 1, 0, 0, LARGE), server);
    }

    @Test
    void aClientThatLeavesEarlyIsCountedAndForgotten() throws IOException {
        PoetryServer server = start(options().withPace(new Pace(10, Duration.ofMillis(20))), poem(1_000_000));
        Client.connect(server.addresses().get(0)).read(10).reset();
        awaitStats(server, stats -> stats.aborted() == 1);
        try (Client client = Client.connect(server.addresses().get(0))) {
            client.read(10);
        }
        awaitStats(server, stats -> stats.aborted() == 2);
        assertCounts(new Counts(0, 0, 2, 0, server.stats().bytes()), server);
    }

    @Test
    void aClientThatConnectsAndVanishesHurtsNobody() throws IOException {
        byte[] poem = poem(LARGE);
        PoetryServer server = start(options(), poem);
        for (int i = 0; i < 50; i++) {
            Client.connect(server.addresses().get(0)).reset();
        }
        assertServed(poem, server.addresses().get(0));
        server.close();
        Stats stats = server.stats();
        assertEquals(new Counts(0, 1, stats.aborted(), 0, stats.bytes()), Counts.of(stats));
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 3_003, 64 * 1024, 1024 * 1024})
    void aClientThatTalksFirstIsStillServed(int size) throws IOException {
        byte[] poem = poem(size);
        PoetryServer server = start(options(), poem);
        for (int i = 0; i < 20; i++) {
            try (Client client = Client.connect(server.addresses().get(0)).say(poem(64 * 1024))) {
                assertWhole(poem, client);
            }
        }
        assertCounts(new Counts(0, 20, 0, 0, 20L * size), server);
    }

    @Test
    void aClientThatTalksTooMuchIsStillServed() throws IOException {
        byte[] poem = poem(LARGE);
        PoetryServer server = start(options().withDrainTimeout(Duration.ofMillis(300)), poem);
        try (Client client = Client.connect(server.addresses().get(0)).say(poem(1024 * 1024))) {
            assertWhole(poem, client);
            awaitStats(server, stats -> stats.open() == 0);
        }
        assertCounts(new Counts(0, 1, 0, 0, LARGE), server);
    }

    @Test
    void aClientThatSpeaksAfterThePoemIsHeardToItsEnd() throws IOException {
        PoetryServer server = start(options().withDrainTimeout(LONG), SHORT);
        try (Client client = Client.connect(server.addresses().get(0))) {
            assertWhole(SHORT, client);
            client.say(poem(1_000));
        }
        awaitStats(server, stats -> stats.open() == 0);
        assertCounts(new Counts(0, 1, 0, 0, SHORT.length), server);
    }

    /** Whoever listened on would take all of it in less than the drain timeout. */
    @Test
    void aClientThatSpeaksOnAndOnIsNotHeardOut() throws IOException {
        PoetryServer server = start(options().withDrainTimeout(Duration.ofSeconds(1)), SHORT);
        byte[] words = poem(LARGE);
        try (Client client = Client.connect(server.addresses().get(0))) {
            assertWhole(SHORT, client);
            assertThrows(IOException.class, () -> {
                for (int i = 0; i < 4; i++) {
                    client.say(words);
                }
            });
        }
        assertCounts(new Counts(0, 1, 0, 0, SHORT.length), server);
    }

    @Test
    void aClientThatShutsDownItsOutputFirstGetsEverything() throws IOException {
        byte[] poem = poem(LARGE);
        PoetryServer server = start(options(), poem);
        try (Client client = Client.connect(server.addresses().get(0)).shutdownOutput()) {
            assertWhole(poem, client);
        }
        assertCounts(new Counts(0, 1, 0, 0, LARGE), server);
    }

    @Test
    void aClientThatStaysAfterThePoemIsLeftAfterTheDrainTimeout() throws IOException {
        PoetryServer server = start(options().withDrainTimeout(Duration.ofMillis(200)), SHORT);
        try (Client client = Client.connect(server.addresses().get(0))) {
            assertWhole(SHORT, client);
            awaitStats(server, stats -> stats.open() == 0);
        }
        assertCounts(new Counts(0, 1, 0, 0, SHORT.length), server);
    }

    @Test
    void withoutADrainTimeoutTheConnectionIsClosedAtOnce() throws IOException {
        PoetryServer server = start(options().withDrainTimeout(Duration.ZERO), SHORT);
        try (Client client = Client.connect(server.addresses().get(0))) {
            assertWhole(SHORT, client);
            awaitStats(server, stats -> stats.open() == 0);
        }
        assertCounts(new Counts(0, 1, 0, 0, SHORT.length), server);
    }

    /** A chunk larger than all buffers, and a reader whose kernel has room only every other second. */
    @Test
    @Tag("slow")
    void aSlowReaderOfALargeChunkIsNotReset() throws IOException {
        ServerOptions slow = options().withPace(new Pace(LARGE, Duration.ofMillis(1)));
        PoetryServer server = start(slow.withStallTimeout(Duration.ofSeconds(1)).withGrace(Duration.ZERO), poem(LARGE));
        try (Client client = Client.connect(server.addresses().get(0), 16 * 1024)) {
            for (int i = 0; i < 40; i++) {
                client.read(20_000);
                LockSupport.parkNanos(100_000_000); // it is a slow reader
            }
            assertEquals(0, server.stats().cut());
            server.close();
        }
        assertEquals(new Counts(0, 0, 0, 1, server.stats().bytes()), Counts.of(server.stats()));
    }

    @Test
    void theNumberOfAcceptedClientsNeverGoesBack() throws Exception {
        PoetryServer server = start(options().withPace(new Pace(20, Duration.ofMillis(1))), SHORT);
        AtomicBoolean done = new AtomicBoolean();
        FutureTask<Long> reader = new FutureTask<>(() -> {
            long last = 0;
            while (!done.get()) {
                long next = server.stats().accepted();
                assertTrue(next >= last, () -> "accepted goes back");
                last = next;
            }
            return last;
        });
        Thread.ofPlatform().start(reader);
        for (int i = 0; i < 100; i++) {
            assertServed(SHORT, server.addresses().get(0));
        }
        done.set(true);
        reader.get();
        assertEquals(100, server.stats().accepted());
        assertCounts(new Counts(0, 100, 0, 0, 100L * SHORT.length), server);
    }

    /** A stop without grace comes just when poems end: who saw a whole poem and a clean end is counted so, and nobody else. */
    @Test
    void aStopCountsWhatItsClientsSaw() throws Exception {
        for (int round = 0; round < 10; round++) {
            Pace pace = new Pace(SHORT.length / 2, Duration.ofMillis(20));
            PoetryServer server = start(options().withPace(pace).withGrace(Duration.ZERO), SHORT);
            List<FutureTask<Boolean>> clients = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                Client client = Client.connect(server.addresses().get(0));
                clients.add(new FutureTask<>(() -> {
                    try (client) {
                        return client.readToEnd() == Client.End.CLEAN && client.received().length == SHORT.length;
                    }
                }));
                Thread.ofPlatform().start(clients.getLast());
            }
            awaitStats(server, stats -> stats.finished() > 0);
            server.close();
            int whole = 0;
            for (FutureTask<Boolean> client : clients) {
                whole += client.get() ? 1 : 0;
            }
            assertEquals(whole, server.stats().finished());
        }
    }

    @Test
    void noThreadOutlivesTheServer() throws IOException {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        PoetryServer server = start(options(), SHORT);
        assertServed(SHORT, server.addresses().get(0));
        server.close();
        // Who has done all its work may still be on its way out.
        await().until(() -> Thread.getAllStackTraces()
                .keySet()
                .stream()
                .filter(thread -> !before.contains(thread))
                .noneMatch(thread -> thread.getName()
                        .matches("watch|clock|(accept|loop|reactor|completion|netty)-.*")));
    }

    @Test
    void aRecitalKeepsItsPoemWhenThatIsReplaced() throws IOException {
        byte[] next = poem(2 * SHORT.length);
        Service service = service("poem", SHORT);
        PoetryServer server =
                start(options().withPace(new Pace(7, Duration.ofMillis(20))),
                        List.of(service, service("other", SHORT)));
        try (Client early = Client.connect(server.addresses().get(0)).read(7)) {
            assertTrue(service.replacePoem(new Poem("poem", next)));
            try (Client late = Client.connect(server.addresses().get(0));
                    Client elsewhere = Client.connect(server.addresses().get(1))) {
                assertWhole(SHORT, early);
                early.close();
                assertWhole(next, late);
                late.close();
                assertWhole(SHORT, elsewhere);
            }
        }
        assertCounts(new Counts(0, 3, 0, 0, 2 * SHORT.length + next.length), server);
    }

    @Test
    void closingLetsARecitalInProgressFinish() throws Exception {
        PoetryServer server = start(options().withPace(new Pace(4, Duration.ofMillis(20))), SHORT);
        try (Client client = Client.connect(server.addresses().get(0)).read(4)) {
            Thread closer = Thread.startVirtualThread(server::close);
            assertWhole(SHORT, client);
            client.close();
            closer.join();
        }
        assertThrows(ConnectException.class, () -> Client.connect(server.addresses().get(0)));
        assertCounts(new Counts(0, 1, 0, 0, SHORT.length), server);
    }

    @Test
    void afterTheGracePeriodAStuckRecitalIsReset() throws IOException {
        PoetryServer server = start(options().withGrace(Duration.ofMillis(50)), poem(LARGE));
        try (Client client = Client.connect(server.addresses().get(0), 8 * 1024).read(1)) {
            server.close();
            assertEquals(Client.End.RESET, client.readToEnd());
        }
        assertCounts(new Counts(0, 0, 0, 1, server.stats().bytes()), server);
    }

    @Test
    void closingDoesNotCutAClientThatHasThePoem() throws IOException {
        PoetryServer server = start(options().withDrainTimeout(LONG).withGrace(Duration.ofMillis(50)), SHORT);
        try (Client client = Client.connect(server.addresses().get(0))) {
            assertWhole(SHORT, client);
            server.close();
        }
        assertCounts(new Counts(0, 1, 0, 0, SHORT.length), server);
    }

    @Test
    void aClientThatTalksTooMuchDoesNotPutOffAStop() throws IOException {
        PoetryServer server = start(options().withDrainTimeout(LONG).withGrace(Duration.ofMillis(50)), SHORT);
        try (Client client = Client.connect(server.addresses().get(0)).say(poem(2 * Connections.DRAIN_LIMIT))) {
            assertWhole(SHORT, client);
            server.close();
        }
        assertCounts(new Counts(0, 1, 0, 0, SHORT.length), server);
    }

    @Test
    void closingTwiceIsClosingOnce() throws Exception {
        PoetryServer server = start(options(), SHORT);
        assertServed(SHORT, server.addresses().get(0));
        Thread other = Thread.startVirtualThread(server::close);
        server.close();
        server.close();
        server.awaitClosed();
        other.join();
        assertCounts(new Counts(0, 1, 0, 0, SHORT.length), server);
    }

    @Test
    void whoAwaitsTheEndWaitsForIt() throws Exception {
        PoetryServer server = start(options(), SHORT);
        Thread waiting = Thread.ofPlatform().start(() -> {
            try {
                server.awaitClosed();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        await().until(waiting::getState, state -> state == Thread.State.WAITING);
        server.close();
        waiting.join();
        assertCounts(new Counts(0, 0, 0, 0, 0), server);
    }

    @Test
    void moreClientsThanAllowedWaitUnaccepted() throws IOException {
        PoetryServer server =
                start(options().withMaxClients(1).withPace(new Pace(30, Duration.ofMillis(100))), SHORT, SHORT);
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            clients.add(Client.connect(server.addresses().get(i % 2)));
        }
        for (Client client : clients) {
            Thread.startVirtualThread(() -> {
                try (client) {
                    client.readToEnd();
                } catch (IOException e) {
                    // The comparison below will tell.
                }
            });
        }
        awaitStats(server, stats -> {
            assertTrue(stats.open() <= 1, "one at a time, not " + stats);
            return stats.finished() == 6;
        });
        for (Client client : clients) {
            assertArrayEquals(SHORT, client.received());
        }
        assertCounts(new Counts(0, 6, 0, 0, 6L * SHORT.length), server);
    }

    @Test
    void moreClientsOfAnAddressThanAllowedAreReset() throws IOException {
        assumeFalse(design().name().equals("sequential"), "it has never more than one client");
        ServerOptions slow = options().withPace(new Pace(7, LONG)).withGrace(Duration.ZERO);
        PoetryServer server = start(slow.withMaxClientsPerAddress(2), SHORT, SHORT);
        InetSocketAddress address = server.addresses().get(0);
        try (Client first = Client.connect(address).read(7);
                Client second = Client.connect(server.addresses().get(1)).read(7);
                Client other = Client.connectFrom("127.0.0.2", address).read(7)) {
            assertTrue(Client.isReset(address));
            awaitStats(server, stats -> Counts.of(stats).equals(new Counts(3, 0, 0, 1, 21)));
            server.close();
        }
        assertCounts(new Counts(0, 0, 0, 4, 21), server);
    }

    @Test
    void aClientThatEndsLeavesItsPlaceToTheNextOfItsAddress() throws IOException {
        PoetryServer server = start(options().withMaxClientsPerAddress(1), SHORT);
        for (int i = 1; i <= 20; i++) {
            assertServed(SHORT, server.addresses().get(0));
            int finished = i;
            awaitStats(server, stats -> stats.open() == 0 && stats.finished() == finished);
        }
        assertCounts(new Counts(0, 20, 0, 0, 20L * SHORT.length), server);
    }

    @Test
    void aClientThatWaitsWhenTheServerStopsIsReset() throws IOException {
        PoetryServer server = start(
                options().withMaxClients(1).withPace(new Pace(7, LONG)).withGrace(Duration.ofMillis(50)), SHORT);
        try (Client served = Client.connect(server.addresses().get(0)).read(7);
                Client waiting = Client.connect(server.addresses().get(0))) {
            server.close();
            assertEquals(Client.End.RESET, served.readToEnd());
            assertEquals(Client.End.RESET, waiting.readToEnd());
        }
    }

    /** The kernel tells of a reset once. Whoever writes is told there, and then reads an end that looks like any other. */
    @Test
    void aClientThatTalksHearsOfItsResetWhenItTalks() throws IOException {
        PoetryServer server = start(options().withPace(new Pace(7, LONG)).withGrace(Duration.ZERO), SHORT);
        try (Client client = Client.connect(server.addresses().get(0)).read(7)) {
            server.close();
            assertThrows(IOException.class, () -> client.say(SHORT));
            assertEquals(Client.End.CLEAN, client.readToEnd());
        }
    }

    @Test
    void theFlightRecorderAndTheWitnessAreToldEachStep() throws Exception {
        Path file = Files.createTempFile("recital", ".jfr");
        Queue<String> heard = new ConcurrentLinkedQueue<>();
        try (Recording recording = new Recording()) {
            recording.enable("blockingpoetry.Recital");
            recording.enable("blockingpoetry.Step");
            recording.start();
            ServerOptions options = options().withPace(new Pace(30, Duration.ofMillis(1)));
            PoetryServer server = design().start(List.of(service("poem-0", SHORT)), options, new Hearing(heard));
            servers.add(server);
            assertServed(SHORT, server.addresses().get(0));
            assertCounts(new Counts(0, 1, 0, 0, SHORT.length), server);
            recording.stop();
            recording.dump(file);
            List<String> steps = List.of("accept 0", "write 30", "wait 0", "write " + (SHORT.length - 30), "finish 0",
                    "close 0");
            String end = design().name() + " poem-0 " + SHORT.length + " finished";
            assertEquals(Stream.concat(steps.stream(), Stream.of(end)).toList(), told(file));
            assertEquals(List.of("accept from 0", "write from 0", "wrote 30", "wait from 30", "write from 30",
                    "wrote " + (SHORT.length - 30), "finish from " + SHORT.length, "close from " + SHORT.length,
                    "finished"), List.copyOf(heard));
        } finally {
            Files.delete(file);
        }
    }

    /** A write that does not return is heard of while it does not. */
    @Test
    void theWitnessHearsOfAStepBeforeItIsTaken() throws IOException {
        Queue<String> heard = new ConcurrentLinkedQueue<>();
        ServerOptions options = options().withPace(new Pace(LARGE, Duration.ZERO)).withGrace(Duration.ZERO);
        PoetryServer server = design().start(List.of(service("poem-0", poem(LARGE))), options, new Hearing(heard));
        servers.add(server);
        try (Client stuck = Client.connect(server.addresses().get(0), 8 * 1024)) {
            await().until(() -> heard.contains("write from 0"));
            assertFalse(heard.stream().anyMatch(step -> step.startsWith("finish")), "the client has not read");
            server.close();
            assertEquals(Client.End.RESET, stuck.readToEnd());
        }
        assertTrue(heard.contains("cut-stopped"), heard.toString());
    }

    /** Notes what it hears, where it came from, and how far. */
    private record Hearing(Queue<String> heard) implements Witness {
        @Override
        public void step(Connection connection, String step) {
            heard.add(step + " from " + connection.bytes());
        }

        @Override
        public void wrote(Connection connection, int count) {
            heard.add("wrote " + count);
        }

        @Override
        public void ended(Connection connection, Outcome outcome) {
            heard.add(outcome.toString());
        }
    }

    @Test
    void theFlightRecorderIsToldOnlyWhatItAsksFor() throws Exception {
        Path file = Files.createTempFile("steps", ".jfr");
        try (Recording recording = new Recording()) {
            recording.enable("blockingpoetry.Step");
            recording.disable("blockingpoetry.Recital");
            recording.start();
            PoetryServer server = start(options().withDrainTimeout(Duration.ZERO), SHORT);
            assertServed(SHORT, server.addresses().get(0));
            assertCounts(new Counts(0, 1, 0, 0, SHORT.length), server);
            recording.stop();
            recording.dump(file);
            assertEquals(List.of("accept 0", "write " + SHORT.length, "finish 0", "close 0"), told(file));
        } finally {
            Files.delete(file);
        }
    }

    /** What a recording says, in the order in which it happened. */
    private List<String> told(Path recording) throws IOException {
        return RecordingFile.readAllEvents(recording)
                .stream()
                .sorted(Comparator.comparing(RecordedEvent::getEndTime))
                .map(this::describe)
                .toList();
    }

    private String describe(RecordedEvent event) {
        assertEquals(design().name(), event.getString("design"));
        assertFalse(event.getDuration().isNegative());
        if (event.getEventType().getName().equals("blockingpoetry.Step")) {
            assertTrue(event.getString("thread").matches("ForkJoinPool-1-worker-\\d+|[a-z]+(-\\d+)*"),
                    event.getString("thread"));
            return event.getString("step") + " " + event.getLong("bytes");
        }
        assertTrue(event.getString("client").startsWith("127.0.0.1:"), event.getString("client"));
        return design().name() + " " + event.getString("poem") + " " + event.getLong("bytes") + " "
                + event.getString("outcome");
    }

    @Test
    void aServerHasAPoemToServe() {
        assertEquals("there is no poem to serve",
                assertThrows(IllegalArgumentException.class, () -> design().start(List.of(), options())).getMessage());
    }

    @Test
    void servesFromAsManyLoopsAsAskedIfItHasLoops() throws IOException {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        PoetryServer server = start(options().withLoops(3), SHORT);
        for (int i = 0; i < 20; i++) {
            assertServed(SHORT, server.addresses().get(0));
        }
        long loops = Thread.getAllStackTraces()
                .keySet()
                .stream()
                .filter(thread -> !before.contains(thread)
                        && thread.getName().matches("(loop|reactor|completion|netty)-.*"))
                .count();
        assertEquals(List.of("sequential", "platform", "virtual").contains(design().name()) ? 0 : 3, loops);
        assertCounts(new Counts(0, 20, 0, 0, 20L * SHORT.length), server);
    }

    @Test
    void whenOnePoemCannotBeServedNoneIs() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free.close();
            List<Service> services = List.of(
                    new Service(new Poem("first", SHORT), (InetSocketAddress) free.getLocalSocketAddress()),
                    new Service(new Poem("second", SHORT), (InetSocketAddress) taken.getLocalSocketAddress()));
            IOException e = assertThrows(IOException.class, () -> design().start(services, options()));
            assertEquals("second cannot be served on 127.0.0.1:" + taken.getLocalPort() + ": Address already in use",
                    e.getMessage());
            assertThrows(ConnectException.class, () -> Client.connect(services.get(0).address()));
        }
    }

    /** Starts a server of the design under test with a poem or several; it is closed after the test. */
    final PoetryServer start(ServerOptions options, byte[]... poems) throws IOException {
        List<Service> services = new ArrayList<>();
        for (byte[] poem : poems) {
            services.add(service("poem-" + services.size(), poem));
        }
        return start(options, services);
    }

    private PoetryServer start(ServerOptions options, List<Service> services) throws IOException {
        PoetryServer server = design().start(services, options);
        servers.add(server);
        return server;
    }

    private static Service service(String name, byte[] poem) {
        return new Service(new Poem(name, poem), new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    /** A poem that repeats itself nowhere, so that no misplaced byte goes unseen. */
    static byte[] poem(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    static void assertCounts(Counts expected, PoetryServer server) {
        server.close();
        assertEquals(expected, Counts.of(server));
    }

    /** Fetches a poem with a client that does nothing but read. */
    static void assertServed(byte[] poem, InetSocketAddress address) throws IOException {
        try (Client client = Client.connect(address)) {
            assertWhole(poem, client);
        }
    }

    /** Reads the rest: together with what the client has already, it is the poem, and then comes a clean end. */
    static void assertWhole(byte[] poem, Client client) throws IOException {
        assertEquals(Client.End.CLEAN, client.readToEnd());
        assertArrayEquals(poem, client.received());
    }

    /** Waits until the counters are as they should be. */
    static void awaitStats(PoetryServer server, Predicate<Stats> condition) {
        await().pollInterval(Duration.ofMillis(2)).until(server::stats, condition);
    }
}
