package blockingpoetry.bench.report;

import blockingpoetry.bench.results.Caveats;
import blockingpoetry.bench.results.Metric;
import blockingpoetry.bench.results.Results;
import blockingpoetry.bench.results.Series;
import blockingpoetry.bench.results.Statistics.Estimate;
import blockingpoetry.bench.scenarios.ClosedLoop;
import blockingpoetry.bench.scenarios.CrossCheck;
import blockingpoetry.bench.scenarios.Lab;
import blockingpoetry.bench.scenarios.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What runs on several machines say together. The figure of a contender is set against that of the flagship and of the floor,
 * round by round, on each kind of machine; only what every kind says holds. Runs on one kind of machine are pooled.
 */
public final class Across {
    private static final String HOLDS = "holds on all";
    private static final String LESS = HOLDS + ", and is less";
    private static final String DIFFERS = "differs by machine";
    private static final String NOT_KNOWN = "not known";

    /** What the plot of a README shows. */
    private static final String SUMMARY = "K=1,000";
    private static final List<String> SUMMARIZED =
            List.of("c-drained", "go", "selector", "reactor", "completion", "netty", "platform");

    private static final List<String> AGAINST = List.of(Verdicts.FLAGSHIP, Lab.FLOOR);

    private static final String LETTERS = "ABDEFGHIJKLMNOPQRSTUVWXYZ"; // C is a language here

    private final List<Machine> machines = new ArrayList<>();
    private final Document document = new Document();
    private final List<List<String>> findings = new ArrayList<>();

    /** A kind of machine, and the runs on it as if they were one. */
    private record Machine(String letter, List<Results> runs, Results pooled) {}

    /** A contender against another one on a machine; doubtful if either figure is. */
    private record Ratio(Estimate estimate, boolean isSound) {}

    private Across(List<Results> runs) {
        runs.stream()
                .collect(Collectors.groupingBy(Across::kind, LinkedHashMap::new, Collectors.toList()))
                .values()
                .forEach(kind -> machines.add(
                        new Machine(String.valueOf(LETTERS.charAt(machines.size())), kind, Results.pooled(kind))));
    }

    /** What tells kinds of machine apart. What is unknown equals only what is unknown, too: pooling two kinds is the worse error. */
    private static List<String> kind(Results run) {
        return Stream.of("cpu", "cpu_generation", "virtual", "cores_server", "cores_load", "kernel", "java")
                .map(name -> release(run, name))
                .toList();
    }

    /** A kernel is told by its release, {@code Linux 6.18}. */
    private static String release(Results run, String name) {
        String value = run.environment(name);
        return name.equals("kernel") ? value.replaceFirst("^(\\S+ \\d+\\.\\d+).*", "$1") : value;
    }

    /** Writes {@code across.md}, {@code index.html} and the plots into a folder that holds those of the runs. */
    public static void write(List<Results> runs, Path folder) throws IOException {
        new Across(runs).write(folder);
    }

    private void write(Path folder) throws IOException {
        List<Table> tables = new ArrayList<>();
        List<String> titles = new ArrayList<>();
        for (Scenario scenario : Lab.SCENARIOS) {
            for (String setting : settings(scenario)) {
                for (Metric metric : scenario.metrics()) {
                    Table table = table(scenario, setting, metric);
                    if (!table.rows().isEmpty()) {
                        titles.add(title(scenario, setting, metric));
                        tables.add(table);
                    }
                }
            }
        }
        document.title("Poems under load, on all machines", machines.size() == 1
                ? "one kind of machine"
                : machines.size() + " kinds of machine");
        for (Machine machine : machines) {
            Results latest = machine.runs.getLast();
            document.note("Machine " + machine.letter + ": " + latest.environment("cpu") + " ("
                    + latest.environment("cpu_generation") + "), " + release(latest, "kernel") + ", "
                    + latest.environment("java") + ".");
            for (Results run : machine.runs) {
                document.link(folder.toAbsolutePath().relativize(run.folder().toAbsolutePath()).toString(),
                        run.environment("date") + ", commit " + run.environment("commit") + ". "
                                + Verdicts.machine(run));
            }
        }
        document.heading("Across");
        document.note(
                "Ratios of a contender's figure, round by round, with their 95 % intervals; in brackets if a mark makes"
                        + " one of the figures doubtful. It holds on all if two kinds of machine or more have measured it, no interval"
                        + " includes 1, and all are on the same side of it; it differs by machine if two are on different sides."
                        + " The rest is not known: of one kind of machine nothing is known of others.");
        plots(folder);
        document.subheading("Against " + Verdicts.FLAGSHIP);
        document.note("Whose figure is less or more than that of " + Verdicts.FLAGSHIP
                + ". The figures themselves follow, in tables with these titles and more.");
        document.texts(new Table(
                List.of("figure", "less, " + HOLDS, "more, " + HOLDS, DIFFERS), findings));
        for (int i = 0; i < tables.size(); i++) {
            document.subheading(titles.get(i));
            document.table(tables.get(i));
        }
        document.write(folder.resolve("across.md"), folder.resolve("index.html"));
    }

    private List<String> settings(Scenario scenario) {
        return scenario.name().equals(CrossCheck.NAME)
                ? List.of()
                : machines.stream()
                        .flatMap(machine -> machine.pooled.settings(scenario.name()).stream())
                        .filter(setting -> !setting.equals(ClosedLoop.KEPT))
                        .distinct()
                        .toList();
    }

    private static String title(Scenario scenario, String setting, Metric metric) {
        return scenario.name() + ", " + setting + ": " + metric.title();
    }

