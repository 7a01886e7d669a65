package blockingpoetry.bench.report;

import blockingpoetry.bench.results.Metric;
import blockingpoetry.bench.results.Statistics;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * A dot plot with intervals, as an SVG for light and dark pages, inside a report or in a README.
 *
 * <p>Cleveland's dot plot: eyes compare positions on a common scale best. The scale starts at zero, unless the figures span so
 * much that it has to be logarithmic, which the plot says.
 *
 * @param place the scenario and its setting
 */
public record DotPlot(Metric metric, String place, List<Row> rows) {
    /**
     * A figure, of a contender or, if there is a group, of one of several for the contender that the group is named after. A
     * doubtful one is drawn hollow and written in brackets; pointed at, it tells the reason.
     */
    public record Row(String group, String name, Statistics.Estimate estimate, String text, String doubt,
            boolean ours) {
        public Row(String name, Statistics.Estimate estimate, String text, String doubt, boolean ours) {
            this("", name, estimate, text, doubt, ours);
        }
    }

    private static final int WIDTH = 400; // so that it can be read on a telephone
    private static final int MARGIN = 12;
    private static final int TOP = 46;
    private static final int ROW = 34;

    // In a group, a figure has one line: its name, then the scale, then its text.
    private static final int LINE = 15;
    private static final int NAME = 18;
    private static final int TEXT = 110;

    /** The scale is logarithmic if the largest figure is more than that many times the smallest. */
    private static final double SPAN = 25;

    public String svg() {
        double most = rows.stream().mapToDouble(row -> row.estimate.high()).max().orElse(1);
        double least = rows.stream().mapToDouble(row -> Math.max(row.estimate.median(), 1e-6)).min().orElse(1);
        boolean logarithmic = least > 0 && rows.stream().mapToDouble(row -> row.estimate.median()).max().orElse(1)
                / least > SPAN;
        double low = logarithmic ? Math.pow(10, Math.floor(Math.log10(least))) : 0;
        double high = logarithmic ? Math.pow(10, Math.ceil(Math.log10(most))) : most * 1.05;
        int height = TOP + rows.size() * (isGrouped() ? LINE : ROW) + (int) groups() * LINE * 3 / 2 + 34;
        StringBuilder svg = new StringBuilder();
        Formatter format = new Formatter(svg, Locale.ROOT);
        format.format(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">%n",
                WIDTH, height, Table.escape(metric.title() + ", " + place));
        svg.append(STYLE);
        format.format("<text x=\"8\" y=\"18\" class=\"title\">%s</text>%n", Table.escape(metric.title()
                + (metric.unit().isEmpty() ? "" : ", " + metric.unit())));
        format.format("<text x=\"8\" y=\"35\" class=\"note\">%s; %s is better; 95 %% interval%s</text>%n",
                Table.escape(place), metric.isRate() ? "more" : "less", logarithmic ? "; log scale" : "");
        for (double tick : ticks(low, high, logarithmic)) {
            double x = x(tick, low, high, logarithmic);
            format.format("<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" class=\"grid\"/>%n", x, TOP, x,
                    height - 26);
            format.format("<text x=\"%.1f\" y=\"%d\" class=\"tick\">%s</text>%n", x, height - 10, short_(tick));
        }
        double y = TOP;
        String group = "";
        for (Row row : rows) {
            String look = (row.ours ? "ours" : "other") + (row.doubt.isEmpty() ? "" : " doubt");
            if (!row.group.equals(group)) {
                group = row.group;
                y += LINE * 1.5;
                format.format("<text x=\"%d\" y=\"%.1f\" class=\"name %s\">%s</text>%n", MARGIN, y, look,
                        Table.escape(group));
            }
            y += isGrouped() ? LINE : ROW;
            double words = isGrouped() ? y : y - 18;
            double dot = isGrouped() ? y - 4 : y - 9;
            double from = x(Math.max(row.estimate.low(), low), low, high, logarithmic);
            double to = x(Math.max(row.estimate.high(), low), low, high, logarithmic);
            double middle = x(Math.max(row.estimate.median(), low), low, high, logarithmic);
            format.format("<text x=\"%d\" y=\"%.1f\" class=\"%s %s\">%s</text>%n", MARGIN, words,
                    isGrouped() ? "value start" : "name", look, Table.escape(row.name));
            format.format("<text x=\"%d\" y=\"%.1f\" class=\"value\">%s<title>%s</title></text>%n", WIDTH - MARGIN,
                    words,
                    Table.escape(row.doubt.isEmpty() ? row.text : "[" + row.text + "]"), Table.escape(row.doubt));
            format.format("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"interval %s\"/>%n", from, dot,
                    to, dot, look);
            format.format("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4.5\" class=\"dot %s\"/>%n", middle, dot, look);
        }
        return svg.append("</svg>\n").toString();
    }

    private static final String STYLE = """
            <style>
            text { font: 12px system-ui, sans-serif; fill: #24292f; }
            .title { font-size: 13px; font-weight: 600; }
            .note, .tick { fill: #656d76; font-size: 11px; }
            .tick { text-anchor: middle; }
            .value { text-anchor: end; font-size: 11px; } .start { text-anchor: start; }
            .name.ours { font-weight: 600; }
            .grid { stroke: #d0d7de; stroke-width: 1; }
            .interval { stroke-width: 3; stroke-linecap: round; opacity: .45; }
            .interval.ours, .dot.ours { stroke: #0969da; } .dot.ours { fill: #0969da; }
            .interval.other, .dot.other { stroke: #9a6700; } .dot.other { fill: #9a6700; }
            .dot.doubt { fill: none; stroke-width: 1.5; stroke-dasharray: 2 1.5; }
            @media (prefers-color-scheme: dark) {
              text { fill: #e6edf3; } .note, .tick { fill: #9198a1; } .grid { stroke: #3d444d; }
              .interval.ours, .dot.ours { stroke: #4493f8; } .dot.ours { fill: #4493f8; }
              .interval.other, .dot.other { stroke: #d29922; } .dot.other { fill: #d29922; }
              .dot.doubt { fill: none; }
            }
            </style>
            """;

    private boolean isGrouped() {
        return groups() > 0;
    }

    private long groups() {
        return rows.stream().map(Row::group).filter(group -> !group.isEmpty()).distinct().count();
    }

    private double x(double value, double low, double high, boolean logarithmic) {
        double part = logarithmic
                ? (Math.log10(value) - Math.log10(low)) / (Math.log10(high) - Math.log10(low))
                : (value - low) / (high - low);
        double left = isGrouped() ? MARGIN + NAME : MARGIN;
        double right = isGrouped() ? WIDTH - MARGIN - TEXT : WIDTH - MARGIN;
        return left + part * (right - left);
    }

    private static double[] ticks(double low, double high, boolean logarithmic) {
        if (logarithmic) {
            return DoubleStream.iterate(low, tick -> tick <= high * 1.0001, tick -> tick * 10).toArray();
        }
        double rough = high / 4;
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double step = rough / power < 2 ? power : rough / power < 5 ? 2 * power : 5 * power;
        return DoubleStream.iterate(0, tick -> tick <= high, tick -> tick + step).toArray();
    }

    private static String short_(double number) {
        if (number >= 1_000_000) {
            return trim(number / 1_000_000) + " M";
        }
        return number >= 1_000 ? trim(number / 1_000) + " k" : trim(number);
    }

    private static String trim(double number) {
        return number == Math.rint(number)
                ? String.format(Locale.ROOT, "%.0f", number)
                : String.format(Locale.ROOT, "%.3g", number).replaceFirst("0+$", "");
    }
}
