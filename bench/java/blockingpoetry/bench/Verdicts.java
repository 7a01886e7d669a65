package blockingpoetry.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What the figures say, in words: only differences that two rounds or more resolve, and doubts before findings. */
final class Verdicts {
    /** Whom the comparison is about. */
    static final String FLAGSHIP = "virtual";

    /** A few clients that wait so much longer than those of the base were stalled. */
    private static final double STALL_MS = 20;

    private static final Metric TAIL = Metric.OF.get(Steady.NAME)
            .stream()
            .filter(metric -> metric.value().equals("p999_ms"))
            .findFirst()
            .orElseThrow();

    private final Results results;
    private final String base;
    private final List<String> sentences = new ArrayList<>();

    private Verdicts(Results results, String base) {
        this.results = results;
        this.base = base;
    }

    static List<String> of(Results results, String base) {
        Verdicts verdicts = new Verdicts(results, base);
        verdicts.integrity();
        for (String scenario : List.of(Burst.NAME, Steady.NAME, Anthology.NAME, Curtain.NAME, HeldCrowd.NAME,
                Neighbours.NAME)) {
            for (String setting : results.settings(scenario)) {
                if (!setting.equals(Burst.KEPT)) {
                    verdicts.compare(scenario, setting, Metric.OF.get(scenario).getFirst());
                }
            }
        }
        verdicts.stalls();
        verdicts.kept();
        return verdicts.sentences;
    }

    /** Whether a client received what is not the poem. */
    static boolean isWrong(Results results) {
        return results.failures()
                .values()
                .stream()
                .anyMatch(reasons -> reasons.containsKey(
                        Tally.Failure.WRONG_BYTE.toString()) || reasons.containsKey(Tally.Failure.SHORT.toString()));
    }

    private void integrity() {
        long poems = Math.round(results.samples()
                .stream()
                .mapToDouble(sample -> sample.values().getOrDefault("poems", 0.0))
                .sum());
        if (!isWrong(results)) {
            sentences.add(String.format(Locale.ROOT,
                    "Every byte of more than %,d poems was compared: none was wrong, and none was missing before a clean"
                            + " end.",
                    poems));
        }
        results.failures().forEach((contender, reasons) -> {
            boolean wrong = reasons.containsKey(Tally.Failure.WRONG_BYTE.toString())
                    || reasons.containsKey(Tally.Failure.SHORT.toString());
            List<String> parts = reasons.entrySet()
                    .stream()
                    .map(reason -> String.format(Locale.ROOT, "%,d %s", reason.getValue(), reason.getKey()))
                    .toList();
            sentences.add((wrong ? "FAILED: " : "") + contender + " failed clients: " + String.join(", ", parts) + ".");
        });
    }

    private void compare(String scenario, String setting, Metric metric) {
        Optional<Statistics.Estimate> own = results.estimate(scenario, setting, FLAGSHIP, metric.value());
        if (own.isEmpty()) {
            return;
        }
        String doubt = doubt(scenario, setting, FLAGSHIP, metric);
        List<String> parts = new ArrayList<>();
        List<String> equals = new ArrayList<>();
        for (String other : results.contenders(scenario, setting)) {
            if (other.equals(FLAGSHIP) || other.startsWith(FLAGSHIP + "-")
                    || !doubt(scenario, setting, other, metric).isEmpty()) {
                continue;
            }
            results.ratio(scenario, setting, FLAGSHIP, other, metric.value())
                    .filter(ratio -> ratio.rounds() > 1)
                    .ifPresent(ratio -> {
                        if (ratio.differsFrom(1)) {
                            parts.add(
                                    String.format(Locale.ROOT, ratio.median() < 0.1 ? "%.4f × %s" : "%.2f × %s",
                                            ratio.median(),
                                            other));
                        } else {
                            equals.add(other);
                        }
                    });
        }
        if (!equals.isEmpty()) {
            parts.add("no difference from " + String.join(", ", equals));
        }
        sentences.add(scenario + ", " + setting + ": " + metric.title() + " of " + FLAGSHIP + " is "
                + metric.text(own.get()) + (metric.unit().isEmpty() ? "" : " " + metric.unit())
                + (doubt.isEmpty()
                        ? parts.isEmpty() ? "." : "; " + String.join(", ", parts) + "."
                        : ", which is no finding: " + doubt + "."));
    }

    private String doubt(String scenario, String setting, String contender, Metric metric) {
        return String.join(", ", results.doubts(scenario, setting, contender, metric));
    }

    /** Who is as fast as others for most clients, but not for a few; noise would have met the base as well. */
    private void stalls() {
        for (String setting : results.settings(Steady.NAME)) {
            for (String contender : results.contenders(Steady.NAME, setting)) {
                if (results.marks(Steady.NAME, setting, contender).containsKey(Sample.SATURATED)) {
                    continue; // which says more
                }
                Optional<Statistics.Estimate> own = results.estimate(Steady.NAME, setting, contender, TAIL.value());
                Optional<Statistics.Estimate> other = results.estimate(Steady.NAME, setting, base, TAIL.value());
                if (own.isPresent() && other.isPresent() && own.get().low() > other.get().median() + STALL_MS) {
                    sentences.add("STALLS: " + contender + ": " + setting + ", p99.9 is " + TAIL.text(own.get())
                            + " ms, that of " + base + " " + TAIL.text(other.get()) + " ms.");
                }
            }
        }
    }

    private void kept() {
        for (String contender : results.contenders(Burst.NAME, Burst.KEPT)) {
            Map<String, Integer> marks = results.marks(Burst.NAME, Burst.KEPT, contender);
            double bytes = results.estimate(Burst.NAME, Burst.KEPT, contender, "kept_bytes_per_poem")
                    .orElseThrow()
                    .median();
            if (marks.containsKey(Sample.KEEPS_HEAP)) {
                sentences.add(String.format(Locale.ROOT,
                        "LEAK: %s keeps %,.0f bytes of live heap for each poem that it has served.", contender, bytes));
            } else if (marks.containsKey(Sample.KEEPS_MEMORY)) {
                sentences.add(String.format(Locale.ROOT,
                        "%s has grown by %,.0f bytes of memory for each poem that it has served; an allocator's slack, or a"
                                + " leak.",
                        contender, bytes));
            }
        }
    }
}
