package blockingpoetry.bench.load;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** Outcomes of the clients of a load. Belongs to one thread at a time. */
public final class Outcomes {
    /** Why a client did not get its poem. */
    public enum Failure {
        REFUSED, // the port was closed
        RESET, // by the server, or its kernel
        SHORT, // a clean end came before the poem's
        WRONG_BYTE, // it differed from the poem, or came after its end
        TIMEOUT, // it took longer than the workload's patience
        NO_PORT; // this machine had none left for the client

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private static final long HIGHEST_MICROS = 300_000_000;
    private static final int DIGITS = 3;

    // All in microseconds.

    /** From the intended start of a client to its end of stream; the workload's patience if it failed. */
    public final Histogram latency = new Histogram(HIGHEST_MICROS, DIGITS);

    /** From the intended start to the first byte; the workload's patience if it failed before. */
    public final Histogram firstByte = new Histogram(HIGHEST_MICROS, DIGITS);

    /** How early or late chunks were. */
    public final Histogram pacing = new Histogram(HIGHEST_MICROS, DIGITS);

    /** How late the load itself started its clients. */
    public final Histogram lag = new Histogram(HIGHEST_MICROS, DIGITS);

    public final Map<Failure, Long> failures = new EnumMap<>(Failure.class);
    public long started;
    public long whole;
    public long left; // on purpose, as their behaviour says
    public long bytes;

    public void fail(Failure failure) {
        failures.merge(failure, 1L, Long::sum);
    }

    public long failed() {
        return failures.values().stream().mapToLong(Long::longValue).sum();
    }

    public void add(Outcomes other) {
        latency.add(other.latency);
        firstByte.add(other.firstByte);
        pacing.add(other.pacing);
        lag.add(other.lag);
        other.failures.forEach((failure, count) -> failures.merge(failure, count, Long::sum));
        started += other.started;
        whole += other.whole;
        left += other.left;
        bytes += other.bytes;
    }

    /** Records a time in nanoseconds; one outside of the range as the nearest in it. */
    public static void record(Histogram histogram, long nanos) {
        histogram.recordValue(Math.clamp(nanos / 1000, 0, HIGHEST_MICROS));
    }
}
