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
import java.util.TreeSet;
import org.apache.commons.cli.Options;

/** How near the flagship is to what its shape allows: a folder of results against what it was to reach. */
final class Limits implements Command {
    /**
     * One line of the table.
     *
     * @param setting   the end of its name, because a rate stands before it
     * @param contender whose figure it is
     * @param against   whose figure is 1; or nobody's, if the figure itself counts
     * @param reach     what is to be reached at least
     * @param goal      what would be better still
     * @param most      whether these are the most that it may be, or the least
     */
    private record Limit(String scenario, String setting, String value, String contender, Optional<String> against,
            double reach, double goal, boolean most) {
        static Limit cost(String setting, String contender, String against, double reach, double goal) {
            return new Limit(Burst.NAME, setting, "server_cpu_us_per_poem", contender, Optional.of(against), reach,
                    goal,
                    true);
        }
    }

    private static final List<Limit> LIMITS = List.of(
            Limit.cost("K=64", "virtual", "c-drained", 1.35, 1.15),
            Limit.cost("K=1,000", "virtual", "c-drained", 1.35, 1.15),
            Limit.cost("K=64", "virtual-undrained", "c", 1.40, 1.20),
            Limit.cost("K=1,000", "virtual-undrained", "c", 1.40, 1.20),
            Limit.cost("K=64", "virtual-undrained", "nginx", 1.25, 1.05),
            Limit.cost("K=64", "virtual-undrained", "go", 0.90, 0.75),
            Limit.cost("K=64", "virtual-undrained", "netty-undrained", 0.95, 0.80),
            Limit.cost("K=64", "virtual-undrained", "twisted", 0.60, 0.50),
            Limit.cost("K=64", "virtual-undrained", "platform-undrained", 0.15, 0.12),
            Limit.cost("K=64", "virtual", "virtual-undrained", 1.30, 1.15),
            new Limit(Steady.NAME, "(50 %)", "p99_ms", "virtual", Optional.of("c"), 2, 1.2, true),
            new Limit(Burst.NAME, "K=10,000", "p99_ms", "virtual", Optional.of("c"), 1.2, 1.0, true),
            new Limit(HeldCrowd.NAME, "slopes", "resident_bytes_per_connection", "virtual", Optional.empty(), 3_300,
                    2_000,
                    true),
            new Limit(HeldCrowd.NAME, "slopes", "resident_bytes_per_connection", "virtual-tuned", Optional.empty(),
                    1_700,
                    1_200, true),
            new Limit(HeldCrowd.NAME, "slopes", "pacing_p99_ms_at_10000", "virtual", Optional.of("netty"), 1.0, 0.5,
                    true),
            new Limit(Anthology.NAME, "16 MiB", "gb_per_second", "virtual", Optional.of("c"), 0.72, 0.90, false),
            new Limit(Anthology.NAME, "16 MiB", "server_cpu_s_per_gb", "virtual", Optional.of("c"), 1.39, 1.11, true),
            new Limit(Curtain.NAME, "start", "first_poem_ms", "virtual", Optional.of("netty"), 1.0, 0.5, true),
            new Limit(Curtain.NAME, "start", "first_poem_ms", "virtual", Optional.empty(), 80, 60, true),
            new Limit(Curtain.NAME, "start", "first_poem_ms", "virtual-aot", Optional.empty(), 60, 40, true),
            Limit.cost("K=64", "virtual", "virtual-bare", 1.05, 1.02),
            Limit.cost("K=1,000", "virtual", "virtual-bare", 1.05, 1.02),
            Limit.cost("K=64", "virtual-bare", "c-drained", 1.35, 1.15), // what is left when all that is ours is gone
            Limit.cost("K=1,000", "virtual-bare", "c-drained", 1.35, 1.15));

    private final PrintStream out;

    Limits(PrintStream out) {
        this.out = out;
    }

    @Override
    public String name() {
        return "limits";
    }

    @Override
    public Options options() {
        return new Options().addOption(Arguments.HELP);
    }

    @Override
    public Help help() {
        return new Help("blockingpoetry-bench limits DIR", "Sets the flagship's results against what it was to reach.",
                new Item("DIR", "a folder of results"));
    }

    @Override
    public int run(Arguments arguments) throws IOException {
        Results results = Results.read(Path.of(arguments.exactly("DIR").getFirst()));
        List<List<String>> rows = new ArrayList<>();
        LIMITS.forEach(limit -> rows.add(row(results, limit)));
        out.print(new Table(List.of("measure", "measured", "reach", "go for", "verdict"), rows).markdown());
        return 0;
    }

    private static List<String> row(Results results, Limit limit) {
        Optional<String> setting = results.settings(limit.scenario)
                .stream()
                .filter(name -> name.endsWith(limit.setting))
                .findFirst();
        String what = limit.scenario + " " + setting.orElse(limit.setting) + ": " + limit.contender + ", " + limit.value
                .replace('_', ' ') + limit.against.map(base -> ", × " + base).orElse("");
        Optional<Statistics.Estimate> measured = setting.flatMap(name -> limit.against.isPresent()
                ? results.ratio(limit.scenario, name, limit.contender, limit.against.get(), limit.value)
                : results.estimate(limit.scenario, name, limit.contender, limit.value));
        return List.of(what, measured.map(Limits::text).orElse("not measured"), text(limit.reach), text(limit.goal),
                measured.map(estimate -> doubt(results, setting.orElseThrow(), limit).orElse(verdict(estimate, limit)))
                        .orElse(""));
    }

    /** Why nothing can be concluded, if so. */
    private static Optional<String> doubt(Results results, String setting, Limit limit) {
        Metric metric = Metric.OF.get(limit.scenario)
                .stream()
                .filter(one -> limit.value.startsWith(one.value())) // of the same kind, at whatever number of clients
                .findFirst()
                .orElseThrow();
        List<String> doubts = new ArrayList<>();
        for (String contender : List.of(limit.contender, limit.against.orElse(limit.contender))) {
            results.doubts(limit.scenario, setting, contender, metric)
                    .forEach(mark -> doubts.add(contender + " " + mark));
        }
        return doubts.isEmpty()
                ? Optional.empty()
                : Optional.of("no finding: " + String.join(", ", new TreeSet<>(doubts)));
    }

    private static String verdict(Statistics.Estimate measured, Limit limit) {
        double sign = limit.most ? 1 : -1;
        if (sign * measured.median() <= sign * limit.goal) {
            return "better than asked for";
        }
        if (sign * measured.median() <= sign * limit.reach) {
            return "reached";
        }
        return sign * (limit.most ? measured.low() : measured.high()) <= sign * limit.reach
                ? "not reached, within the noise"
                : "not reached";
    }

    private static String text(Statistics.Estimate estimate) {
        return text(estimate.median()) + " (" + text(estimate.low()) + "–" + text(estimate.high()) + ")";
    }

    private static String text(double number) {
        return String.format(Locale.ROOT, number >= 20 ? "%,.0f" : "%.2f", number);
    }
}
