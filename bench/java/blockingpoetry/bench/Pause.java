package blockingpoetry.bench;

import java.time.Duration;

/** How the measuring thread waits, so that Ctrl-C ends it between two steps, and never in the middle of writing a file. */
final class Pause {
    private static final Duration SLICE = Duration.ofMillis(100);
    private static volatile boolean over;

    private Pause() {}

    /** Somebody wants the lab to end. */
    static final class Over extends RuntimeException {}

    /** Every pause ends now, and every further one at once. */
    static void endAll() {
        over = true;
    }

    /** @throws Over if the lab is to end */
    static void of(Duration time) {
        long endNanos = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0 && !over; left = endNanos - System.nanoTime()) {
            try {
                Thread.sleep(Duration.ofNanos(Math.min(left, SLICE.toNanos())));
            } catch (InterruptedException e) {
                throw new Over();
            }
        }
        if (over) {
            throw new Over();
        }
    }
}
