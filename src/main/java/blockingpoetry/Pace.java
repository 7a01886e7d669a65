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
     * nothing, and a slow reader of a large poem is seen to make progress.
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
     * When the next chunk is due: a delay after the last one was due, however late that was written, so that lateness does not add
     * up. If the client took nothing for a whole delay, the next delay begins now.
     *
     * @param dueNanos when the last chunk was due; this and the result are times of {@link System#nanoTime}
     */
    public long next(long dueNanos) {
        long nowNanos = System.nanoTime();
        boolean lost = nowNanos - dueNanos >= delay.toNanos();
        return (lost ? nowNanos : dueNanos) + delay.toNanos();
    }

    /** The time left until a chunk is due; zero if that is past. */
    public static Duration until(long dueNanos) {
        return Duration.ofNanos(Math.max(0, dueNanos - System.nanoTime()));
    }
}
