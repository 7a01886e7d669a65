package blockingpoetry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The books without a network: what no client can bring about at will, and at which moment. */
@Timeout(60)
class ConnectionsTest {
    private static final ServerOptions OPTIONS =
            ServerOptions.DEFAULTS.withMaxClients(1).withGrace(Duration.ZERO);
    private static final long HOUR = Duration.ofHours(1).toNanos();

    private final Service service = new Service(new Poem("poem", new byte[]{'o', 'h'}),
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    private final Socket socket = new Socket();
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final Connections connections = new Connections("none", OPTIONS);

    @AfterEach
    void stop() {
        connections.stop(() -> {}, () -> {});
    }

    @Test
    void aConnectionIsResetByWhoeverClosesItUntilThePoemIsSent() throws IOException {
        Connection connection = open();
        connection.writing();
        connection.wrote(2);
        assertEquals(List.of("reset on close"), socket.told);

        connection.draining();
        connection.closing();
        connection.finished();
        assertEquals(List.of("reset on close", "clean on close"), socket.told);
        assertEquals(new Stats(0, 1, 0, 0, 2), connections.stats());
    }

    @Test
    void aConnectionThatIsNotDrainedEndsCleanlyToo() throws IOException {
        Connection connection = open();
        connection.writing();
        connection.wrote(2);
        connection.closing();
        connection.finished();
        assertEquals(List.of("reset on close", "clean on close"), socket.told);
    }

    @Test
    void aConnectionEndsOnce() {
        Connection connection = open();
        connection.failed(new EOFException());
        connection.failed(new IllegalStateException("again"));
        connection.finished();
        assertEquals(new Stats(0, 0, 1, 0, 0), connections.stats());
    }

    @Test
    void theFirstReasonToCutItCounts() {
        Connection connection = open();
        connection.cut(Outcome.STALLED);
        connection.cut(Outcome.STOPPED);
        assertEquals(List.of("reset on close", "reset on close", "close"), socket.told);

        connection.finished();
        assertEquals(1, connections.figures().cut().get("stalled"));
        assertEquals(new Stats(0, 0, 0, 1, 0), connections.stats());
    }

    @Test
    void aBugCutsTheConnectionAndIsLogged() {
        String logged = logged(() -> open().failed(new IllegalStateException("a bug")));

        assertTrue(logged.contains("recital 1 failed") && logged.contains("IllegalStateException: a bug"), logged);
        assertEquals(1, connections.figures().cut().get("failed"));
        assertEquals(new Stats(0, 0, 0, 1, 0), connections.stats());
    }

    @Test
    void wantOfMemoryOrThreadsCutsTheConnectionAndIsLoggedOnceAnEpisode() {
        String logged = logged(() -> {
            open().failed(new OutOfMemoryError("no thread"));
            open().failed(new OutOfMemoryError("no thread"));
        });

        assertEquals(1, logged.lines().count(), logged);
        assertTrue(logged.contains("cannot serve clients with 0 connections open, trying on: no thread"), logged);
        assertEquals(2, connections.figures().acceptFailures());
        assertEquals(2, connections.figures().cut().get("failed"));
    }

    @Test
    void aClientThatLeavesIsNoBug() {
        assertEquals("", logged(() -> open().failed(new EOFException("it left"))));
        assertEquals(new Stats(0, 0, 1, 0, 0), connections.stats());
    }

    @Test
    void aLineSaysWhatBecameOfAConnectionIfAskedFor() {
        Connections talking = new Connections("none", OPTIONS.withLogConnections(true));
        String logged = logged(() -> {
            talking.takePlace(socket);
            Connection connection = talking.open(service, socket);
            connection.wrote(1);
            connection.failed(new EOFException("it left"));
        });
        talking.stop(() -> {}, () -> {});

        assertTrue(logged.matches("\\S+ INFO blockingpoetry - id=1 design=none client=127.0.0.1:10000 poem=\"poem\""
                + " bytes=1 duration=\\d\\.\\d{6} outcome=aborted open=0\n"), logged);
    }

    @Test
    void failuresToAcceptAreTwoLinesHoweverManyTheyAre() {
        String logged = logged(() -> {
            for (int i = 0; i < 5; i++) {
                connections.acceptFailed(new IOException("too many open files"));
            }
            await().until(() -> log.toString(UTF_8).contains("again"));
        });

        assertEquals(List.of(
                " WARN blockingpoetry - cannot serve clients with 0 connections open, trying on: too many open files",
                " INFO blockingpoetry - accepting again after 5 failures"),
                logged.lines().map(line -> line.substring(line.indexOf(' '))).toList());
        assertEquals(5, connections.figures().acceptFailures());
    }

    @Test
    void onlyWhoGotThePoemCountsAmongTheDurations() {
        open().failed(new EOFException());
        assertEquals(0, durations());
        open().finished();
        assertEquals(1, durations());
    }

    @Test
    void aWriteStallsOnlyAfterTheTimeout() throws IOException {
        Connection connection = open();
        connection.check(System.nanoTime() + HOUR, 1, 1); // it writes nothing yet
        connection.writing();
        connection.check(System.nanoTime(), HOUR, 1);
        connection.check(System.nanoTime() + HOUR, 0, 1); // never
        assertEquals(List.of("reset on close"), socket.told);

        connection.check(System.nanoTime() + 2 * HOUR, HOUR, 1);
        connection.failed(new IOException("closed"));
        assertEquals(1, connections.figures().cut().get("stalled"));
    }

    @Test
    void aPauseDoesNotStall() {
        Connection connection = open();
        connection.waiting();
        connection.check(System.nanoTime() + HOUR, 1, 1);
        assertEquals(List.of("reset on close"), socket.told);
        connection.finished();
    }

    @Test
    void aDrainThatTakesTooLongEndsCleanly() {
        Connection connection = open();
        connection.draining();
        connection.check(System.nanoTime(), 1, HOUR);
        assertEquals(List.of("reset on close", "clean on close"), socket.told);

        connection.check(System.nanoTime() + 2 * HOUR, 1, HOUR);
        assertEquals(List.of("reset on close", "clean on close", "close"), socket.told);
        connection.failed(new IOException("closed"));
        assertEquals(new Stats(0, 1, 0, 0, 0), connections.stats());
    }

    @Test
    void whatWasCutBeforeItWasDrainedIsNotFinished() {
        Connection connection = open();
        connection.cut(Outcome.STALLED);
        connection.draining();
        connection.stop();
        assertEquals(1, socket.told.stream().filter("close"::equals).count());
        connection.finished();
        assertEquals(new Stats(0, 0, 0, 1, 0), connections.stats());
    }

    @Test
    void aConnectionThatComesAfterTheGracePeriodIsCutAtOnce() {
        connections.stop(() -> {}, () -> {
            Connection late = open();
            assertEquals(List.of("reset on close", "reset on close", "close"), socket.told);
            late.failed(new IOException("closed"));
        });
        assertEquals(1, connections.figures().cut().get("stopped"));
        assertEquals(new Stats(0, 0, 0, 1, 0), connections.stats());
    }

    @Test
    void aStopWakesWhoWasCutWhenItWentToSleep() {
        Connection connection = open();
        connection.cut(Outcome.STALLED);
        connection.waiting(); // on its own thread, which has not heard of that yet
        socket.told.clear();
        connection.stop();
        assertEquals(List.of("reset on close", "close"), socket.told);

        connection.failed(new IOException("closed"));
        assertEquals(1, connections.figures().cut().get("stalled"));
    }

    @Test
    void whoFindsNoPlaceIsCalledOnceWhenThereIsOne() {
        AtomicInteger calls = new AtomicInteger();
        assertTrue(connections.tryTakePlace(calls::incrementAndGet));
        assertFalse(connections.tryTakePlace(calls::incrementAndGet));
        assertEquals(0, calls.get());

        connections.leavePlace();
        assertEquals(1, calls.get());
        assertTrue(connections.tryTakePlace(calls::incrementAndGet));
        connections.leavePlace();
        assertEquals(1, calls.get());
    }

    @Test
    void noPlaceAndNoCallIsLostAmongManyWhoWantTheOne() throws InterruptedException {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger turns = new AtomicInteger();
        Runnable visitor = () -> {
            Semaphore called = new Semaphore(0);
            for (int i = 0; i < 20_000; i++) {
                while (!connections.tryTakePlace(called::release)) {
                    called.acquireUninterruptibly();
                }
                turns.addAndGet(inside.incrementAndGet()); // 1 more each time, if nobody else is there
                inside.decrementAndGet();
                connections.leavePlace();
            }
        };
        List<Thread> visitors = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            visitors.add(Thread.ofPlatform().daemon().start(visitor));
        }
        for (Thread each : visitors) {
            each.join();
        }
        assertEquals(80_000, turns.get());
    }

    /** Accepts a client. */
    private Connection open() {
        connections.takePlace(socket);
        return connections.open(service, socket);
    }

    private long durations() {
        return connections.figures().durations().counts().stream().mapToLong(Long::longValue).sum();
    }

    /** What is logged meanwhile. */
    private String logged(Runnable action) {
        PrintStream before = System.err;
        System.setErr(new PrintStream(log, true, UTF_8));
        try {
            action.run();
        } finally {
            System.setErr(before);
        }
        return log.toString(UTF_8);
    }

    /** Notes what is asked of it. */
    private static final class Socket implements Endpoint {
        final List<String> told = new ArrayList<>();

        @Override
        public InetSocketAddress client() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), 10_000);
        }

        @Override
        public void close() {
            told.add("close");
        }

        @Override
        public void resetOnClose(boolean reset) {
            told.add(reset ? "reset on close" : "clean on close");
        }
    }
}
