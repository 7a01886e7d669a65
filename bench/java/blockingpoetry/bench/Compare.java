package blockingpoetry.bench;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Two folders of results side by side: what has changed from one to the other, and whether the rounds resolve it. */
@Command(name = "compare", description = "Sets two folders of results side by side.")
final class Compare implements Callable<Integer> {
    private final PrintStream out;

    @Parameters(index = "0", paramLabel = "A", description = "a folder of results")
    private Path before;

    @Parameters(index = "1", paramLabel = "B", description = "another, which is compared with it")
    private Path after;

    Compare(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() throws Exception {
        Results a = Results.read(before);
        Results b = Results.read(after);
        List<List<String>> rows = new ArrayList<>();
        for (Scenario scenario : Lab.SCENARIOS) {
            for (String setting : a.settings(scenario.name())) {
                for (Metric metric : Metric.OF.get(scenario.name())) {
                    for (String contender : a.contenders(scenario.name(), setting)) {
                        row(a, b, scenario.name(), setting, metric, contender).ifPresent(rows::add);
                    }
                }
            }
        }
        out.print(new Table(List.of("what", "contender", "A", "B", "B / A", ""), rows).markdown());
        return 0;
    }

    /** Runs on different days have no rounds in common: intervals that do not overlap are a difference. */
    private static Optional<List<String>> row(Results a, Results b, String scenario, String setting, Metric metric,
            String contender) {
        Optional<Statistics.Estimate> one = a.estimate(scenario, setting, contender, metric.value());
        Optional<Statistics.Estimate> other = b.estimate(scenario, setting, contender, metric.value());
        if (one.isEmpty() || other.isEmpty()) {
            return Optional.empty();
        }
        boolean apart = one.get().high() < other.get().low() || one.get().low() > other.get().high();
        return Optional.of(List.of(scenario + " " + setting + " " + metric.title(), contender, metric.text(one.get()),
                metric.text(other.get()), String.format(Locale.ROOT, "%.2f", other.get().median() / one.get().median()),
                apart ? "" : "no difference"));
    }
}
