package blockingpoetry.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The load against servers of a few lines each: it has to see what they do. */
class LoadTest {
    private static final byte[] POEM = new byte[100_000];

    static {
        for (int i = 0; i < POEM.length; i++) {
            POEM[i] = (byte) (i * 31 + i / 251);
        }
    }

    private interface Conduct {
        void serve(Socket client) throws IOException, InterruptedException;
    }

    /** Serves each client on a thread of its own, until it is closed. */
    private record Stub(ServerSocket listener) implements AutoCloseable {
        static Stub of(Conduct conduct) throws IOException {
            ServerSocket listener = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
            Thread.startVirtualThread(() -> {
                while (!listener.isClosed()) {
                    try {
                        Socket client = listener.accept();
                        Thread.startVirtualThread(() -> {
                            try (client) {
                                conduct.serve(client);
                            } catch (IOException | InterruptedException e) {
                                // The client's matter.
                            }
                        });
                    } catch (IOException e) {
                        // Closed.
                    }
                }
            });
            return new Stub(listener);
        }

        InetSocketAddress address() {
            return (InetSocketAddress) listener.getLocalSocketAddress();
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }

    private static Outcomes outcomesOf(Conduct conduct) throws IOException {
        try (Stub stub = Stub.of(conduct)) {
            return outcomesOf(Workload.closed(stub.address(), ByteBuffer.wrap(POEM), 10));
        }
    }

    /** At least a hundred clients. */
    private static Outcomes outcomesOf(Workload workload) throws IOException {
        try (Load load = Load.start(workload, 2, false)) {
            Outcomes outcomes = new Outcomes();
            Awaitility.await().until(() -> {
                outcomes.add(load.take());
                return outcomes.whole + outcomes.failed() >= 100;
            });
            outcomes.add(load.finish());
            assertEquals(outcomes.started, outcomes.whole + outcomes.failed());
            return outcomes;
        }
    }

    private static void write(Socket client, byte[] bytes) throws IOException {
        client.getOutputStream().write(bytes);
    }

    @Test
    void countsWholePoems() throws IOException {
        Outcomes outcomes = outcomesOf(client -> write(client, POEM));

        assertEquals(Map.of(), outcomes.failures);
        assertEquals(outcomes.whole * POEM.length, outcomes.bytes);
        assertEquals(outcomes.whole, outcomes.latency.getTotalCount());
        assertEquals(outcomes.whole, outcomes.firstByte.getTotalCount());
    }

    @Test
    void seesOneWrongByte() throws IOException {
        byte[] wrong = POEM.clone();
        wrong[POEM.length - 1]++;

        assertOnly(Outcomes.Failure.WRONG_BYTE, outcomesOf(client -> write(client, wrong)));
    }

    @Test
    void seesBytesAfterTheEnd() throws IOException {
        assertOnly(Outcomes.Failure.WRONG_BYTE,
                outcomesOf(client -> write(client, Arrays.copyOf(POEM, POEM.length + 1))));
    }

    @Test
    void seesACleanEndThatComesTooEarly() throws IOException {
        assertOnly(Outcomes.Failure.SHORT, outcomesOf(client -> write(client, Arrays.copyOf(POEM, POEM.length - 1))));
    }

    @Test
    void seesResets() throws IOException {
        assertOnly(Outcomes.Failure.RESET, outcomesOf(client -> client.setSoLinger(true, 0)));
    }

    @Test
    void seesThatNobodyListens() throws IOException {
        InetSocketAddress nobody;
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = (InetSocketAddress) listener.getLocalSocketAddress();
        }

        assertOnly(Outcomes.Failure.REFUSED, outcomesOf(Workload.closed(nobody, ByteBuffer.wrap(POEM), 10)));
    }

    @Test
    void losesPatience() throws IOException {
        CountDownLatch end = new CountDownLatch(1);
        try (Stub stub = Stub.of(client -> end.await())) {
            assertOnly(Outcomes.Failure.TIMEOUT,
                    outcomesOf(Workload.closed(stub.address(), ByteBuffer.wrap(POEM), 100, Duration.ofMillis(50))));
        } finally {
            end.countDown();
        }
    }

    private static void assertOnly(Outcomes.Failure failure, Outcomes outcomes) {
        assertEquals(Map.of(failure, outcomes.started), outcomes.failures);
        assertEquals(0, outcomes.whole);
        assertEquals(outcomes.started, outcomes.latency.getTotalCount()); // as not served, or survivors would look fast
        assertEquals(outcomes.started, outcomes.firstByte.getTotalCount());
        assertTrue(outcomes.latency.getMinValue() >= 49_000, () -> outcomes.latency.getMinValue() + " µs");
    }

