package blockingpoetry.recitals;

import blockingpoetry.ServerOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/**
 * The stall timeout and the drain timeout, for all connections of a server. A blocking write has no timeout, so one thread looks
 * at every connection at regular times, and ends those that take too long. No connection needs a timer of its own. It also notices the
 * end of an episode of failures to accept.
 *
 * <p>Time is counted in ticks, and from one look to the next only a few of them may pass. So the time in which the process did not run,
 * suspended or starved, is nobody's. And a step need not read a clock.
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
    private final Thread thread = Thread.ofPlatform().daemon().name("watch").unstarted(this::run);
    private volatile Thread look = Thread.ofPlatform().unstarted(() -> {}); // into the kernel
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
        thread.start();
    }

    /** Blocks until its threads have ended. */
    void stop() {
        thread.interrupt();
        boolean interrupted = false;
        while (thread.isAlive() || look.isAlive()) {
            try {
                thread.join();
                look.join();
            } catch (InterruptedException e) {
                interrupted = true;
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

    private void run() {
        try {
            long tickNanos = tick.toNanos();
            long lookTicks = Math.ceilDiv(stallTicks, KERNEL_LOOKS);
            long nextLook = lookTicks;
            long spentNanos = 0;
            while (true) {
                long startNanos = System.nanoTime();
                Thread.sleep(tick);
                spentNanos += Math.min(System.nanoTime() - startNanos, MOST_TICKS * tickNanos);
                long tickNow = spentNanos / tickNanos;
                now = tickNow;
                if (stallTicks > 0 && tickNow >= nextLook && !look.isAlive()) {
                    nextLook = tickNow + lookTicks;
                    lookIntoTheKernel(tickNow, lookTicks);
                }
                open.forEach(connection -> connection.check(tickNow, stallTicks, drainTicks));
                books.checkEpisode(System.nanoTime());
            }
        } catch (InterruptedException e) {
            // The server is closed.
        }
    }

    /**
     * A client may take bytes though no write goes on: the kernel knows. But it takes seconds to say so, with a hundred thousand
     * connections that only wait for their time to pass. So a thread of its own asks.
     */
    private void lookIntoTheKernel(long tickNow, long quietTicks) {
        Map<String, Connection> quiet = new HashMap<>();
        for (Connection connection : open) {
            if (connection.isQuiet(tickNow, quietTicks)) {
                quiet.put(SendQueues.key(connection.client().localPort(), connection.client().address()), connection);
            }
        }
        if (!quiet.isEmpty()) {
            look = Thread.ofPlatform()
                    .daemon()
                    .name("watch-kernel")
                    .start(() -> {
                        SendQueues.unacknowledged(quiet.keySet())
                                .forEach((key, count) -> Objects.requireNonNull(quiet.get(key)).unacknowledged(count));
                        quiet.values().forEach(connection -> connection.looked(tickNow));
                    });
        }
    }
}
