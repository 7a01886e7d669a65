package blockingpoetry.bench;

import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * A dot plot with intervals, as an SVG that looks right on light and on dark pages, inside a report and in a README.
 *
 * <p>Cleveland's dot plot: position on a common scale is what eyes compare best. The scale starts at zero, unless it spans
 * so much that it has to be logarithmic, which the axis says.
 */
record Dots(String title, String unit, List<Row> rows) {
    /** One contender; a doubtful figure is drawn hollow, and says why. */
    record Row(String name, Statistics.Estimate estimate, String text, String doubt, boolean ours) {}

    private static final int WIDTH = 760;
    private static final int LEFT = 150;
    private static final int RIGHT = 480;
    private static final int TOP = 46;
    private static final int ROW = 22;

    /** From such a ratio on the scale is logarithmic. */
    private static final double SPAN = 25;

    String svg() {
        double most = rows.stream().mapToDouble(row -> row.estimate.high()).max().orElse(1);
        double least = rows.stream().mapToDouble(row -> Math.max(row.estimate.median(), 1e-6)).min().orElse(1);
        boolean logarithmic = least > 0 && rows.stream().mapToDouble(row -> row.estimate.median()).max().orElse(1)
                / least > SPAN;
        double low = logarithmic ? Math.pow(10, Math.floor(Math.log10(least))) : 0;
        double high = logarithmic ? Math.pow(10, Math.ceil(Math.log10(most))) : most * 1.05;
        int height = TOP + ROW * rows.size() + 34;
        StringBuilder svg = new StringBuilder();
        Formatter format = new Formatter(svg, Locale.ROOT);
        format.format(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">%n",
                WIDTH,
                height, Table.escape(title));
        svg.append(STYLE);
        format.format("<text x=\"8\" y=\"20\" class=\"title\">%s</text>%n", Table.escape(title));
        format.format("<text x=\"8\" y=\"37\" class=\"note\">%smedian and 95%% interval of the rounds%s</text>%n",
                unit.isEmpty() ? "" : Table.escape(unit) + "; ",
                logarithmic ? "; logarithmic" : "");
        for (double tick : ticks(low, high, logarithmic)) {
            double x = x(tick, low, high, logarithmic);
            format.format("<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" class=\"grid\"/>%n", x, TOP, x,
                    height - 26);
            format.format("<text x=\"%.1f\" y=\"%d\" class=\"tick\">%s</text>%n", x, height - 10, short_(tick));
        }
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            double y = TOP + ROW * (i + 0.5);
            String look = (row.ours ? "ours" : "other") + (row.doubt.isEmpty() ? "" : " doubt");
            double from = x(Math.max(row.estimate.low(), low), low, high, logarithmic);
            double to = x(Math.max(row.estimate.high(), low), low, high, logarithmic);
            double middle = x(Math.max(row.estimate.median(), low), low, high, logarithmic);
            format.format("<text x=\"%d\" y=\"%.1f\" class=\"name %s\">%s</text>%n", LEFT - 10, y + 4, look,
                    Table.escape(
                            row.name));
            format.format("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"interval %s\"/>%n", from, y,
                    to, y,
                    look);
            format.format("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4.5\" class=\"dot %s\"/>%n", middle, y, look);
            format.format("<text x=\"%d\" y=\"%.1f\" class=\"value\">%s</text>%n", RIGHT + 14, y + 4,
                    Table.escape(row.text
                            + (row.doubt.isEmpty() ? "" : " " + row.doubt)));
        }
        return svg.append("</svg>\n").toString();
    }

    private static final String STYLE = """
            <style>
            text { font: 12px system-ui, sans-serif; fill: #24292f; }
            .title { font-size: 14px; font-weight: 600; }
            .note, .tick { fill: #656d76; font-size: 11px; }
            .tick { text-anchor: middle; }
            .name { text-anchor: end; }
            .value { font-size: 11px; }
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

    private static double x(double value, double low, double high, boolean logarithmic) {
        double part = logarithmic
                ? (Math.log10(value) - Math.log10(low)) / (Math.log10(high) - Math.log10(low))
                : (value - low) / (high - low);
        return LEFT + part * (RIGHT - LEFT);
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
