package blockingpoetry.classroom;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A figure of one recorded run, as SVG for light and dark: which thread does what for which client. A row for each thread has what it
 * writes, and waits for if it does that itself; below are the waits that hold no thread.
 */
final class ThreadFigure {
    private static final int WIDTH = 560;
    private static final int LEFT = 118;
    private static final int RIGHT = 16;
    private static final int ROW = 32;
    private static final int THIN = 15; // a row of a client that no thread waits for
    private static final int WRITE_WITH_NUMBER = 18;
    private static final long LEAST_BACKLOG_MICROS = 20_000; // less is the way from the kernel to the thread

    /** The designs whose threads wait themselves. Freezes of the lessons show it. */
    private static final Set<String> HOLDS_ITS_THREAD = Set.of("sequential", "platform");

    private static final String STYLE =
            """
                    <style>
                      text { font: 13px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; fill: #4a525a; }
                      text.title { font-weight: 600; font-size: 15px; fill: #1f2328; }
                      text.axis, text.number { text-anchor: middle; }
                      text.number { font-size: 11px; font-weight: 600; }
                      rect.paper { fill: #ffffff; } rect.track { fill: #f2f2ee; } rect.accept { fill: #59616a; }
                      .c1 { fill: #0072b2; stroke: #0072b2; } .c2 { fill: #b34700; stroke: #b34700; } .c3 { fill: #00704f; stroke: #00704f; }
                      text.number { stroke: none; }
                      rect.write { stroke: none; } rect.wait { fill-opacity: .2; } rect.backlog { fill: none; stroke-dasharray: 3 2; }
                      @media (prefers-color-scheme: dark) {
                        text { fill: #b6bdc4; } text.title { fill: #e4e6e8; }
                        rect.paper { fill: #0d1117; } rect.track { fill: #20252a; } rect.accept { fill: #b6bdc4; }
                        .c1 { fill: #58b4ea; stroke: #58b4ea; } .c2 { fill: #f0955a; stroke: #f0955a; } .c3 { fill: #4cc9a0; stroke: #4cc9a0; }
                        rect.backlog { fill: none; }
                      }
                    </style>
                    """;

    private final Map<?, ?> run;
    private final StringBuilder svg = new StringBuilder();
    private final long lastMicros;
    private int top = 30;

    private ThreadFigure(Map<?, ?> run) {
        this.run = run;
        lastMicros = list(run.get("ends")).stream().mapToLong(end -> number(list(end).getFirst())).max().orElse(1);
    }

    /** Three clients at each of seven designs, one after the other: what there are figures of. */
    static Lesson lesson() throws IOException {
        List<Lesson.Server> servers = Stream
                .of("sequential", "platform", "virtual", "selector", "reactor", "completion", "netty")
                .map(design -> new Lesson.Server(design, Optional.empty(), List.of(1, 2, 3), Map.of()))
                .toList();
        return new Lesson("threads of the designs", Lesson.all().getFirst().poem(), 160, Duration.ofMillis(300),
                Duration.ofSeconds(60), 3, List.of(), Duration.ofMillis(100), Duration.ZERO, true, false, servers,
                List.of());
    }

    /** A figure for each run of a trace in the form of {@code trace.md}, by the name of its design. */
    static Map<String, String> figures(Map<?, ?> trace) {
        Map<String, String> figures = new LinkedHashMap<>();
        for (Object run : list(trace.get("runs"))) {
            figures.put(String.valueOf(((Map<?, ?>) run).get("design")), new ThreadFigure((Map<?, ?>) run).draw());
        }
        return figures;
    }

    private String draw() {
        text(8, 20, "title", String.valueOf(run.get("design")));
        drawBacklog();
        boolean holds = HOLDS_ITS_THREAD.contains(String.valueOf(run.get("design")));
        names().forEach((thread, name) -> drawThread(thread, name, holds));
        if (!holds) {
            drawWaitsWithoutThread();
        }
        for (long micros = 0; micros <= lastMicros; micros += 500_000) {
            text(x(micros), top + 14, "axis", micros / 1_000_000 + "." + micros / 100_000 % 10 + " s");
        }
        drawLegend(top + 32);
        int height = top + 44;
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + WIDTH + " " + height + "\" role=\"img\">\n"
                + "<title>Which thread of " + run.get("design") + " does what for three clients</title>\n" + STYLE
                + "<rect class=\"paper\" width=\"" + WIDTH + "\" height=\"" + height + "\"/>\n" + svg + "</svg>\n";
    }

    private void drawBacklog() {
        for (Object each : list(run.get("clients"))) {
            Map<?, ?> client = (Map<?, ?>) each;
            int id = (int) number(client.get("id"));
            long from = list(client.get("events")).stream()
                    .filter(event -> list(event).get(1).equals("connected"))
                    .mapToLong(event -> number(list(event).getFirst()))
                    .findFirst()
                    .orElse(0);
            List<?> accept = steps(id).getFirst();
            if (number(accept.getFirst()) - from > LEAST_BACKLOG_MICROS) {
                track(svg.indexOf("in the backlog") < 0 ? "in the backlog" : "", THIN);
                bar("backlog", id, from, number(accept.getFirst()), THIN);
                number(id, x(from) + 8, THIN);
                top += THIN;
            }
        }
    }

