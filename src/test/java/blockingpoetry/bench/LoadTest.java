package blockingpoetry.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
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

    private static Tally tallyOf(Conduct conduct) throws IOException {
        try (Stub stub = Stub.of(conduct)) {
            return tallyOf(Plan.closed(stub.address(), ByteBuffer.wrap(POEM), 10));
        }
    }

    /** At least a hundred clients. */
    private static Tally tallyOf(Plan plan) throws IOException {
        try (Load load = Load.start(plan, 2, false)) {
            Tally tally = new Tally();
            Awaitility.await().until(() -> {
                tally.add(load.take());
                return tally.whole + tally.failed() >= 100;
            });
            tally.add(load.finish());
            assertEquals(tally.started, tally.whole + tally.failed());
            return tally;
        }
    }

    private static void write(Socket client, byte[] bytes) throws IOException {
        client.getOutputStream().write(bytes);
    }

    @Test
    void countsWholePoems() throws IOException {
        Tally tally = tallyOf(client -> write(client, POEM));

        assertEquals(Map.of(), tally.failures);
        assertEquals(tally.whole * POEM.length, tally.bytes);
        assertEquals(tally.whole, tally.latency.getTotalCount());
        assertEquals(tally.whole, tally.firstByte.getTotalCount());
    }

    @Test
    void seesOneWrongByte() throws IOException {
        byte[] wrong = POEM.clone();
        wrong[POEM.length - 1]++;

        assertOnly(Tally.Failure.WRONG_BYTE, tallyOf(client -> write(client, wrong)));
    }

    @Test
    void seesBytesAfterTheEnd() throws IOException {
        assertOnly(Tally.Failure.WRONG_BYTE, tallyOf(client -> write(client, Arrays.copyOf(POEM, POEM.length + 1))));
    }

    @Test
    void seesACleanEndThatComesTooEarly() throws IOException {
        assertOnly(Tally.Failure.SHORT, tallyOf(client -> write(client, Arrays.copyOf(POEM, POEM.length - 1))));
    }

    @Test
    void seesResets() throws IOException {
        assertOnly(Tally.Failure.RESET, tallyOf(client -> client.setSoLinger(true, 0)));
    }

    @Test
    void seesThatNobodyListens() throws IOException {
        InetSocketAddress nobody;
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = (InetSocketAddress) listener.getLocalSocketAddress();
        }

        assertOnly(Tally.Failure.REFUSED, tallyOf(Plan.closed(nobody, ByteBuffer.wrap(POEM), 10)));
    }

    @Test
    void losesPatience() throws IOException {
        CountDownLatch end = new CountDownLatch(1);
        try (Stub stub = Stub.of(client -> end.await())) {
            assertOnly(Tally.Failure.TIMEOUT,
                    tallyOf(new Plan(stub.address(), ByteBuffer.wrap(POEM), 100, 0, false, Optional.empty(),
                            Duration.ofMillis(50))));
        } finally {
            end.countDown();
        }
    }

    private static void assertOnly(Tally.Failure failure, Tally tally) {
        assertEquals(Map.of(failure, tally.started), tally.failures);
        assertEquals(0, tally.whole);
    }

    /** Clients that should have come while the server did nothing have waited, whenever they were served. */
    @Test
    void countsLatencyFromTheIntendedStart() throws IOException {
        CountDownLatch curtain = new CountDownLatch(1);
        try (Stub stub = Stub.of(client -> {
            curtain.await();
            write(client, POEM);
        }); Load load = Load.start(Plan.open(stub.address(), ByteBuffer.wrap(POEM), 200), 1, false)) {
            Awaitility.await().until(() -> load.inFlight() >= 100); // which takes half a second at this rate
            curtain.countDown();
            Tally tally = load.finish();

            assertEquals(tally.started, tally.whole);
            assertTrue(tally.latency.getMaxValue() >= 300_000, () -> "worst " + tally.latency.getMaxValue() + " µs");
            long late = tally.latency.getCountBetweenValues(100_000, Long.MAX_VALUE);
            assertTrue(late >= 50, () -> "only " + late + " of " + tally.whole + " have waited");
        }
    }

    @Test
    void holdsAsManyClientsAsItIsTold() throws IOException {
        CountDownLatch end = new CountDownLatch(1);
        try (Stub stub = Stub.of(client -> {
            write(client, Arrays.copyOf(POEM, 1));
            end.await();
        }); Load load = Load.start(Plan.closed(stub.address(), ByteBuffer.wrap(POEM), 10), 2, false)) {
            Awaitility.await().until(() -> load.reading() == 10);
            load.atOnce(50);
            Awaitility.await().until(() -> load.reading() == 50);

            assertEquals(50, load.inFlight());
        } finally {
            end.countDown();
        }
    }
}
