package blockingpoetry.bench;

import blockingpoetry.cli.Arguments;
import blockingpoetry.cli.Command;
import blockingpoetry.cli.Help;
import blockingpoetry.cli.Help.Item;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.cli.Options;

/** Two folders of results side by side: what has changed from one to the other, and whether the rounds resolve it. */
final class Compare implements Command {
    private final PrintStream out;

    Compare(PrintStream out) {
        this.out = out;
    }

    @Override
    public String name() {
        return "compare";
    }

    @Override
    public Options options() {
        return new Options().addOption(Arguments.HELP);
    }

    @Override
    public Help help() {
        return new Help("blockingpoetry-bench compare A B", "Sets two folders of results side by side.",
                new Item("A", "a folder of results"),
                new Item("B", "another, which is compared with it"));
    }

    @Override
    public int run(Arguments arguments) throws IOException {
        List<String> folders = arguments.exactly("A", "B");
        Results a = Results.read(Path.of(folders.get(0)));
        Results b = Results.read(Path.of(folders.get(1)));
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
