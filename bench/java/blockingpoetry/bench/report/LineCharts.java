package blockingpoetry.bench.report;

import blockingpoetry.bench.results.Results;
import blockingpoetry.bench.results.Series;
import blockingpoetry.bench.scenarios.HeldConnections;
import blockingpoetry.bench.scenarios.OpenLoop;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Charts with a line for each contender, as data for the page's script. */
final class LineCharts {
    /** Points of a line for each power of ten. */
    private static final int POINTS = 12;

    private LineCharts() {}

    /** Latencies by percentile, on an axis on which each further nine takes the same space. */
    static Map<String, Object> latencies(Results results, String setting) {
        Map<String, List<List<Double>>> lines = new LinkedHashMap<>();
        for (String contender : results.contenders(OpenLoop.NAME, setting)) {
            results.series(OpenLoop.NAME, setting, contender).latencies().ifPresent(histogram -> {
                List<List<Double>> points = new ArrayList<>();
                for (int i = 0; Math.pow(10, (double) i / POINTS) <= histogram.getTotalCount(); i++) {
                    double nines = (double) i / POINTS;
                    double percentile = 100 * (1 - Math.pow(10, -nines));
                    points.add(List.of(nines, histogram.getValueAtPercentile(percentile) / 1000.0));
                }
                lines.put(contender, points);
            });
        }
        return chart("latency from the intended start, " + setting, "percentile", "ms", lines);
    }

    /**
     * How a figure grows with the number of held clients.
     *
     * @param prefix  of the figure's name; the number follows
     * @param divisor how many of the figure make one of the unit
     */
    static Map<String, Object> growth(Results results, String setting, String prefix, String title, String unit,
            double divisor) {
        List<String> contenders = results.contenders(HeldConnections.NAME, setting);
        List<String> names = contenders.stream()
                .flatMap(contender -> results.series(HeldConnections.NAME, setting, contender).rounds().stream())
                .flatMap(sample -> sample.measurement().values().keySet().stream())
                .filter(name -> name.startsWith(prefix))
                .distinct()
                .toList();
        Map<String, List<List<Double>>> lines = new LinkedHashMap<>();
        for (String contender : contenders) {
            Series series = results.series(HeldConnections.NAME, setting, contender);
            List<List<Double>> points = new ArrayList<>();
            for (String name : names) {
                double clients = Double.parseDouble(name.substring(prefix.length()));
                series.estimate(name).ifPresent(estimate -> points.add(List.of(clients, estimate.median() / divisor)));
            }
            lines.put(contender, points);
        }
        return chart(title + " by held clients", "clients", unit, lines);
    }

    private static Map<String, Object> chart(String title, String x, String y, Map<String, List<List<Double>>> lines) {
        Map<String, Object> chart = new LinkedHashMap<>();
        chart.put("title", title);
        chart.put("x", x);
        chart.put("y", y);
        chart.put("series", lines);
        chart.put("log", true);
        return chart;
    }
}
