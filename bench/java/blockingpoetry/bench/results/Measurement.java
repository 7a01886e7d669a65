package blockingpoetry.bench.results;

import blockingpoetry.bench.load.Outcomes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/**
 * What one measurement found; {@link Sample} adds of what.
 *
 * @param values   figures by name, which ends in the unit; the map given is kept, and may grow until the sample is written
 * @param failures clients that did not get their poem, by reason
 * @param caveats  why the figures may be no finding
 * @param latency  latencies in microseconds, in HdrHistogram's compressed form as Base64
 */
public record Measurement(Map<String, Double> values, Map<String, Long> failures, List<String> caveats,
        Optional<String> latency) {
    /** Figures and nothing else. */
    public static Measurement of(Map<String, Double> values) {
        return new Measurement(values, Map.of(), List.of(), Optional.empty());
    }

    /** Adds the failures among some clients. */
    public Measurement with(Outcomes outcomes) {
        Map<String, Long> all = new LinkedHashMap<>(failures);
        outcomes.failures.forEach((failure, count) -> all.merge(failure.toString(), count, Long::sum));
        return new Measurement(values, all, caveats, latency);
    }

    public Measurement with(List<String> more) {
        List<String> all = new ArrayList<>(caveats);
        all.addAll(more);
        return new Measurement(values, failures, all, latency);
    }

    /** Adds latencies, and their percentiles to the figures. */
    public Measurement with(Histogram latencies) {
        putPercentiles(values, "", latencies);
        return new Measurement(values, failures, caveats, Optional.of(Sample.encode(latencies)));
    }

    /** Adds percentiles in milliseconds to figures. */
    public static void putPercentiles(Map<String, Double> values, String prefix, Histogram histogram) {
        if (histogram.getTotalCount() > 0) {
            values.put(prefix + "p50_ms", histogram.getValueAtPercentile(50) / 1000.0);
            values.put(prefix + "p90_ms", histogram.getValueAtPercentile(90) / 1000.0);
            values.put(prefix + "p99_ms", histogram.getValueAtPercentile(99) / 1000.0);
            values.put(prefix + "p999_ms", histogram.getValueAtPercentile(99.9) / 1000.0);
            values.put(prefix + "max_ms", histogram.getMaxValue() / 1000.0);
        }
    }
}