    private Table table(Scenario scenario, String setting, Metric metric) {
        List<String> head = new ArrayList<>(List.of("contender"));
        for (String base : AGAINST) {
            machines.forEach(machine -> head.add(machine.letter + ", × " + base));
            head.add("against " + base);
        }
        Set<String> contenders = new TreeSet<>();
        machines.forEach(machine -> contenders.addAll(machine.pooled.contenders(scenario.name(), setting)));
        List<List<String>> rows = new ArrayList<>();
        Map<String, List<String>> against = new HashMap<>(); // the flagship: who, by the verdict
        for (String contender : contenders) {
            List<String> row = new ArrayList<>(List.of(contender));
            boolean isMeasured = false;
            for (String base : AGAINST) {
                List<Optional<Ratio>> ratios = machines.stream()
                        .map(machine -> ratio(machine, scenario, setting, metric, contender, base))
                        .toList();
                isMeasured |= ratios.stream().anyMatch(Optional::isPresent);
                String verdict = contender.equals(base) ? "" : verdict(ratios);
                ratios.forEach(ratio -> row.add(ratio.map(Across::text).orElse("–")));
                row.add(verdict);
                if (base.equals(Verdicts.FLAGSHIP) && !contender.equals(base)) {
                    boolean isLess = ratios.stream().flatMap(Optional::stream).allMatch(it -> it.estimate.median() < 1);
                    against.computeIfAbsent(verdict.equals(HOLDS) && isLess ? LESS : verdict, key -> new ArrayList<>())
                            .add(contender);
                }
            }
            if (isMeasured) {
                rows.add(row);
            }
        }
        if (against.keySet().stream().anyMatch(verdict -> !verdict.equals(NOT_KNOWN))) {
            List<String> finding = new ArrayList<>(List.of(title(scenario, setting, metric)));
            for (String verdict : List.of(LESS, HOLDS, DIFFERS)) {
                finding.add(String.join(", ", against.getOrDefault(verdict, List.of("–"))));
            }
            findings.add(finding);
        }
        return new Table(head, rows);
    }

    private static Optional<Ratio> ratio(Machine machine, Scenario scenario, String setting, Metric metric,
            String contender,
            String base) {
        Series own = machine.pooled.series(scenario.name(), setting, contender);
        Series other = machine.pooled.series(scenario.name(), setting, base);
        return contender.equals(base)
                ? Optional.empty()
                : own.ratio(other, metric.value())
                        .map(estimate -> new Ratio(estimate, estimate.rounds() > 1 && own.doubts(metric).isEmpty()
                                && other.doubts(metric).isEmpty()));
    }

    private static String text(Ratio ratio) {
        return ratio.isSound ? Metric.ratio(ratio.estimate) : "[" + Metric.ratio(ratio.estimate) + "]";
    }

    private static String verdict(List<Optional<Ratio>> ratios) {
        List<Ratio> measured = ratios.stream().flatMap(Optional::stream).toList();
        List<Estimate> sound = measured.stream().filter(Ratio::isSound).map(Ratio::estimate).toList();
        boolean anyMore = sound.stream().anyMatch(estimate -> estimate.low() > 1);
        boolean anyLess = sound.stream().anyMatch(estimate -> estimate.high() < 1);
        boolean all = sound.size() == measured.size() && sound.stream().allMatch(estimate -> estimate.differsFrom(1));
        return anyMore && anyLess ? DIFFERS : all && sound.size() > 1 ? HOLDS : NOT_KNOWN;
    }

    /** What a poem costs on each machine, as a multiple of the flagship's. */
    private void plots(Path folder) throws IOException {
        for (String setting : settings(ClosedLoop.SCENARIO)) {
            Set<String> contenders = new TreeSet<>();
            machines.forEach(machine -> contenders.addAll(machine.pooled.contenders(ClosedLoop.NAME, setting)));
            String file = "across-" + setting.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-") + ".svg";
            String svg = plot(setting, ClosedLoop.NAME + ", " + setting, contenders);
            Files.writeString(folder.resolve(file), svg);
            document.figure(svg, ClosedLoop.COST.title() + ", " + setting, file);
        }
        Files.writeString(folder.resolve("across.svg"), plot(SUMMARY, "1,000 clients at the same time", SUMMARIZED));
    }

    /** The processor time of a poem, as a multiple of the flagship's, on each machine; the cheapest contender comes first. */
    private String plot(String setting, String place, Collection<String> contenders) {
        Metric cost = ClosedLoop.COST;
        Metric relative = new Metric(cost.value(), cost.title(), "× " + Verdicts.FLAGSHIP, 2, Caveats.COST);
        List<List<DotPlot.Row>> groups = new ArrayList<>();
        for (String contender : contenders) {
            List<DotPlot.Row> group = new ArrayList<>();
            for (Machine machine : machines) {
                ratio(machine, ClosedLoop.SCENARIO, setting, cost, contender, Verdicts.FLAGSHIP).ifPresent(
                        ratio -> group.add(new DotPlot.Row(contender, machine.letter, ratio.estimate,
                                relative.text(ratio.estimate), ratio.isSound ? "" : "doubtful",
                                Verdicts.isOurs(contender))));
            }
            if (!group.isEmpty()) {
                groups.add(group);
            }
        }
        groups.sort(Comparator.comparingDouble(
                group -> group.stream().mapToDouble(row -> row.estimate().median()).average().orElseThrow()));
        return new DotPlot(relative, place, groups.stream().flatMap(List::stream).toList())
                .svg();
    }
}
