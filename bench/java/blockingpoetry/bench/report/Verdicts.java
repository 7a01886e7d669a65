package blockingpoetry.bench.report;

import blockingpoetry.bench.load.Outcomes.Failure;
import blockingpoetry.bench.results.Caveats;
import blockingpoetry.bench.results.Metric;
import blockingpoetry.bench.results.Results;
import blockingpoetry.bench.results.Series;
import blockingpoetry.bench.results.Statistics;
import blockingpoetry.bench.scenarios.ClosedLoop;
import blockingpoetry.bench.scenarios.CrossCheck;
import blockingpoetry.bench.scenarios.Lab;
import blockingpoetry.bench.scenarios.OpenLoop;
import blockingpoetry.bench.scenarios.Scenario;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What the figures say, in words: only differences that two rounds or more resolve, and doubts before findings. */
public final class Verdicts {
    public static final String FLAGSHIP = "virtual";

    /** Ours, which keep the same promises. */
    static final List<String> DESIGNS =
            List.of("sequential", "platform", FLAGSHIP, "selector", "reactor", "completion", "netty");

    /** If a few clients wait that much longer than those of the base, the server has stalled them. */
    private static final double STALL_MS = 20;

    private static final Metric TAIL = new Metric("p999_ms", "p99.9", "ms", 2, Caveats.LATENCY);

    private final Results results;
    private final String base;
    private final List<String> sentences = new ArrayList<>();

    private Verdicts(Results results, String base) {
        this.results = results;
        this.base = base;
    }

    public static List<String> of(Results results, String base) {
        Verdicts verdicts = new Verdicts(results, base);
        verdicts.integrity();
        for (Scenario scenario : Lab.SCENARIOS) {
            for (String setting : results.settings(scenario.name())) {
                if (!setting.equals(ClosedLoop.KEPT) && !scenario.name().equals(CrossCheck.NAME)) {
                    verdicts.compare(scenario.name(), setting, scenario.metrics().getFirst());
                    verdicts.rank(scenario.name(), setting, scenario.metrics().getFirst());
                }
            }
        }
        verdicts.stalls();
        verdicts.kept();
        return verdicts.sentences;
    }

    /** Whether it is one of our designs, or a variant of one. */
    static boolean isOurs(String contender) {
        return DESIGNS.contains(contender.replaceFirst("-.*", ""));
    }

    /** What the machine was like; before any verdict. */
    public static String machine(Results results) {
        long all = results.samples().stream().filter(sample -> sample.round() > 0).count();
        long noisy = results.samples()
                .stream()
                .filter(sample -> sample.measurement().caveats().contains(Caveats.NOISY))
                .count();
        return String.format(Locale.ROOT,
                noisy == 0
                        ? "The machine was quiet: none of %2$,d measurements is marked noisy."
                        : noisy * 10 < all
                                ? "The machine was fairly quiet: %,d of %,d measurements are marked noisy."
                        : "THE MACHINE WAS BUSY: %,d of %,d measurements are marked noisy; repeat the run on a quiet one.",
                noisy, all);
    }

    /** Whether a client received something other than the poem. */
    public static boolean isWrong(Results results) {
        return results.failures().values().stream().anyMatch(Verdicts::isWrong);
    }

    private static boolean isWrong(Map<String, Long> failures) {
        return failures.containsKey(Failure.WRONG_BYTE.toString()) || failures.containsKey(Failure.SHORT.toString());
    }

    private void integrity() {
        long poems = Math.round(results.samples()
                .stream()
                .mapToDouble(sample -> sample.measurement().values().getOrDefault("poems", 0.0))
                .sum());
        if (!isWrong(results)) {
            sentences.add(String.format(Locale.ROOT,
                    "Every byte of more than %,d poems was compared: none was wrong, and none"
                            + " was missing before a clean end.",
                    poems));
        }
        results.failures().forEach((contender, failures) -> {
            List<String> parts = failures.entrySet()
                    .stream()
                    .map(reason -> String.format(Locale.ROOT, "%,d %s", reason.getValue(), reason.getKey()))
                    .toList();
            sentences.add((isWrong(failures) ? "FAILED: " : "") + contender + " failed clients: "
                    + String.join(", ", parts) + ".");
        });
    }

    private void compare(String scenario, String setting, Metric metric) {
        Series flagship = results.series(scenario, setting, FLAGSHIP);
        Optional<Statistics.Estimate> own = flagship.estimate(metric.value());
        if (own.isEmpty()) {
            return;
        }
        List<String> doubts = flagship.doubts(metric);
        List<String> parts = doubts.isEmpty() ? comparisons(scenario, setting, metric, flagship) : List.of();
        String figure = metric.text(own.get()) + (metric.unit().isEmpty() ? "" : " " + metric.unit());
        String finding = doubts.isEmpty()
                ? parts.isEmpty() ? "" : "; " + String.join(", ", parts)
                : ", which is no finding: " + String.join(", ", doubts);
        sentences.add(scenario + ", " + setting + ": " + metric.title() + " of " + FLAGSHIP + " is " + figure + finding
                + ".");
    }

