package blockingpoetry;

import java.time.Duration;

/**
 * How a poem is cut into chunks and spread over time.
 *
 * @param numBytes bytes in a chunk, at least 1; the last chunk may be shorter
 * @param delay    time from one chunk to the next; zero writes them one after the other
 */
public record Pace(int numBytes, Duration delay) {
    /**
     * The whole poem at once. A chunk here is what the JDK copies to the kernel in one go (128 KiB), so that cutting costs
     * nothing, and a large poem that moves at all is seen to move.
     */
    public static final Pace AT_ONCE = new Pace(128 * 1024, Duration.ZERO);

    /** What slow mode starts from: ten bytes, then seven tenths of a second. */
    public static final Pace SLOW = new Pace(10, Duration.ofMillis(700));

    /** @throws IllegalArgumentException if a value is out of its range */
    public Pace {
        if (numBytes < 1) {
            throw new IllegalArgumentException("a chunk has at least 1 byte, not " + numBytes);
        }
        if (delay.isNegative()) {
            throw new IllegalArgumentException("a delay is not negative: " + delay);
        }
    }

    /**
     * When the next chunk is due, after one that was due at some time: a delay later, however late that one was, so that
     * lateness does not add up. Only if a whole delay has been lost, to a client that took nothing, time is counted anew.
     *
     * @param dueNanos of {@link System#nanoTime}, as the result
     */
    long next(long dueNanos) {
        long nowNanos = System.nanoTime();
        boolean lost = nowNanos - dueNanos >= delay.toNanos();
        return (lost ? nowNanos : dueNanos) + delay.toNanos();
    }

    /** How long it is until then; zero if it is over. */
    static Duration until(long dueNanos) {
        return Duration.ofNanos(Math.max(0, dueNanos - System.nanoTime()));
    }

    /** The same delay with chunks of another size. */
    public Pace withNumBytes(int numBytes) {
        return new Pace(numBytes, delay);
    }

    /** The same chunks with another delay between them. */
    public Pace withDelay(Duration delay) {
        return new Pace(numBytes, delay);
    }
}
