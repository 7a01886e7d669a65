package blockingpoetry.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;
import tools.jackson.jr.ob.JSON;

/**
 * Writes what a folder of results says: {@code report.html}, which needs nothing but itself, {@code report.md}, and a plot
 * as SVG for each setting.
 */
final class Report {
    private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/dist/";

    /** Points of a latency spectrum for each power of ten. */
    private static final int POINTS = 12;

    private static final Set<String> OURS = Set.of("sequential", "platform", "virtual", "selector", "reactor",
            "completion", "netty");

    private static final Map<String, String> QUESTIONS = Map.of(
            Burst.NAME, "How much work is a poem, and how many come a second? K clients in flight, a closed loop.",
            Steady.NAME, "How late are poems when clients come at a fixed rate, whether or not the server keeps up?"
                    + " Latency counts from when a client should have started.",
            Anthology.NAME, "How fast do large poems flow? 16 MiB each, 16 readers.",
            Curtain.NAME, "How long from start to the first poem, and how many are there in the first two seconds?",
            HeldCrowd.NAME, "What does a held connection cost? Slow mode, more and more clients that stay.",
            Neighbours.NAME, "Do slow clients hurt others? Newcomers at a fixed rate, alone and beside a crowd.",
            Check.NAME, "Is the lab right? The same server process under the lab's load, and under a client in C whose"
                    + " cost to the server perf counts.");

    private static final List<String> METHOD = List.of(
            "The load is one process on cores of its own, the server on another, pinned the same way for all. Every byte"
                    + " received is compared with the poem; a wrong byte, or a clean end too early, fails the run.",
            "Each contender is warmed up until three steps in a row cost the same processor time per poem, within 5 %.",
            "Rounds are interleaved over the contenders in random order. Figures are the median of the rounds with its 95 %"
                    + " bootstrap interval; never the best. Ratios are taken round by round, and there is no difference when"
                    + " their interval holds 1.",
            "Server CPU is user and system time from /proc/PID/stat, so that it does not depend on how fast the load is.",
            "Open loops have exponential intervals between clients, and latency counts from the intended start.",
            "Clients come from 250 loopback addresses, and servers listen below the ephemeral ports.",
            "Memory is read after forced collections; a connection's is the slope of a line through all numbers of clients.",
            "The pacing error is how far a chunk is from when it was due, counted from the client's first chunk.",
            "A figure that its marks make doubtful is in brackets, drawn hollow, and no verdict uses it: client-bound (the"
                    + " load was busy, the server not), port-exhausted, backlog-overflowed, noisy (other processes,"
                    + " or the host, took more than 5 % of the processor time), saturated (the server did not keep up), load-late (clients started more than 1 ms"
                    + " late), not-steady (a JVM spent more than 5 % of the time on compiling).");

    private static final List<String> SILENT = List.of(
            "Loopback has no latency, no loss and no network card: what a network costs is the same for all, and is not"
                    + " here.",
            "One server core. How designs scale over many cores is another question.",
            "Ours keep promises that the others do not: unless a name ends in -undrained, they read on to the client's end"
                    + " of stream before they close, and all of them watch for stalled clients and keep accounts.",
            "Poems are small and clients do nothing with them. A server whose work per request is large hides all of these"
                    + " differences.",
            "Kernel memory is of both ends of a connection, because both are on this machine.");

    private final Results results;
    private final String base;

    private Report(Results results, String base) {
        this.results = results;
        this.base = base;
    }

    /** @param base the contender whose figures are 1 in the columns of ratios */
    static void write(Results results, String base) throws IOException {
        new Report(results, base).write();
    }

    private void write() throws IOException {
        StringBuilder html = new StringBuilder();
        StringBuilder markdown = new StringBuilder();
        Map<String, Object> environment = results.environment();
        String when = environment.get("date") + ", commit " + environment.get("commit") + ", " + environment.get("java")
                + ", " + environment.get("kernel") + ", " + environment.get("cpu");
        html.append("<h1>Poems under load</h1>\n<p class=\"note\">").append(Table.escape(when)).append("</p>\n");
        markdown.append("# Poems under load\n\n").append(when).append(".\n\n");
        for (Object warning : (List<?>) environment.get("warnings")) {
            html.append("<p class=\"warning\">").append(Table.escape((String) warning)).append("</p>\n");
            markdown.append("**").append(warning).append("**\n\n");
        }
        list(html, markdown, "Verdicts", Verdicts.of(results, base));
        List<Map<String, Object>> lines = new ArrayList<>();
        for (Scenario scenario : Lab.SCENARIOS) {
            section(scenario.name(), html, markdown, lines);
        }
        list(html, markdown, "Method", METHOD);
        list(html, markdown, "What the numbers do not show", SILENT);
        environment(html, markdown);

        Files.writeString(results.folder().resolve("report.md"), markdown.toString());
        Files.writeString(results.folder().resolve("report.html"),
                resource("/blockingpoetry/bench/report.html").replace(
                        "{{uplot.css}}", resource(UPLOT + "uPlot.min.css"))
                        .replace("{{uplot.js}}", resource(UPLOT + "uPlot.iife.min.js"))
                        .replace("{{body}}", html)
                        .replace("{{lines}}", JSON.std.asString(lines).replace("<", "\\u003c")));
    }