    /** The flagship as a multiple of each of the others, unless their figures are doubtful. */
    private List<String> comparisons(String scenario, String setting, Metric metric, Series flagship) {
        List<String> parts = new ArrayList<>();
        List<String> equals = new ArrayList<>();
        for (String name : results.contenders(scenario, setting)) {
            Series other = results.series(scenario, setting, name);
            if (name.equals(FLAGSHIP) || name.startsWith(FLAGSHIP + "-") || !other.doubts(metric).isEmpty()) {
                continue;
            }
            flagship.ratio(other, metric.value()).filter(ratio -> ratio.rounds() > 1).ifPresent(ratio -> {
                if (ratio.differsFrom(1)) {
                    String format = ratio.median() < 0.1 ? "%.4f × %s" : "%.2f × %s";
                    parts.add(String.format(Locale.ROOT, format, ratio.median(), name));
                } else {
                    equals.add(name);
                }
            });
        }
        if (!equals.isEmpty()) {
            parts.add("no difference from " + String.join(", ", equals));
        }
        return parts;
    }

    /** Our designs among each other, the best one first. */
    private void rank(String scenario, String setting, Metric metric) {
        Map<String, Series> sound = new LinkedHashMap<>();
        for (String name : results.byFigure(scenario, setting, metric)) {
            Series series = results.series(scenario, setting, name);
            if (DESIGNS.contains(name) && series.estimate(metric.value()).isPresent()
                    && series.doubts(metric).isEmpty()) {
                sound.put(name, series);
            }
        }
        if (sound.size() < 2) {
            return;
        }
        String best = sound.keySet().iterator().next();
        List<String> equals = new ArrayList<>(List.of(best));
        List<String> parts = new ArrayList<>();
        sound.forEach((name, series) -> series.ratio(sound.get(best), metric.value())
                .filter(ratio -> ratio.rounds() > 1 && !name.equals(best))
                .ifPresent(ratio -> {
                    if (ratio.differsFrom(1)) {
                        parts.add(String.format(Locale.ROOT, "%s %.2f ×", name, ratio.median()));
                    } else {
                        equals.add(name);
                    }
                }));
        if (equals.size() + parts.size() > 1) {
            sentences.add(scenario + ", " + setting + ": " + metric.title() + " of our designs, best first: "
                    + String.join(", ", equals) + (equals.size() > 1 ? " (no difference)" : "")
                    + (parts.isEmpty() ? "" : "; against " + best + ": " + String.join(", ", parts)) + ".");
        }
    }

    /** Contenders that are fast for most clients but not for a few. A machine that halts once is no server's fault: one round proves nothing. */
    private void stalls() {
        for (String setting : results.settings(OpenLoop.NAME)) {
            for (String contender : results.contenders(OpenLoop.NAME, setting)) {
                Series series = results.series(OpenLoop.NAME, setting, contender);
                Series ofBase = results.series(OpenLoop.NAME, setting, base);
                Optional<Statistics.Estimate> own = series.estimate(TAIL.value());
                Optional<Statistics.Estimate> other = ofBase.estimate(TAIL.value());
                boolean wrong = isWrong(results.failures().getOrDefault(contender, Map.of())); // its clients count as late; that is said
                boolean sound = !wrong && series.doubts(TAIL).isEmpty() && ofBase.doubts(TAIL).isEmpty();
                if (sound && own.isPresent() && other.isPresent() && own.get().rounds() > 1
                        && own.get().low() > other.get().median() + STALL_MS) {
                    sentences.add("STALLS: " + contender + ": " + setting + ", p99.9 is " + TAIL.text(own.get())
                            + " ms, that of " + base + " " + TAIL.text(other.get()) + " ms.");
                }
            }
        }
    }

    private void kept() {
        for (String contender : results.contenders(ClosedLoop.NAME, ClosedLoop.KEPT)) {
            Series series = results.series(ClosedLoop.NAME, ClosedLoop.KEPT, contender);
            double bytes = series.estimate("kept_bytes_per_poem").orElseThrow().median();
            if (series.caveats().containsKey(Caveats.KEEPS_HEAP)) {
                sentences.add(String.format(Locale.ROOT,
                        "LEAK: %s keeps %,.0f bytes of live heap for each poem that it has served.", contender, bytes));
            } else if (series.caveats().containsKey(Caveats.KEEPS_MEMORY)) {
                sentences.add(
                        String.format(Locale.ROOT, "%s has grown by %,.0f bytes of memory for each poem that it has"
                                + " served; an allocator's slack, or a leak.", contender, bytes));
            }
        }
    }
}
