package blockingpoetry.recitals;

import blockingpoetry.Stats.Histogram;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/** A histogram of durations in a few classes, from a millisecond to the hour that a slow poem takes. Any thread may add. */
final class Durations {
    private static final double[] BOUNDS_SECONDS =
            {0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1_000, 3_000};

    private final LongAdder[] counts = Stream.generate(LongAdder::new)
            .limit(BOUNDS_SECONDS.length + 1L)
            .toArray(LongAdder[]::new);
    private final LongAdder sumNanos = new LongAdder();

    void add(long nanos) {
        int at = Arrays.binarySearch(BOUNDS_SECONDS, nanos / 1e9);
        counts[at < 0 ? -at - 1 : at].increment();
        sumNanos.add(nanos);
    }

    Histogram histogram() {
        return new Histogram(DoubleStream.of(BOUNDS_SECONDS).boxed().toList(),
                Arrays.stream(counts).map(LongAdder::sum).toList(),
                sumNanos.sum() / (double) TimeUnit.SECONDS.toNanos(1));
    }
}