    private static void list(StringBuilder html, StringBuilder markdown, String title, List<String> sentences) {
        html.append("<h2>").append(title).append("</h2>\n<ul>\n");
        markdown.append("## ").append(title).append("\n\n");
        for (String sentence : sentences) {
            html.append("<li>").append(Table.escape(sentence)).append("</li>\n");
            markdown.append("- ").append(sentence).append('\n');
        }
        html.append("</ul>\n");
        markdown.append('\n');
    }

    private void section(String scenario, StringBuilder html, StringBuilder markdown, List<Map<String, Object>> lines)
            throws IOException {
        List<String> settings = results.settings(scenario);
        Map<String, String> absent = results.absent(scenario);
        if (settings.isEmpty() && absent.isEmpty()) {
            return;
        }
        html.append("<h2 id=\"")
                .append(scenario)
                .append("\">")
                .append(scenario)
                .append("</h2>\n<p>")
                .append(Table.escape(
                        QUESTIONS.get(scenario)))
                .append("</p>\n");
        markdown.append("## ").append(scenario).append("\n\n").append(QUESTIONS.get(scenario)).append("\n\n");
        for (String setting : settings) {
            if (setting.equals(Burst.KEPT)) {
                table(html, markdown, kept());
                continue;
            }
            html.append("<h3>").append(Table.escape(setting)).append("</h3>\n");
            markdown.append("### ").append(setting).append("\n\n");
            List<Metric> metrics = Metric.OF.get(scenario);
            for (Metric metric : plotted(scenario)) {
                Dots dots = dots(scenario, setting, metric);
                if (dots.rows().isEmpty()) {
                    continue;
                }
                String svg = dots.svg();
                String name = (scenario + "-" + setting + "-" + metric.value()).toLowerCase(Locale.ROOT)
                        .replaceAll(
                                "[^a-z0-9]+", "-")
                        + ".svg";
                Files.writeString(results.folder().resolve(name), svg);
                html.append("<figure>").append(svg).append("</figure>\n");
                markdown.append("![").append(metric.title()).append("](").append(name).append(")\n\n");
            }
            table(html, markdown, table(scenario, setting, metrics));
            if (scenario.equals(Steady.NAME)) {
                chart(html, lines, spectra(scenario, setting));
            }
            if (scenario.equals(HeldCrowd.NAME)) {
                chart(html, lines, growth(setting, "resident_bytes_at_", "memory of the process", "MB", 1e6));
                chart(html, lines, growth(setting, "threads_at_", "OS threads", "", 1));
            }
        }
        if (!absent.isEmpty()) {
            list(html, markdown, "Not measured in " + scenario,
                    absent.entrySet()
                            .stream()
                            .map(entry -> entry.getKey() + ": "
                                    + entry.getValue())
                            .toList());
        }
    }

    private static List<Metric> plotted(String scenario) {
        List<Metric> metrics = Metric.OF.get(scenario);
        return switch (scenario) {
            case Burst.NAME, Anthology.NAME -> metrics.subList(0, 2);
            case HeldCrowd.NAME -> List.of(metrics.get(0), metrics.get(4));
            default -> metrics.subList(0, 1);
        };
    }

    private Dots dots(String scenario, String setting, Metric metric) {
        List<Dots.Row> rows = new ArrayList<>();
        for (String contender : byFigure(scenario, setting, metric)) {
            results.estimate(scenario, setting, contender, metric.value())
                    .ifPresent(estimate -> rows.add(new Dots.Row(
                            contender, estimate, metric.text(estimate), doubt(scenario, setting, contender, metric),
                            isOurs(
                                    contender))));
        }
        return new Dots(metric.title() + " (" + scenario + ", " + setting + ")", metric.unit(), rows);
    }

    /** The contenders of a setting, the one with the smallest figure first. */
    private List<String> byFigure(String scenario, String setting, Metric metric) {
        Function<String,
                Double> figure = contender -> results.estimate(scenario, setting, contender, metric.value())
                        .map(
                                Statistics.Estimate::median)
                        .orElse(Double.MAX_VALUE);
        return results.contenders(scenario, setting).stream().sorted(Comparator.comparing(figure)).toList();
    }

    private String doubt(String scenario, String setting, String contender, Metric metric) {
        return String.join(", ", results.doubts(scenario, setting, contender, metric));
    }

    private static boolean isOurs(String contender) {
        return OURS.contains(contender.replaceFirst("-.*", ""));
    }

