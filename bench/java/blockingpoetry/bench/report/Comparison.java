package blockingpoetry.bench.report;

import blockingpoetry.bench.results.Metric;
import blockingpoetry.bench.results.Results;
import blockingpoetry.bench.results.Series;
import blockingpoetry.bench.results.Statistics;
import blockingpoetry.bench.scenarios.Lab;
import blockingpoetry.bench.scenarios.Scenario;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Two folders of results side by side: what has changed from one to the other, and whether the rounds resolve it. */
public record Comparison(Results a, Results b) {
    /** A row for each figure that both have. */
    public Table table() {
        List<List<String>> rows = new ArrayList<>();
        for (Scenario scenario : Lab.SCENARIOS) {
            for (String setting : a.settings(scenario.name())) {
                for (Metric metric : scenario.metrics()) {
                    for (String contender : a.contenders(scenario.name(), setting)) {
                        row(scenario.name(), setting, metric, contender).ifPresent(rows::add);
                    }
                }
            }
        }
        return new Table(List.of("what", "contender", "A", "B", "B / A", ""), rows);
    }

    /** Two runs have no rounds in common, so it is a difference if the intervals do not overlap. */
    private Optional<List<String>> row(String scenario, String setting, Metric metric, String contender) {
        Series ofA = a.series(scenario, setting, contender);
        Series ofB = b.series(scenario, setting, contender);
        Optional<Statistics.Estimate> one = ofA.estimate(metric.value());
        Optional<Statistics.Estimate> other = ofB.estimate(metric.value());
        if (one.isEmpty() || other.isEmpty()) {
            return Optional.empty();
        }
        Set<String> doubts = new TreeSet<>(ofA.doubts(metric));
        doubts.addAll(ofB.doubts(metric));
        boolean differs = one.get().high() < other.get().low() || one.get().low() > other.get().high();
        return Optional.of(List.of(scenario + " " + setting + " " + metric.title(), contender, metric.text(one.get()),
                metric.text(other.get()), String.format(Locale.ROOT, "%.2f", other.get().median() / one.get().median()),
                doubts.isEmpty() ? differs ? "" : "no difference" : "no finding: " + String.join(", ", doubts)));
    }
}
