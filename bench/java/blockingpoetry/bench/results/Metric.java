package blockingpoetry.bench.results;

import java.util.Locale;
import java.util.Set;

/**
 * A figure, as the report shows it.
 *
 * @param value     its name in {@link Measurement#values}
 * @param title     {@code server CPU per poem}
 * @param unit      {@code µs}; empty if it has none
 * @param digits    after the point
 * @param doubts    the caveats that make it no finding
 * @param isPlotted whether the report draws it
 * @param isRate    whether more of it is better
 */
public record Metric(String value, String title, String unit, int digits, Set<String> doubts, boolean isPlotted,
        boolean isRate) {
    private static final Metric RATIO = new Metric("", "ratio", "", 2, Set.of());

    public Metric(String value, String title, String unit, int digits, Set<String> doubts) {
        this(value, title, unit, digits, doubts, false, false);
    }

    public Metric plotted() {
        return new Metric(value, title, unit, digits, doubts, true, isRate);
    }

    public Metric rate() {
        return new Metric(value, title, unit, digits, doubts, isPlotted, true);
    }

    /** A ratio with its interval, and whether it is one of no difference. */
    public static String ratio(Statistics.Estimate ratio) {
        return RATIO.text(ratio) + (ratio.differsFrom(1) ? "" : " no difference");
    }

    private String text(double number) {
        return String.format(Locale.ROOT, "%,." + digits + "f", number);
    }

    /** A median with its interval. */
    public String text(Statistics.Estimate estimate) {
        String middle = text(estimate.median());
        String low = text(estimate.low());
        String high = text(estimate.high());
        return low.equals(high) ? middle : middle + " (" + low + "–" + high + ")";
    }
}
