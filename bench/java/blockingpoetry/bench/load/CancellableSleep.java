package blockingpoetry.bench.load;

import java.time.Duration;

/**
 * Sleeps of the measuring thread, which Ctrl-C cancels: so the lab ends between two steps, and never while it writes a file.
 */
public final class CancellableSleep {
    private static final Duration SLICE = Duration.ofMillis(100);
    private static volatile boolean cancelled;

    private CancellableSleep() {}

    public static final class Cancelled extends RuntimeException {}

    /** Cancels the sleep that is going on, and every later one. */
    public static void cancelAll() {
        cancelled = true;
    }

    /** @throws Cancelled if the lab should end */
    public static void sleep(Duration time) {
        long endNanos = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0 && !cancelled; left = endNanos - System.nanoTime()) {
            try {
                Thread.sleep(Duration.ofNanos(Math.min(left, SLICE.toNanos())));
            } catch (InterruptedException e) {
                throw new Cancelled();
            }
        }
        if (cancelled) {
            throw new Cancelled();
        }
    }
}
