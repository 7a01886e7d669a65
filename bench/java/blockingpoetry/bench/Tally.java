package blockingpoetry.bench;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** What became of the clients of a load. Belongs to one thread at a time. */
final class Tally {
    /** Why a client did not get its poem. */
    enum Failure {
        /** Nobody listened. */
        REFUSED,
        /** The server, or its kernel, reset the connection. */
        RESET,
        /** A clean end came before the poem's. */
        SHORT,
        /** A byte was not the poem's, or came after its end. */
        WRONG_BYTE,
        /** It was not done within the load's patience. */
        TIMEOUT,
        /** This machine had no port left to connect from. */
        NO_PORT;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Times up to five minutes, in microseconds, to three digits. */
    private static final long HIGHEST_MICROS = 300_000_000;

    /** From when a client should have started to its end of stream, in microseconds. */
    final Histogram latency = histogram();

    /** The same to the first byte, in microseconds. */
    final Histogram firstByte = histogram();

    /** How far chunks came from when they were due, early or late, in microseconds. */
    final Histogram pacing = histogram();

    /** How late clients were started, by fault of the load itself, in microseconds. */
    final Histogram lag = histogram();

    final Map<Failure, Long> failures = new EnumMap<>(Failure.class);
    long started;
    long whole;
    long bytes;

    void fail(Failure failure) {
        failures.merge(failure, 1L, Long::sum);
    }

    long failed() {
        return failures.values().stream().mapToLong(Long::longValue).sum();
    }

    void add(Tally other) {
        latency.add(other.latency);
        firstByte.add(other.firstByte);
        pacing.add(other.pacing);
        lag.add(other.lag);
        other.failures.forEach((failure, count) -> failures.merge(failure, count, Long::sum));
        started += other.started;
        whole += other.whole;
        bytes += other.bytes;
    }

    /** Records a time in nanoseconds, whatever its size. */
    static void record(Histogram histogram, long nanos) {
        histogram.recordValue(Math.clamp(nanos / 1000, 0, HIGHEST_MICROS));
    }

    private static Histogram histogram() {
        return new Histogram(HIGHEST_MICROS, 3);
    }
}
