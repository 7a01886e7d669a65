package blockingpoetry.recitals;

import blockingpoetry.ServerOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/**
 * The stall timeout and the drain timeout, for all connections of a server. A blocking write has no timeout, so one thread looks
 * at every connection at regular times, and ends those that take too long. No connection needs a timer of its own. It also notices the
 * end of an episode of failures to accept.
 *
 * <p>Time is counted in ticks, and from one look to the next only a few of them may pass. So time in which the process did not run,
 * suspended or starved, is charged to no client, and reporting a step reads no clock.
 *
 * <p>A client may take bytes though no write goes on: the kernel knows. To read its tables takes seconds when they hold a hundred
 * thousand sockets in TIME_WAIT, so a second thread does it. Both are there from the beginning: later there may be room for no more.
 */
final class Watch {
    private static final int TICKS = 8; // in the shortest timeout
    private static final int MOST_TICKS = TICKS / 2; // from one look to the next
    private static final int KERNEL_LOOKS = 4; // in a stall timeout

    private final Set<Connection> open;
    private final Books books;
    private final Duration tick;
    private final long stallTicks; // 0 is no timeout
    private final long drainTicks;
    private final List<Thread> threads =
            List.of(Thread.ofPlatform().daemon().name("watch").unstarted(this::watch),
                    Thread.ofPlatform().daemon().name("watch-kernel").unstarted(this::watchKernel));
    private volatile long now; // ticks; written by the watch's own thread only

    Watch(ServerOptions options, Set<Connection> open, Books books) {
        this.open = open;
        this.books = books;
        long shortestNanos = LongStream
                .of(options.stallTimeout().toNanos(), options.drainTimeout().toNanos(), Books.EPISODE_NANOS)
                .filter(nanos -> nanos > 0)
                .min()
                .getAsLong();
        long tickNanos = Math.max(shortestNanos / TICKS, TimeUnit.MILLISECONDS.toNanos(5)); // at most 200 looks a second
        this.tick = Duration.ofNanos(tickNanos);
        this.stallTicks = Math.ceilDiv(options.stallTimeout().toNanos(), tickNanos);
        this.drainTicks = Math.ceilDiv(options.drainTimeout().toNanos(), tickNanos);
    }

    void start() {
        threads.forEach(Thread::start);
    }

    /** Blocks until its threads have ended. */
    void stop() {
        threads.forEach(Thread::interrupt);
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The time, in ticks. */
    long now() {
        return now;
    }

    private void watch() {
        try {
            long tickNanos = tick.toNanos();
            long spentNanos = 0;
            while (true) {
                long startNanos = System.nanoTime();
                Thread.sleep(tick);
                spentNanos += Math.min(System.nanoTime() - startNanos, MOST_TICKS * tickNanos);
                long tickNow = spentNanos / tickNanos;
                now = tickNow;
                open.forEach(connection -> connection.check(tickNow, stallTicks, drainTicks));
                books.checkEpisode(System.nanoTime());
            }
        } catch (InterruptedException e) {
            // The server is closed.
        }
    }

    private void watchKernel() {
        if (stallTicks == 0) {
            return;
        }
        long quietTicks = Math.ceilDiv(stallTicks, KERNEL_LOOKS);
        try {
            Thread.sleep(tick); // the start has enough to load
            try (SocketTable table = new SocketTable()) {
                while (true) {
                    Thread.sleep(tick.multipliedBy(quietTicks));
                    lookIntoTheKernel(table, now, quietTicks);
                }
            }
        } catch (InterruptedException | ClosedByInterruptException e) {
            // The server is closed.
        }
    }

    /** Tells the connections that make no progress what the kernel knows of them. */
    private void lookIntoTheKernel(SocketTable table, long began, long quietTicks) throws ClosedByInterruptException {
        Map<String, Connection> quiet = new HashMap<>();
        for (Connection connection : open) {
            InetSocketAddress local = connection.isQuiet(began, quietTicks) ? connection.client().localAddress() : null;
            if (local != null) {
                quiet.put(SocketTable.key(local, connection.client().address()), connection);
            }
        }
        if (quiet.isEmpty()) {
            return;
        }
        try {
            Map<String, Long> counts = table.unacknowledged(quiet.keySet());
            quiet.forEach((key, connection) -> connection.looked(began, counts.get(key)));
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            // This look says nothing: no descriptor is left to open the tables, for now.
        }
    }
}