    /** Clients that should have come while the server did nothing have waited, whenever they were served. */
    @Test
    void countsLatencyFromTheIntendedStart() throws IOException {
        CountDownLatch served = new CountDownLatch(1);
        try (Stub stub = Stub.of(client -> {
            served.await();
            write(client, POEM);
        }); Load load = Load.start(Workload.open(stub.address(), ByteBuffer.wrap(POEM), 200), 1, false)) {
            Awaitility.await().until(() -> load.inFlight() >= 100); // which takes half a second at this rate
            served.countDown();
            Outcomes outcomes = load.finish();

            assertEquals(outcomes.started, outcomes.whole);
            assertTrue(outcomes.latency.getMaxValue() >= 300_000,
                    () -> "worst " + outcomes.latency.getMaxValue() + " µs");
            long late = outcomes.latency.getCountBetweenValues(100_000, Long.MAX_VALUE);
            assertTrue(late >= 50, () -> "only " + late + " of " + outcomes.whole + " have waited");
        }
    }

    @Test
    void saysThatItHasFailedItself() throws IOException {
        Workload broken = Workload.of(List.of(new InetSocketAddress("127.0.0.1", 1)), List.of(POEM), 10, 5, number -> {
            throw new IllegalStateException("no behaviour");
        });
        try (Load load = Load.start(broken, 2, false)) {
            Awaitility.await()
                    .untilAsserted(() -> assertEquals("java.io.IOException: the load itself has failed: no behaviour",
                            assertThrows(UncheckedIOException.class, load::take).getMessage()));
        }
    }

    @Test
    void goesOnWithRealTimePriority() throws IOException {
        try (Stub stub = Stub.of(client -> write(client, POEM));
                Load load = Load.start(Workload.open(stub.address(), ByteBuffer.wrap(POEM), 200), 1, true)) {
            load.raisePriority();
            Awaitility.await().until(() -> load.whole() >= 100);
            Outcomes outcomes = load.finish();

            assertEquals(outcomes.started, outcomes.whole);
        }
    }

    @Test
    void holdsAsManyClientsAsItIsTold() throws IOException {
        CountDownLatch end = new CountDownLatch(1);
        try (Stub stub = Stub.of(client -> {
            write(client, Arrays.copyOf(POEM, 1));
            end.await();
        }); Load load = Load.start(Workload.closed(stub.address(), ByteBuffer.wrap(POEM), 10), 2, false)) {
            Awaitility.await().until(() -> load.reading() == 10);
            load.atOnce(50);
            Awaitility.await().until(() -> load.reading() == 50);

            assertEquals(50, load.inFlight());
        } finally {
            end.countDown();
        }
    }

    /** What ten clients with a behaviour came to; the load ends by itself. */
    private static Outcomes outcomesOf(Behaviour behaviour, Conduct conduct) throws Exception {
        try (Stub stub = Stub.of(conduct); Load load = start(stub, behaviour)) {
            assertTrue(load.awaitEnd(Duration.ofSeconds(30)));
            return load.take();
        }
    }

    private static Load start(Stub stub, Behaviour behaviour) throws IOException {
        return Load.start(Workload.of(List.of(stub.address()), List.of(POEM), 10, 5, number -> behaviour), 2, false);
    }

    @Test
    void sendsBeforeItReads() throws Exception {
        byte[] words = "Recite, please.".getBytes(US_ASCII);
        Outcomes outcomes = outcomesOf(Behaviour.PLAIN.sending(0, words).shuttingDown(0), client -> write(client,
                Arrays.equals(words, client.getInputStream().readAllBytes()) ? POEM : new byte[1]));

        assertEquals(Map.of(), outcomes.failures);
        assertEquals(10, outcomes.whole);
    }

    @Test
    void pausesAndReadsOn() throws Exception {
        Behaviour pauses = Behaviour.PLAIN.pausing(0, Duration.ofMillis(20)).pausing(POEM.length, Duration.ofMillis(1));

        assertEquals(10, outcomesOf(pauses, client -> write(client, POEM)).whole);
    }

    @Test
    void holdsUntilItIsReleased() throws Exception {
        try (Stub stub = Stub.of(client -> write(client, POEM));
                Load load = start(stub, Behaviour.PLAIN.holding(1))) {
            Awaitility.await().until(() -> load.holding() == 5);
            assertEquals(0, load.done());
            load.release();

            assertTrue(load.awaitEnd(Duration.ofSeconds(30)));
            assertEquals(10, load.take().whole);
            assertEquals(5, load.peak());
        }
    }

    @Test
    void leavesAtAByteOfThePoem() throws Exception {
        for (Behaviour leaves : List.of(Behaviour.PLAIN.leaving(1), Behaviour.PLAIN.resetting(POEM.length))) {
            Outcomes outcomes = outcomesOf(leaves, client -> write(client, POEM));

            assertEquals(10, outcomes.left);
            assertEquals(0, outcomes.whole + outcomes.failed());
        }
    }
}
