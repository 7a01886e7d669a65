package blockingpoetry.bench.load;

import java.util.SplittableRandom;

/** When the clients of one loop start. Belongs to the loop's thread. */
final class Arrivals {
    private final double perSecond; // zero in a closed loop
    private final long total;
    private final SplittableRandom random;
    int atOnce;
    long started;
    boolean finished; // no more clients start
    private long nextNanos = System.nanoTime(); // open loop: when the next client is due

    Arrivals(int atOnce, double perSecond, long total, int seed) {
        this.atOnce = atOnce;
        this.perSecond = perSecond;
        this.total = total;
        this.random = new SplittableRandom(seed);
    }

    boolean isOpenLoop() {
        return perSecond > 0;
    }

    /** Whether all clients have started. */
    boolean areOver() {
        return started >= total;
    }

    /** How long it is until a client is due, in nanoseconds; in a closed loop it is now, or when another one ends. */
    long untilNext(int inFlight, long nowNanos) {
        if (finished || areOver()) {
            return Long.MAX_VALUE;
        }
        return isOpenLoop() ? nextNanos - nowNanos : inFlight < atOnce ? 0 : Long.MAX_VALUE;
    }

    /** Takes the client that is due; returns when it should have started. */
    long take(long nowNanos) {
        started++;
        if (!isOpenLoop()) {
            return nowNanos;
        }
        long intendedNanos = nextNanos;
        nextNanos += (long) (-Math.log(1 - random.nextDouble()) / perSecond * 1e9);
        return intendedNanos;
    }
}
