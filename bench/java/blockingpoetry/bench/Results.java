package blockingpoetry.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.jr.ob.JSON;

/**
 * A folder of results: {@code environment.json}, and {@code samples.jsonl}, to which each sample is added as soon as it is
 * there, so that an end at any time loses none.
 */
final class Results {
    private final Path folder;
    private final Map<String, Object> environment;
    private final List<Sample> samples;

    private Results(Path folder, Map<String, Object> environment, List<Sample> samples) {
        this.folder = folder;
        this.environment = environment;
        this.samples = samples;
    }

    static Results create(Path folder, Map<String, Object> environment) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("environment.json"), JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT)
                .asString(
                        environment)
                + "\n");
        Files.writeString(folder.resolve("samples.jsonl"), "");
        return new Results(folder, environment, new ArrayList<>());
    }

    /** @throws IOException if the folder has no results */
    static Results read(Path folder) throws IOException {
        if (!Files.isRegularFile(folder.resolve("samples.jsonl"))) {
            throw new IOException(folder + " holds no results: it has no samples.jsonl");
        }
        List<Sample> samples = new ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve("samples.jsonl"), UTF_8)) {
            samples.add(Sample.fromJson(line));
        }
        return new Results(folder, JSON.std.mapFrom(Files.readString(folder.resolve("environment.json"))), samples);
    }

    Path folder() {
        return folder;
    }

    Map<String, Object> environment() {
        return environment;
    }

    List<Sample> samples() {
        return samples;
    }

    void add(Sample sample) throws IOException {
        samples.add(sample);
        Files.writeString(folder.resolve("samples.jsonl"), sample.toJson() + "\n", StandardOpenOption.APPEND);
    }

    boolean has(String scenario, String setting, String contender, int round) {
        return samples.stream().anyMatch(sample -> sample.isAt(scenario, setting, contender, round));
    }

    /** What there is of one scenario, in the order in which it was measured. */
    List<String> settings(String scenario) {
        Set<String> settings = new LinkedHashSet<>();
        samples.stream()
                .filter(sample -> sample.scenario().equals(scenario) && sample.round() > 0)
                .forEach(
                        sample -> settings.add(sample.setting()));
        return List.copyOf(settings);
    }

    /** The contenders of one setting, or of a scenario's every setting if that is empty. */
    List<String> contenders(String scenario, String setting) {
        Set<String> contenders = new TreeSet<>();
        of(scenario, setting).forEach(sample -> contenders.add(sample.contender()));
        return List.copyOf(contenders);
    }

    /** The rounds of one setting. */
    List<Sample> of(String scenario, String setting) {
        return samples.stream()
                .filter(sample -> sample.scenario().equals(scenario) && sample.round() > 0
                        && (setting.isEmpty() || sample.setting().equals(setting)))
                .toList();
    }

    /** Why contenders are missing from a scenario. */
    Map<String, String> absent(String scenario) {
        Map<String, String> absent = new TreeMap<>();
        samples.stream()
                .filter(sample -> sample.scenario().equals(scenario) && sample.round() == 0)
                .forEach(
                        sample -> absent.put(sample.contender(), String.join("; ", sample.marks())));
        return absent;
    }

    /** One figure of one contender by round; empty if there is none. */
    Map<Integer, Double> rounds(String scenario, String setting, String contender, String value) {
        Map<Integer, Double> rounds = new TreeMap<>();
        of(scenario, setting).stream()
                .filter(sample -> sample.contender().equals(contender) && sample.values().containsKey(value))
                .forEach(sample -> rounds.put(sample.round(), sample.values().get(value)));
        return rounds;
    }

    /** The median of a figure over the rounds, with its interval. */
    Optional<Statistics.Estimate> estimate(String scenario, String setting, String contender, String value) {
        Map<Integer, Double> rounds = rounds(scenario, setting, contender, value);
        return rounds.isEmpty() ? Optional.empty() : Optional.of(Statistics.estimate(List.copyOf(rounds.values())));
    }

    /** A figure as a multiple of another contender's in the same round. */
    Optional<Statistics.Estimate> ratio(String scenario, String setting, String contender, String base, String value) {
        Map<Integer, Double> above = rounds(scenario, setting, contender, value);
        Map<Integer, Double> below = rounds(scenario, setting, base, value);
        List<Double> ratios = above.entrySet()
                .stream()
                .filter(entry -> below.getOrDefault(entry.getKey(), 0.0) > 0)
                .map(entry -> entry.getValue() / below.get(entry.getKey()))
                .toList();
        return ratios.isEmpty() ? Optional.empty() : Optional.of(Statistics.estimate(ratios));
    }

    /** In how many rounds a contender's figures were marked with what. */
    Map<String, Integer> marks(String scenario, String setting, String contender) {
        Map<String, Integer> marks = new TreeMap<>();
        of(scenario, setting).stream()
                .filter(sample -> sample.contender().equals(contender))
                .forEach(
                        sample -> sample.marks().forEach(mark -> marks.merge(mark, 1, Integer::sum)));
        return marks;
    }

    /** Why a figure of a contender is no finding; empty if it may be one. */
    List<String> doubts(String scenario, String setting, String contender, Metric metric) {
        return metric.doubts(marks(scenario, setting, contender), rounds(scenario, setting, contender, metric.value())
                .size());
    }

    /** Failures of all clients by contender and reason, {@code wrong-byte} among them. */
    Map<String, Map<String, Long>> failures() {
        Map<String, Map<String, Long>> failures = new TreeMap<>();
        samples.forEach(sample -> sample.failures()
                .forEach((reason, count) -> failures.computeIfAbsent(sample
                        .contender(), key -> new LinkedHashMap<>()).merge(reason, count, Long::sum)));
        return failures;
    }
}