    private Table table(String scenario, String setting, List<Metric> metrics) {
        Metric first = metrics.getFirst();
        List<String> head = new ArrayList<>(List.of("contender"));
        head.add("× " + base);
        metrics.forEach(metric -> head.add(metric.title() + (metric.unit().isEmpty() ? "" : ", " + metric.unit())));
        head.add("marks");
        List<List<String>> rows = new ArrayList<>();
        for (String contender : byFigure(scenario, setting, first)) {
            List<String> row = new ArrayList<>(List.of(contender));
            row.add(contender.equals(base)
                    ? "1"
                    : results.ratio(scenario, setting, contender, base, first.value()).map(Report::ratio).orElse("–"));
            for (Metric metric : metrics) {
                String doubt = doubt(scenario, setting, contender, metric);
                row.add(results.estimate(scenario, setting, contender, metric.value())
                        .map(metric::text)
                        .map(text -> doubt.isEmpty() ? text : "[" + text + "]")
                        .orElse("–"));
            }
            row.add(results.marks(scenario, setting, contender)
                    .entrySet()
                    .stream()
                    .map(mark -> mark.getKey() + " " + mark.getValue())
                    .collect(Collectors.joining(", ")));
            rows.add(row);
        }
        return new Table(head, rows);
    }

    private static String ratio(Statistics.Estimate ratio) {
        String text = String.format(Locale.ROOT, "%.2f (%.2f–%.2f)", ratio.median(), ratio.low(), ratio.high());
        return ratio.differsFrom(1) ? text : text + " no difference";
    }

    private Table kept() {
        List<List<String>> rows = new ArrayList<>();
        for (String contender : results.contenders(Burst.NAME, Burst.KEPT)) {
            rows.add(List.of(contender, String.format(Locale.ROOT, "%,.1f", results.estimate(Burst.NAME, Burst.KEPT,
                    contender, "kept_bytes_per_poem").orElseThrow().median()), String.format(Locale.ROOT, "%,.0f",
                            results.estimate(Burst.NAME, Burst.KEPT, contender, "poems").orElseThrow().median()),
                    String.join(", ", results.marks(Burst.NAME, Burst.KEPT, contender).keySet())));
        }
        return new Table(List.of("contender", "bytes kept per poem served (live heap of a JVM, else resident)", "poems",
                "marks"), rows);
    }

    private static void table(StringBuilder html, StringBuilder markdown, Table table) {
        html.append(table.html());
        markdown.append(table.markdown()).append('\n');
    }

    private static void chart(StringBuilder html, List<Map<String, Object>> lines, Map<String, Object> chart) {
        html.append("<div class=\"lines\" id=\"lines-").append(lines.size()).append("\"></div>\n");
        lines.add(chart);
    }

    /** Latencies by percentile, on the axis where each further nine is as far as the one before. */
    private Map<String, Object> spectra(String scenario, String setting) {
        Map<String, Object> series = new LinkedHashMap<>();
        for (String contender : results.contenders(scenario, setting)) {
            Optional<Histogram> all = results.of(scenario, setting)
                    .stream()
                    .filter(sample -> sample.contender().equals(contender))
                    .map(Sample::histogram)
                    .flatMap(Optional::stream)
                    .reduce((one, other) -> {
                        one.add(other);
                        return one;
                    });
            all.ifPresent(histogram -> {
                List<List<Double>> points = new ArrayList<>();
                for (int i = 0; Math.pow(10, (double) i / POINTS) <= histogram.getTotalCount(); i++) {
                    double nines = (double) i / POINTS;
                    points.add(
                            List.of(nines, histogram.getValueAtPercentile(100 * (1 - Math.pow(10, -nines))) / 1000.0));
                }
                series.put(contender, points);
            });
        }
        return Map.of("title", "latency from the intended start, " + setting, "x", "percentile", "y", "ms", "series",
                series,
                "log", true);
    }

    /** How a figure grows with the number of held clients. */
    private Map<String, Object> growth(String setting, String prefix, String title, String unit, double divisor) {
        Map<String, Object> series = new LinkedHashMap<>();
        for (String contender : results.contenders(HeldCrowd.NAME, setting)) {
            Set<String> names = results.of(HeldCrowd.NAME, setting)
                    .stream()
                    .flatMap(sample -> sample.values().keySet().stream())
                    .filter(name -> name.startsWith(prefix))
                    .collect(Collectors.toCollection(LinkedHashSet::new));
            List<List<Double>> points = new ArrayList<>();
            for (String name : names) {
                results.estimate(HeldCrowd.NAME, setting, contender, name)
                        .ifPresent(estimate -> points.add(List.of(Double
                                .parseDouble(name.substring(prefix.length())), estimate.median() / divisor)));
            }
            series.put(contender, points);
        }
        return Map.of("title", title + " with so many held clients", "x", "clients", "y", unit, "series", series, "log",
                true);
    }

    private void environment(StringBuilder html, StringBuilder markdown) {
        List<List<String>> rows = new ArrayList<>();
        results.environment().forEach((key, value) -> {
            if (!key.equals("warnings")) {
                rows.add(List.of(key.replace('_', ' '), value instanceof Map<?, ?> map
                        ? map.entrySet()
                                .stream()
                                .map(entry -> entry.getKey() + " " + entry.getValue())
                                .collect(Collectors.joining("; "))
                        : String.valueOf(value)));
            }
        });
        html.append("<h2>Environment</h2>\n");
        markdown.append("## Environment\n\n");
        table(html, markdown, new Table(List.of("what", "value"), rows));
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = Report.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("the jar lacks " + name);
            }
            return new String(in.readAllBytes(), UTF_8);
        }
    }
}
