package blockingpoetry.bench.report;

import blockingpoetry.bench.results.Environment;
import blockingpoetry.bench.results.Metric;
import blockingpoetry.bench.results.Results;
import blockingpoetry.bench.results.Series;
import blockingpoetry.bench.scenarios.ClosedLoop;
import blockingpoetry.bench.scenarios.HeldConnections;
import blockingpoetry.bench.scenarios.Lab;
import blockingpoetry.bench.scenarios.OpenLoop;
import blockingpoetry.bench.scenarios.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The report of a folder of results: {@code report.html}, {@code report.md}, and the plots of each setting as SVG. */
public final class Report {
    /** Few or many poems a second, costs differ by less than that: a busy server is woken less often for each poem. */
    private static final double BATCHING = 2;

    private final Results results;
    private final String base;
    private final Document document = new Document();

    private Report(Results results, String base) {
        this.results = results;
        this.base = base;
    }

    /** @param base the contender whose figures are 1 in the columns of ratios */
    public static void write(Results results, String base) throws IOException {
        new Report(results, base).write();
    }

    private void write() throws IOException {
        document.title("Poems under load", results.environment("date") + ", commit " + results.environment("commit")
                + ", " + results.environment("java") + ", " + results.environment("kernel") + ", "
                + results.environment("cpu"));
        if (results.environment().get("warnings") instanceof List<?> warnings) {
            warnings.forEach(warning -> document.warning((String) warning));
        }
        if (!results.environment().containsKey(Environment.COUNTING)) {
            document.warning(
                    "An older run: its latencies are of the clients that were served, and its costs in open loops"
                            + " are spread over poems that ended after the window, too.");
        }
        document.note(Verdicts.machine(results));
        list("Verdicts", Verdicts.of(results, base));
        list("Marks", Document.resource("marks.txt").lines().toList());
        for (Scenario scenario : Lab.SCENARIOS) {
            scenario(scenario);
        }
        costs();
        List<String> method = new ArrayList<>(Document.resource("method.txt").lines().toList());
        if (results.environment().containsKey("load_priority")) {
            method.add("In open loops, the load's threads had this priority: " + results.environment("load_priority")
                    + ".");
        }
        list("Method", method);
        list("What the numbers do not show", Document.resource("not-shown.txt").lines().toList());
        document.heading("Environment");
        document.texts(new Table(List.of("what", "value"), results.environment()
                .entrySet()
                .stream()
                .filter(entry -> !entry.getKey().equals("warnings"))
                .map(entry -> List.of(entry.getKey().replace('_', ' '), text(entry.getValue())))
                .toList()));
        document.write(results.folder().resolve("report.md"), results.folder().resolve("report.html"));
    }

    private void list(String title, List<String> sentences) {
        document.heading(title);
        document.list(sentences);
    }

    private static String text(Object value) {
        return value instanceof Map<?, ?> map
                ? map.entrySet()
                        .stream()
                        .map(entry -> entry.getKey() + " " + entry.getValue())
                        .collect(Collectors.joining("; "))
                : String.valueOf(value);
    }

    private void scenario(Scenario scenario) throws IOException {
        List<String> settings = results.settings(scenario.name());
        Map<String, String> absent = results.absent(scenario.name());
        if (settings.isEmpty() && absent.isEmpty()) {
            return;
        }
        document.section(scenario.name(), scenario.question());
        for (String setting : settings) {
            if (setting.equals(ClosedLoop.KEPT)) {
                document.table(kept());
            } else {
                setting(scenario, setting);
            }
        }
        if (!absent.isEmpty()) {
            list("Not measured in " + scenario.name(),
                    absent.entrySet().stream().map(entry -> entry.getKey() + ": " + entry.getValue()).toList());
        }
    }

    private void setting(Scenario scenario, String setting) throws IOException {
        document.subheading(setting);
        for (Metric metric : scenario.metrics()) {
            if (metric.isPlotted()) {
                plot(scenario, setting, metric);
            }
        }
        document.table(figures(scenario, setting));
        if (scenario.name().equals(OpenLoop.NAME)) {
            document.chart(LineCharts.latencies(results, setting));
        }
        if (scenario.name().equals(HeldConnections.NAME)) {
            document.chart(LineCharts.growth(results, setting, "resident_bytes_at_", "memory of the process", "MB",
                    1e6));
            document.chart(LineCharts.growth(results, setting, "threads_at_", "OS threads", "", 1));
        }
    }

