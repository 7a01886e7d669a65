package blockingpoetry.recitals;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import blockingpoetry.Counts;
import blockingpoetry.Outcome;
import blockingpoetry.Pace;
import blockingpoetry.Poem;
import blockingpoetry.ServerOptions;
import blockingpoetry.Service;
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
            ServerOptions.defaults().withMaxClients(1).withGrace(Duration.ZERO);
    private static final long HOUR = Duration.ofHours(1).toSeconds() * 8; // in ticks, more or less

    private final Service service = new Service(new Poem("poem", new byte[]{'o', 'h'}),
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    private final Socket socket = new Socket();
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final Connections connections = new Connections("none", OPTIONS, Witness.NONE);

    @AfterEach
    void stop() {
        connections.close();
    }

    @Test
    void aFinishedConnectionIsLeftToItsDesign() throws IOException {
        Connection connection = open();
        connection.writing();
        connection.wrote(2);
        connection.finishing();
        connection.closing();
        connection.closed();
        assertEquals(List.of(), socket.told);
        assertEquals(new Counts(0, 1, 0, 0, 2), Counts.of(connections.stats()));
    }

    @Test
    void aConnectionEndsOnce() {
        Connection connection = open();
        connection.failed(new EOFException());
        connection.failed(new IllegalStateException("again"));
        connection.closed();
        assertEquals(new Counts(0, 0, 1, 0, 0), Counts.of(connections.stats()));
    }

    @Test
    void theFirstReasonToCutItCounts() throws IOException {
        Connection connection = open();
        connection.cut(Outcome.STALLED);
        connection.cut(Outcome.STOPPED);
        assertEquals(List.of("reset on close", "close"), socket.told);

        assertThrows(IOException.class, connection::finishing);
        connection.failed(new IOException("closed"));
        assertEquals(1, connections.stats().ended().get(Outcome.STALLED));
        assertEquals(new Counts(0, 0, 0, 1, 0), Counts.of(connections.stats()));
    }

    @Test
    void aBugCutsTheConnectionAndIsLogged() {
        String logged = logged(() -> open().failed(new IllegalStateException("a bug")));

        assertTrue(logged.contains("recital 1 failed") && logged.contains("IllegalStateException: a bug"), logged);
        assertEquals(1, connections.stats().ended().get(Outcome.FAILED));
        assertEquals(new Counts(0, 0, 0, 1, 0), Counts.of(connections.stats()));
    }

    @Test
    void wantOfMemoryOrThreadsCutsTheConnectionAndIsLoggedOnceAnEpisode() {
        String logged = logged(() -> {
            open().failed(new OutOfMemoryError("no thread"));
            open().failed(new OutOfMemoryError("no thread"));
        });

        assertEquals(1, logged.lines().count(), logged);
        assertTrue(logged.contains("cannot serve clients with 0 connections open, trying on: no thread"), logged);
        assertEquals(2, connections.stats().acceptFailures());
        assertEquals(2, connections.stats().ended().get(Outcome.FAILED));
    }

    @Test
    void aClientThatLeavesIsNoBug() {
        assertEquals("", logged(() -> open().failed(new EOFException("it left"))));
        assertEquals(new Counts(0, 0, 1, 0, 0), Counts.of(connections.stats()));
    }

    @Test
    void aLineSaysWhatBecameOfAConnectionIfAskedFor() {
        Connections talking = new Connections("none", OPTIONS.withLogConnections(true), Witness.NONE);
        String logged = logged(() -> {
            talking.permits().acquire();
            Connection connection = talking.open(service, socket);
            connection.wrote(1);
            connection.failed(new EOFException("it left"));
        });
        talking.close();

        assertTrue(logged.matches("INFO blockingpoetry - id=1 design=none client=127.0.0.1:10000 poem=\"poem\""
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
                "WARN blockingpoetry - cannot serve clients with 0 connections open, trying on: too many open files",
                "INFO blockingpoetry - accepting again after 5 failures"),
                logged.lines().toList());
        assertEquals(5, connections.stats().acceptFailures());
    }

    @Test
    void onlyWhoGotThePoemCountsAmongTheDurations() throws IOException {
        open().failed(new EOFException());
        assertEquals(0, durations());
        open().closed();
        assertEquals(1, durations());
    }

    @Test
    void aWriteStallsOnlyAfterTheTimeout() throws IOException {
        Connection connection = open();
        connection.check(HOUR, 1, 1); // it writes nothing yet
        connection.writing();
        connection.check(HOUR / 2, HOUR, 1);
        connection.check(HOUR, 0, 1); // never
        assertEquals(List.of(), socket.told);

        connection.looked(HOUR / 4, 1_000L);
        connection.looked(HOUR / 2, 1_000L);
        connection.check(2 * HOUR, HOUR, 1);
        connection.failed(new IOException("closed"));
        assertEquals(1, connections.stats().ended().get(Outcome.STALLED));
    }

    /** A look may take longer than the timeout; only two that have begun since the last progress can tell that there is none. */
    @Test
    void aWriteStallsOnlyWhenTheKernelHasBeenAskedTwice() throws IOException {
        Connection connection = open();
        connection.writing();
        connection.check(2 * HOUR, HOUR, 1);
        connection.looked(1, 1_000L);
        connection.check(2 * HOUR, HOUR, 1);
        assertEquals(List.of(), socket.told);

        connection.looked(2, null); // as where there are no tables
        connection.check(2 * HOUR, HOUR, 1);
        assertEquals(List.of("reset on close", "close"), socket.told);
        connection.failed(new IOException("closed"));
    }

    @Test
    void whatTheKernelGetsRidOfIsProgress() throws IOException {
        Connection connection = open();
        connection.writing();
        connection.looked(0, 1_000L);
        await().until(() -> connection.isQuiet(connections.watch.now(), 0));
        connection.looked(0, 1_000L);
        assertTrue(connection.isQuiet(connections.watch.now(), 0));
        connection.looked(0, 999L);
        assertFalse(connection.isQuiet(connections.watch.now(), 0));
    }

    @Test
    void aPauseDoesNotStall() throws IOException {
        Connection connection = open();
        connection.waiting();
        connection.check(HOUR, 1, 1);
        assertEquals(List.of(), socket.told);
        connection.closed();
    }

    @Test
    void aDrainThatTakesTooLongEndsCleanly() throws IOException {
        Connection connection = open();
        connection.finishing();
        connection.check(HOUR / 2, 1, HOUR);
        assertEquals(List.of(), socket.told);

        connection.check(2 * HOUR, 1, HOUR);
        assertEquals(List.of("clean on close", "close"), socket.told);
        connection.failed(new IOException("closed"));
        assertEquals(new Counts(0, 1, 0, 0, 0), Counts.of(connections.stats()));
    }

    @Test
    void whatIsCutTakesNoFurtherStep() throws IOException {
        Connection connection = open();
        connection.writing();
        connection.cut(Outcome.STALLED);
        assertThrows(IOException.class, connection::writing);
        assertThrows(IOException.class, connection::finishing);
        assertThrows(IOException.class, connection::closing);
        assertEquals(1, socket.told.stream().filter("close"::equals).count());
        connection.failed(new IOException("closed"));
        assertEquals(new Counts(0, 0, 0, 1, 0), Counts.of(connections.stats()));
    }

    @Test
    void whoHasTheWholePoemIsNotCut() throws IOException {
        Connection connection = open();
        connection.finishing();
        connection.cut(Outcome.STOPPED);
        assertEquals(List.of("clean on close", "close"), socket.told);
        connection.failed(new IOException("closed"));
        assertEquals(new Counts(0, 1, 0, 0, 0), Counts.of(connections.stats()));
    }

    @Test
    void aConnectionThatComesAfterTheGracePeriodIsCutAtOnce() {
        connections.expireGrace();
        Connection late = open();
        assertEquals(List.of("reset on close", "close"), socket.told);
        late.failed(new IOException("closed"));
        assertEquals(1, connections.stats().ended().get(Outcome.STOPPED));
        assertEquals(new Counts(0, 0, 0, 1, 0), Counts.of(connections.stats()));
    }

    @Test
    void aStopWakesWhoSleeps() throws IOException {
        Connection connection = connectionsWithAPause().open(service, socket);
        connection.writing();
        connection.waiting();
        connection.cut(Outcome.STOPPED);
        assertEquals(List.of("send at once", "reset on close", "close", "wake"), socket.told);
        connection.failed(new IOException("closed"));
    }

    private Connections connectionsWithAPause() {
        Connections pausing = new Connections("none", OPTIONS.withPace(new Pace(1, Duration.ofHours(1))), Witness.NONE);
        pausing.permits().acquire();
        return pausing;
    }

    @Test
    void aPermitIsGivenBackWhateverTheLogDoes() {
        PrintStream before = System.err;
        System.setErr(new PrintStream(log) {
            @Override
            public void println(String line) {
                throw new OutOfMemoryError("for a test");
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                throw new OutOfMemoryError("for a test");
            }
        });
        try {
            Connection connection = open();
            assertThrows(OutOfMemoryError.class, () -> connection.failed(new IllegalStateException("a bug")));
        } finally {
            System.setErr(before);
        }
        connections.permits().awaitAll(); // returns
        assertEquals(0, connections.stats().open());
    }

    @Test
    void anAddressHasRoomAgainWhenThePoemIsSent() throws IOException {
        Connections limited = new Connections("none",
                ServerOptions.defaults().withMaxClients(2).withMaxClientsPerAddress(1), Witness.NONE);
        limited.permits().acquire();
        limited.permits().acquire();
        Connection first = limited.open(service, socket);
        first.writing();
        first.finishing();
        Connection second = limited.open(service, socket);
        second.writing();
        first.closing();
        first.closed();
        second.finishing();
        second.closing();
        second.closed();
        limited.close();
        assertEquals(new Counts(0, 2, 0, 0, 0), Counts.of(limited.stats()));
    }

    @Test
    void aReleasedPermitGoesToWhoHasWaitedLongestAndWakesNobodyElse() {
        List<String> granted = new ArrayList<>();
        assertTrue(connections.permits().tryAcquire(() -> granted.add("nobody")));
        assertFalse(connections.permits().tryAcquire(() -> granted.add("first")));
        assertFalse(connections.permits().tryAcquire(() -> granted.add("second")));
        assertEquals(List.of(), granted);

        connections.permits().release();
        assertEquals(List.of("first"), granted);
        connections.permits().release();
        assertEquals(List.of("first", "second"), granted);
        connections.permits().release();
        assertTrue(connections.permits().tryAcquire(() -> granted.add("nobody")));
        assertFalse(connections.permits().tryAcquire(() -> granted.add("third")), "there is one permit, as before");
        connections.permits().release();
        connections.permits().release();
        assertEquals(List.of("first", "second", "third"), granted);
    }

    @Test
    void noPlaceAndNoCallIsLostAmongManyWhoWantTheOne() throws InterruptedException {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger turns = new AtomicInteger();
        Runnable visitor = () -> {
            Semaphore called = new Semaphore(0);
            for (int i = 0; i < 20_000; i++) {
                if (!connections.permits().tryAcquire(called::release)) {
                    called.acquireUninterruptibly();
                }
                turns.addAndGet(inside.incrementAndGet()); // 1 more each time, if nobody else is there
                inside.decrementAndGet();
                connections.permits().release();
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
        connections.permits().acquire();
        return connections.open(service, socket);
    }

    private long durations() {
        return connections.stats().durations().counts().stream().mapToLong(Long::longValue).sum();
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
    private static final class Socket implements ClientSocket {
        final List<String> told = new ArrayList<>();

        @Override
        public InetSocketAddress address() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), 10_000);
        }

        @Override
        public InetSocketAddress localAddress() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), 20_000);
        }

        @Override
        public void close() {
            told.add("close");
        }

        @Override
        public void sendAtOnce() {
            told.add("send at once");
        }

        @Override
        public void wake() {
            told.add("wake");
        }

        @Override
        public void resetOnClose(boolean reset) {
            told.add(reset ? "reset on close" : "clean on close");
        }
    }
}
