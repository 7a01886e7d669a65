package blockingpoetry.bench.results;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Medians of rounds with their intervals, and slopes. */
public final class Statistics {
    private static final int RESAMPLES = 10_000;
    private static final double COVERAGE = 0.95;

    private Statistics() {}

    /**
     * A median and its 95 % interval by the percentile bootstrap: rounds are drawn with replacement many times, and the
     * medians of the draws are sorted (Efron and Tibshirani, "An Introduction to the Bootstrap", chapter 13). The draws
     * are the same each time. With fewer than six rounds the interval is little more than the lowest and the highest.
     */
    public record Estimate(double median, double low, double high, int rounds) {
        /** Whether the whole interval is on one side of a value. */
        public boolean differsFrom(double value) {
            return low > value || high < value;
        }

        /** Half of the interval's width, as a part of the median. */
        public double spread() {
            return median == 0 ? 0 : (high - low) / 2 / Math.abs(median);
        }
    }

    public static double median(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** @param rounds at least one value */
    public static Estimate estimate(List<Double> rounds) {
        double[] values = rounds.stream().mapToDouble(Double::doubleValue).toArray();
        SplittableRandom random = new SplittableRandom(1);
        double[] medians = IntStream.range(0, RESAMPLES)
                .mapToDouble(i -> median(random.ints(values.length, 0, values.length)
                        .mapToDouble(k -> values[k])
                        .toArray()))
                .sorted()
                .toArray();
        int tail = (int) (RESAMPLES * (1 - COVERAGE) / 2);
        return new Estimate(median(values), medians[tail], medians[RESAMPLES - 1 - tail], values.length);
    }

    /** The slope of the line through points by least squares. */
    public static double slope(double[] x, double[] y) {
        double meanX = Arrays.stream(x).average().orElseThrow();
        double meanY = Arrays.stream(y).average().orElseThrow();
        double above = IntStream.range(0, x.length).mapToDouble(i -> (x[i] - meanX) * (y[i] - meanY)).sum();
        double below = Arrays.stream(x).map(value -> (value - meanX) * (value - meanX)).sum();
        return above / below;
    }
}