    private void plot(Scenario scenario, String setting, Metric metric) throws IOException {
        List<DotPlot.Row> rows = new ArrayList<>();
        for (String contender : results.byFigure(scenario.name(), setting, metric)) {
            Series series = results.series(scenario.name(), setting, contender);
            series.estimate(metric.value())
                    .ifPresent(estimate -> rows.add(new DotPlot.Row(contender, estimate, metric.text(estimate),
                            String.join(", ", series.doubts(metric)), Verdicts.isOurs(contender))));
        }
        if (!rows.isEmpty()) {
            String svg = new DotPlot(metric, scenario.name() + ", " + setting, rows).svg();
            String file = (scenario.name() + "-" + setting + "-" + metric.value()).toLowerCase(Locale.ROOT)
                    .replaceAll("[^a-z0-9]+", "-") + ".svg";
            Files.writeString(results.folder().resolve(file), svg);
            document.figure(svg, metric.title(), file);
        }
    }

    /** What a poem costs, by every measurement of it: no error of a factor goes unseen. */
    private void costs() {
        Map<String, Map<String, Double>> costs = new TreeMap<>();
        List<String> head = new ArrayList<>();
        for (String scenario : List.of(OpenLoop.NAME, ClosedLoop.NAME)) {
            for (String setting : results.settings(scenario)) {
                for (String contender : results.contenders(scenario, setting)) {
                    results.series(scenario, setting, contender)
                            .estimate("server_cpu_us_per_poem")
                            .ifPresent(cost -> costs.computeIfAbsent(contender, key -> new LinkedHashMap<>())
                                    .put(scenario + " " + setting, cost.median()));
                }
                head.add(scenario + " " + setting);
            }
        }
        head.retainAll(costs.values().stream().flatMap(row -> row.keySet().stream()).collect(Collectors.toSet()));
        if (head.size() < 2) {
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        costs.forEach((contender, row) -> {
            List<String> cells = new ArrayList<>(List.of(contender));
            head.forEach(column -> cells.add(row.containsKey(column)
                    ? String.format(Locale.ROOT, "%.0f", row.get(column))
                    : "–"));
            double ratio = Collections.max(row.values()) / Collections.min(row.values());
            cells.add(String.format(Locale.ROOT, "%.2f", ratio));
            cells.add(ratio > BATCHING ? "more than batching explains" : "");
            rows.add(cells);
        });
        head.addFirst("contender");
        head.addAll(List.of("highest / lowest", "marks"));
        document.section("costs",
                "Do the measurements of a cost agree? Server CPU per poem in µs. A busy server is woken"
                        + " less often for each poem, which explains a factor of 2 at most.");
        document.table(new Table(head, rows));
    }

    /** Every metric of a setting, a row for each contender. */
    private Table figures(Scenario scenario, String setting) {
        Metric first = scenario.metrics().getFirst();
        List<String> head = new ArrayList<>(List.of("contender", "× " + base));
        scenario.metrics()
                .forEach(metric -> head.add(metric.title() + (metric.unit().isEmpty() ? "" : ", " + metric.unit())));
        head.add("marks");
        Series ofBase = results.series(scenario.name(), setting, base);
        List<List<String>> rows = new ArrayList<>();
        for (String contender : results.byFigure(scenario.name(), setting, first)) {
            Series series = results.series(scenario.name(), setting, contender);
            List<String> row = new ArrayList<>(List.of(contender));
            boolean isDoubtful = !series.doubts(first).isEmpty() || !ofBase.doubts(first).isEmpty();
            row.add(contender.equals(base)
                    ? "1"
                    : series.ratio(ofBase, first.value())
                            .map(Metric::ratio)
                            .map(text -> isDoubtful ? "[" + text + "]" : text)
                            .orElse("–"));
            scenario.metrics().forEach(metric -> row.add(figure(series, metric)));
            row.add(series.caveats()
                    .entrySet()
                    .stream()
                    .map(caveat -> caveat.getKey() + " " + caveat.getValue())
                    .collect(Collectors.joining(", ")));
            rows.add(row);
        }
        return new Table(head, rows);
    }

    private static String figure(Series series, Metric metric) {
        return series.estimate(metric.value())
                .map(metric::text)
                .map(text -> series.doubts(metric).isEmpty() ? text : "[" + text + "]")
                .orElse("–");
    }

    private Table kept() {
        List<List<String>> rows = new ArrayList<>();
        for (String contender : results.contenders(ClosedLoop.NAME, ClosedLoop.KEPT)) {
            Series series = results.series(ClosedLoop.NAME, ClosedLoop.KEPT, contender);
            rows.add(List.of(contender,
                    String.format(Locale.ROOT, "%,.1f", series.estimate("kept_bytes_per_poem").orElseThrow().median()),
                    String.format(Locale.ROOT, "%,.0f", series.estimate("poems").orElseThrow().median()),
                    String.join(", ", series.caveats().keySet())));
        }
        return new Table(List.of("contender", "bytes kept per poem served (live heap of a JVM, else resident)", "poems",
                "marks"), rows);
    }
}
