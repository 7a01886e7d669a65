package blockingpoetry.bench.report;

import blockingpoetry.bench.results.Metric;
import blockingpoetry.bench.results.Results;
import blockingpoetry.bench.results.Series;
import blockingpoetry.bench.results.Statistics;
import blockingpoetry.bench.scenarios.ClosedLoop;
import blockingpoetry.bench.scenarios.HeldConnections;
import blockingpoetry.bench.scenarios.Lab;
import blockingpoetry.bench.scenarios.LargePoems;
import blockingpoetry.bench.scenarios.OpenLoop;
import blockingpoetry.bench.scenarios.Scenario;
import blockingpoetry.bench.scenarios.StartUp;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/** How near the flagship is to what its shape allows: what it should reach, and what it has reached. */
public final class Limits {
    /**
     * One line of the table.
     *
     * @param setting   the end of its name, which may begin with a rate
     * @param contender whose figure it is
     * @param against   whose figure is 1; none if the limit is absolute
     * @param reach     the limit
     * @param goal      a better figure still
     * @param most      whether these are upper limits
     */
    private record Limit(String scenario, String setting, String value, String contender, Optional<String> against,
            double reach, double goal, boolean most) {
        static Limit cost(String setting, String contender, String against, double reach, double goal) {
            return new Limit(ClosedLoop.NAME, setting, "server_cpu_us_per_poem", contender, Optional.of(against), reach,
                    goal, true);
        }

        static Limit memory(String contender, double reach, double goal) {
            return new Limit(HeldConnections.NAME, "slopes", "resident_bytes_per_connection", contender,
                    Optional.empty(), reach, goal, true);
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
            new Limit(OpenLoop.NAME, "(50 %)", "p99_ms", "virtual", Optional.of("c"), 2, 1.2, true),
            new Limit(ClosedLoop.NAME, "K=10,000", "p99_ms", "virtual", Optional.of("c"), 1.2, 1.0, true),
            Limit.memory("virtual", 3_300, 2_000),
            Limit.memory("virtual-tuned", 1_700, 1_200),
            new Limit(HeldConnections.NAME, "slopes", "pacing_p99_ms_at_10000", "virtual", Optional.of("netty"), 1, 0.5,
                    true),
            new Limit(LargePoems.NAME, "16 MiB", "gb_per_second", "virtual", Optional.of("c"), 0.72, 0.90, false),
            new Limit(LargePoems.NAME, "16 MiB", "server_cpu_s_per_gb", "virtual", Optional.of("c"), 1.39, 1.11, true),
            new Limit(StartUp.NAME, "start", "first_poem_ms", "virtual", Optional.of("netty"), 1.0, 0.5, true),
            new Limit(StartUp.NAME, "start", "first_poem_ms", "virtual", Optional.empty(), 80, 60, true),
            new Limit(StartUp.NAME, "start", "first_poem_ms", "virtual-aot", Optional.empty(), 60, 40, true),
            Limit.cost("K=64", "virtual", "virtual-bare", 1.05, 1.02),
            Limit.cost("K=1,000", "virtual", "virtual-bare", 1.05, 1.02),
            Limit.cost("K=64", "virtual-bare", "c-drained", 1.35, 1.15), // the shape alone, without what we add
            Limit.cost("K=1,000", "virtual-bare", "c-drained", 1.35, 1.15));

    private Limits() {}

    public static Table of(Results results) {
        return new Table(List.of("measure", "measured", "reach", "go for", "verdict"),
                LIMITS.stream().map(limit -> row(results, limit)).toList());
    }

    private static List<String> row(Results results, Limit limit) {
        Optional<String> setting =
                results.settings(limit.scenario).stream().filter(name -> name.endsWith(limit.setting)).findFirst();
        String what = limit.scenario + " " + setting.orElse(limit.setting) + ": " + limit.contender + ", "
                + limit.value.replace('_', ' ') + limit.against.map(base -> ", × " + base).orElse("");
        Series own = results.series(limit.scenario, setting.orElse(""), limit.contender);
        Optional<Series> base = limit.against.map(name -> results.series(limit.scenario, setting.orElse(""), name));
        Optional<Statistics.Estimate> measured =
                base.isPresent() ? own.ratio(base.get(), limit.value) : own.estimate(limit.value);
        return List.of(what, measured.map(Limits::text).orElse("not measured"), text(limit.reach), text(limit.goal),
                measured.map(estimate -> doubt(own, base, limit).orElse(verdict(estimate, limit))).orElse(""));
    }

    /** Why there is no finding, if so. */
    private static Optional<String> doubt(Series own, Optional<Series> base, Limit limit) {
        Metric metric = Lab.SCENARIOS.stream()
                .filter(scenario -> scenario.name().equals(limit.scenario))
                .map(Scenario::metrics)
                .flatMap(List::stream)
                .filter(one -> limit.value.startsWith(one.value())) // the same figure, for any number of clients
                .findFirst()
                .orElseThrow();
        TreeSet<String> doubts = new TreeSet<>();
        own.doubts(metric).forEach(caveat -> doubts.add(limit.contender + " " + caveat));
        base.ifPresent(series -> series.doubts(metric)
                .forEach(caveat -> doubts.add(limit.against.orElseThrow() + " " + caveat)));
        return doubts.isEmpty() ? Optional.empty() : Optional.of("no finding: " + String.join(", ", doubts));
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