    private void drawThread(long thread, String name, boolean holds) {
        track(name, ROW);
        List<Long> writes = list(run.get("steps")).stream()
                .filter(step -> list(step).get(2).equals("write") && number(list(step).get(4)) == thread)
                .map(step -> number(list(step).getFirst()))
                .toList();
        for (int id : clients()) {
            List<List<?>> steps = steps(id);
            for (int i = 0; i + 1 < steps.size(); i++) {
                List<?> step = steps.get(i);
                long from = number(step.getFirst());
                long to = number(steps.get(i + 1).getFirst());
                if (number(step.get(4)) != thread) {
                    continue;
                }
                switch (String.valueOf(step.get(2))) {
                    case "accept" -> rect("accept", x(from) - 1, ROW, 2, 22);
                    case "wait" -> {
                        if (holds) {
                            bar("wait", id, from, to, ROW);
                        }
                    }
                    case "write" -> {
                        bar("write", id, from, to, ROW);
                        if (writes.stream().noneMatch(next -> next > from && x(next) - x(from) < WRITE_WITH_NUMBER)) {
                            number(id, x(from) + 10, ROW);
                        }
                    }
                    default -> {} // too short to be seen
                }
            }
        }
        top += ROW;
    }

    private void drawWaitsWithoutThread() {
        for (int id : clients()) {
            track(id == clients().getFirst() ? "on no thread" : "", THIN);
            List<List<?>> steps = steps(id);
            for (int i = 0; i + 1 < steps.size(); i++) {
                if (steps.get(i).get(2).equals("wait")) {
                    bar("wait", id, number(steps.get(i).getFirst()), number(steps.get(i + 1).getFirst()), THIN);
                }
            }
            steps.stream()
                    .filter(step -> step.get(2).equals("wait"))
                    .findFirst()
                    .ifPresent(step -> number(id, x(number(step.getFirst())) + 8, THIN));
            top += THIN;
        }
    }

    private void drawLegend(int middle) {
        double left = LEFT;
        for (String kind : List.of("accept", "write", "wait", "backlog")) {
            if (svg.indexOf("class=\"" + kind) >= 0) {
                String client = kind.equals("accept") ? "" : " c1";
                int width = kind.equals("wait") || kind.equals("backlog") ? 20 : kind.equals("write") ? 5 : 2;
                svg.append(String.format(Locale.ROOT,
                        "<rect class=\"%s\" x=\"%.1f\" y=\"%d\" width=\"%d\" height=\"12\"/>%n", kind + client, left,
                        middle - 10, width));
                String says = kind.equals("backlog") ? "in the kernel’s backlog" : kind + "s";
                text(left + width + 5, middle, "legend", says);
                left += width + 24 + 7 * says.length();
            }
        }
    }

    /** Threads that took steps, in the order of their first, by what they are for. */
    private Map<Long, String> names() {
        Map<Long, String> kinds = new HashMap<>();
        for (Object each : list(run.get("threads"))) {
            Map<?, ?> thread = (Map<?, ?>) each;
            String kind = String.valueOf(thread.get("kind"));
            kinds.put(number(thread.get("id")), switch (kind) {
                case "accept", "clock" -> kind + " thread";
                case "recital" -> "thread";
                case "loop" -> String.valueOf(thread.get("name")).replaceFirst("-.*", "");
                default -> kind;
            });
        }
        Map<String, Integer> counts = new HashMap<>();
        Map<Long, String> names = new LinkedHashMap<>();
        for (Object step : list(run.get("steps"))) {
            names.computeIfAbsent(number(list(step).get(4)), thread -> {
                String kind = kinds.getOrDefault(thread, "thread");
                return kind.contains(" ") ? kind : kind + " " + counts.merge(kind, 1, Integer::sum);
            });
        }
        return names;
    }

    private List<Integer> clients() {
        return list(run.get("clients")).stream().map(each -> (int) number(((Map<?, ?>) each).get("id"))).toList();
    }

    /** The steps of a client, its end as the last one. */
    private List<List<?>> steps(int client) {
        List<List<?>> steps = new ArrayList<>();
        for (Object each : list(run.get("steps"))) {
            if (number(list(each).get(1)) == client && !list(each).get(2).equals("wrote")) {
                steps.add(list(each));
            }
        }
        for (Object each : list(run.get("ends"))) {
            if (number(list(each).get(1)) == client) {
                steps.add(list(each));
            }
        }
        return steps;
    }

    private double x(long micros) {
        return LEFT + 12 + (WIDTH - LEFT - RIGHT - 32) * (double) micros / lastMicros;
    }

    private void track(String name, int height) {
        text(8, top + height / 2.0 + 4, "row", name);
        svg.append(String.format(Locale.ROOT, "<rect class=\"track\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>%n",
                LEFT, top, WIDTH - LEFT - RIGHT, height - 2));
    }

    private void bar(String kind, int client, long from, long to, int row) {
        double least = kind.equals("write") ? 4 : 1;
        int height = row == THIN ? THIN - 4 : kind.equals("write") ? 24 : 12;
        rect(kind + " c" + client, x(from), row, Math.max(least, x(to) - x(from)), height);
    }

    private void rect(String kind, double left, int row, double width, int height) {
        svg.append(String.format(Locale.ROOT,
                "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\"/>%n", kind, left,
                top + (row - 2 - height) / 2.0, width, height));
    }

    private void number(int client, double middle, int row) {
        text(middle, top + row / 2.0 + 3, "number c" + client, String.valueOf(client));
    }

    private void text(double left, double bottom, String kind, String text) {
        svg.append(String.format(Locale.ROOT, "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\">%s</text>%n", kind, left,
                bottom, text));
    }

    private static List<?> list(@Nullable Object value) {
        return value instanceof List<?> list ? list : List.of();
    }

    private static long number(@Nullable Object value) {
        return value instanceof Number number ? number.longValue() : 0;
    }
}
