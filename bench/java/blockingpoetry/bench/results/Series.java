package blockingpoetry.bench.results;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** The rounds of one contender in one setting of a scenario. */
public record Series(List<Sample> rounds) {
    /** A figure by round; empty if there is none. */
    private Map<Integer, Double> figures(String value) {
        Map<Integer, Double> figures = new TreeMap<>();
        for (Sample sample : rounds) {
            Optional.ofNullable(sample.measurement().values().get(value))
                    .ifPresent(figure -> figures.put(sample.round(), figure));
        }
        return figures;
    }

    /** The median of a figure over the rounds, with its interval. */
    public Optional<Statistics.Estimate> estimate(String value) {
        return estimate(List.copyOf(figures(value).values()));
    }

    /** A figure as a multiple of another contender's in the same round. */
    public Optional<Statistics.Estimate> ratio(Series base, String value) {
        Map<Integer, Double> below = base.figures(value);
        return estimate(figures(value).entrySet()
                .stream()
                .filter(figure -> below.getOrDefault(figure.getKey(), 0.0) > 0)
                .map(figure -> figure.getValue() / below.get(figure.getKey()))
                .toList());
    }

    private static Optional<Statistics.Estimate> estimate(List<Double> figures) {
        return figures.isEmpty() ? Optional.empty() : Optional.of(Statistics.estimate(figures));
    }

    /** In how many rounds there was which caveat. */
    public Map<String, Integer> caveats() {
        Map<String, Integer> caveats = new TreeMap<>();
        for (Sample sample : rounds) {
            sample.measurement().caveats().forEach(caveat -> caveats.merge(caveat, 1, Integer::sum));
            if (!sample.measurement().failures().isEmpty()) {
                caveats.merge(Caveats.FAILURES, 1, Integer::sum);
            }
        }
        return caveats;
    }

    /** The caveats, in half of the rounds or more, that make a figure no finding; empty if it may be one. */
    public List<String> doubts(Metric metric) {
        int count = figures(metric.value()).size();
        return caveats().entrySet()
                .stream()
                .filter(caveat -> metric.doubts().contains(caveat.getKey()) && caveat.getValue() * 2 >= count)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The latencies of all rounds, in microseconds. */
    public Optional<Histogram> latencies() {
        return rounds.stream().map(Sample::latencies).flatMap(Optional::stream).reduce((one, other) -> {
            one.add(other);
            return one;
        });
    }
}
