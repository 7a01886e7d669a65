package blockingpoetry.classroom;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A still picture of a trace, as SVG for light and dark: a lane for each client, a bar for each thing that the server or the client was
 * told to do. It has the hues and the textures of the page.
 */
final class Picture {
    private static final int WIDTH = 680;
    private static final int LEFT = 84;
    private static final int LANE = 20;
    private static final int HEAD = 30; // above the lanes of a run
    private static final int FOOT = 44; // axis and legend
    private static final long LATE_MICROS = 20_000; // as on the page: less can be the operating system's own delay
    private static final List<String> LEGEND =
            List.of("backlog", "in the kernel’s backlog", "write", "write", "wait", "wait", "late",
                    "late: nobody comes");

    private final Map<?, ?> trace;
    private final StringBuilder svg = new StringBuilder();
    private final long lastMicros;
    private int top;

    private Picture(Map<?, ?> trace) {
        this.trace = trace;
        this.lastMicros = runs().stream()
                .flatMap(run -> list(run.get("ends")).stream())
                .mapToLong(end -> number(list(end).getFirst()))
                .max()
                .orElse(1);
    }

    /** The picture of a trace in the form of {@code trace.md}, with its runs one under the other. */
    static String svg(Map<?, ?> trace) throws IOException {
        return new Picture(trace).draw();
    }

    /** The same picture for one of the two only, for a page that says itself which it is. */
    static String inTheme(boolean dark, String svg) {
        return svg.replace("@media (prefers-color-scheme: dark)", dark ? "@media all" : "@media not all");
    }

    private String draw() throws IOException {
        for (Map<?, ?> run : runs()) {
            draw(run);
        }
        long step = lastMicros > 6_000_000 ? 2_000_000 : 1_000_000;
        for (long micros = 0; micros <= lastMicros; micros += step) {
            text(x(micros), top + 18, "axis", micros / 1_000_000 + " s");
        }
        int left = LEFT;
        for (int i = 0; i < LEGEND.size(); i += 2) {
            if (svg.indexOf("class=\"" + LEGEND.get(i)) >= 0) {
                rect(LEGEND.get(i), left, top + 34, 28, 12);
                text(left + 36, top + 38, "legend", LEGEND.get(i + 1));
                left += 52 + 7 * LEGEND.get(i + 1).length();
            }
        }
        int height = top + FOOT;
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + WIDTH + " " + height + "\" role=\"img\">\n"
                + style() + svg + "</svg>\n";
    }

    private void draw(Map<?, ?> run) {
        text(4, top + 20, "title", String.valueOf(run.get("design")));
        top += HEAD;
        for (Object each : list(run.get("clients"))) {
            Map<?, ?> client = (Map<?, ?>) each;
            text(4, top + 14, "lane", "client " + client.get("id"));
            rect("track", LEFT, top + LANE / 2, WIDTH - LEFT, LANE - 2);
            draw(run, client);
            top += LANE;
        }
    }

    private void draw(Map<?, ?> run, Map<?, ?> client) {
        long id = number(client.get("id"));
        long from = when(client, "connected");
        String kind = "backlog";
        List<Object> steps = new ArrayList<>(list(run.get("steps")).stream()
                .filter(step -> number(list(step).get(1)) == id && !list(step).get(2).equals("wrote"))
                .toList());
        for (Object each : steps) {
            long micros = number(list(each).getFirst());
            bar(kind, from, micros);
            from = micros;
            kind = String.valueOf(list(each).get(2));
        }
        for (Object end : list(run.get("ends"))) {
            if (number(list(end).get(1)) == id) {
                bar(kind, from, number(list(end).getFirst()));
            }
        }
    }

    private void bar(String kind, long from, long to) {
        long due = from + 1_000 * number(((Map<?, ?>) Objects.requireNonNull(trace.get("pace"))).get("delay_ms"));
        if (kind.equals("wait") && to - due > LATE_MICROS) {
            bar("wait", from, due);
            rect("late", x(due), top + LANE / 2, x(to) - x(due), 12);
            return;
        }
        switch (kind) {
            case "backlog" -> rect(kind, x(from), top + LANE / 2, x(to) - x(from), 10);
            case "wait" -> rect(kind, x(from), top + LANE / 2, x(to) - x(from), 8);
            case "write" -> rect(kind, x(from), top + LANE / 2, Math.max(3, x(to) - x(from)), 17);
            default -> {} // too short to be seen
        }
    }

    private static long when(Map<?, ?> client, String what) {
        return list(client.get("events")).stream()
                .filter(event -> list(event).get(1).equals(what))
                .mapToLong(event -> number(list(event).getFirst()))
                .findFirst()
                .orElse(0);
    }

    private double x(long micros) {
        return LEFT + (WIDTH - LEFT - 16) * (double) micros / lastMicros;
    }

    /** A rectangle with its middle at a height. */
    private void rect(String kind, double left, double middle, double width, double height) {
        svg.append(String.format(Locale.ROOT,
                "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>%n",
                kind, left, middle - height / 2, Math.max(0.5, width), height));
    }

    private void text(double left, double bottom, String kind, String text) {
        svg.append(
                String.format(Locale.ROOT, "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\">%s</text>%n", kind, left, bottom,
                        text.replace("&", "&amp;").replace("<", "&lt;")));
    }

    private static String style() throws IOException {
        try (InputStream in = Objects.requireNonNull(Picture.class.getResourceAsStream("picture.svg"))) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    private List<Map<?, ?>> runs() {
        List<Map<?, ?>> runs = new ArrayList<>();
        list(trace.get("runs")).forEach(run -> runs.add((Map<?, ?>) run));
        return runs;
    }

    private static List<?> list(@Nullable Object value) {
        return value instanceof List<?> list ? list : List.of();
    }

    private static long number(@Nullable Object value) {
        return value instanceof Number number ? number.longValue() : 0;
    }
}
