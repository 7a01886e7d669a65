package blockingpoetry.bench.results;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.jr.ob.JSON;

/**
 * A folder of results: {@code environment.json}, and {@code samples.jsonl}, to which each sample is added as soon as there is one,
 * so that none is lost whenever the lab ends.
 */
public record Results(Path folder, Map<String, Object> environment, List<Sample> samples) {
    public static Results create(Path folder, Map<String, Object> environment) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("environment.json"),
                JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(environment) + "\n");
        Files.writeString(folder.resolve("samples.jsonl"), "");
        return new Results(folder, environment, new ArrayList<>());
    }

    /**
     * Reads a folder. A last line that was cut off is not read; an environment that is missing is empty.
     *
     * @throws IOException if the folder has no results
     */
    public static Results read(Path folder) throws IOException {
        if (!Files.isRegularFile(folder.resolve("samples.jsonl"))) {
            throw new IOException(folder + " holds no results: it has no samples.jsonl");
        }
        List<Sample> samples = new ArrayList<>();
        List<String> lines = Files.readAllLines(folder.resolve("samples.jsonl"));
        for (String line : lines) {
            try {
                samples.add(Sample.fromJson(line));
            } catch (JacksonException e) {
                if (samples.size() < lines.size() - 1) {
                    throw new IOException(folder + ": line " + (samples.size() + 1) + " of samples.jsonl is no sample",
                            e);
                }
            }
        }
        Path environment = folder.resolve("environment.json");
        return new Results(folder, Files.exists(environment)
                ? JSON.std.mapFrom(Files.readString(environment))
                : Map.of(), samples);
    }

    /** Reads a folder, to which samples will be added. */
    public static Results resume(Path folder) throws IOException {
        Results results = read(folder);
        Path file = folder.resolve("samples.jsonl");
        Files.write(file, Files.readAllLines(file).subList(0, results.samples.size())); // not the line that was cut off
        return results;
    }

    /** The loads of two machines on one server, the first of one with the first of the other, and so on. */
    public Results plus(Results other) throws IOException {
        if (samples.size() != other.samples.size()) {
            throw new IOException(
                    folder + " has " + samples.size() + " results, " + other.folder + " " + other.samples.size());
        }
        List<Sample> sum = new ArrayList<>();
        for (int i = 0; i < samples.size(); i++) {
            sum.add(samples.get(i).plus(other.samples.get(i)));
        }
        return new Results(folder, environment, sum);
    }

    /** Several runs as if they were one, of more rounds; fractions of the highest rate are the same whatever that is. */
    public static Results pooled(List<Results> runs) {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < runs.size(); i++) {
            int earlier = i * 1000;
            runs.get(i).samples.stream()
                    .filter(sample -> sample.round() > 0)
                    .map(sample -> new Sample(sample.scenario(),
                            sample.setting().replaceFirst("^.*/s \\((.*)\\)$", "$1"),
                            sample.contender(), sample.round() + earlier, sample.measurement()))
                    .forEach(samples::add);
        }
        return new Results(runs.getFirst().folder, runs.getFirst().environment, samples);
    }

    /** What it was measured on, and when, in a line. */
    public String machine() {
        return String.join(", ", environment("cpu"), environment("cpu_generation"), environment("kernel"),
                environment("java"), environment("date"), "commit " + environment("commit"));
    }

    /** Something of the environment; "unknown" if it is not known. */
    public String environment(String name) {
        return String.valueOf(environment.getOrDefault(name, "unknown"));
    }

    public void add(Sample sample) throws IOException {
        samples.add(sample);
        Files.writeString(folder.resolve("samples.jsonl"), sample.toJson() + "\n", StandardOpenOption.APPEND);
    }

    public boolean has(String scenario, String setting, String contender, int round) {
        return samples.stream().anyMatch(sample -> sample.isAt(scenario, setting, contender, round));
    }

    private Stream<Sample> measured(String scenario) {
        return samples.stream().filter(sample -> sample.scenario().equals(scenario) && sample.round() > 0);
    }

    private Stream<Sample> measured(String scenario, String setting) {
        return measured(scenario).filter(sample -> sample.setting().equals(setting));
    }

    /** The settings of a scenario, in the order in which they were measured. */
    public List<String> settings(String scenario) {
        return measured(scenario).map(Sample::setting).distinct().toList();
    }

    /** The contenders of a setting, by name. */
    public List<String> contenders(String scenario, String setting) {
        return measured(scenario, setting).map(Sample::contender).distinct().sorted().toList();
    }

    /** The contenders of a setting, the best one by its median first; those without the figure last. */
    public List<String> byFigure(String scenario, String setting, Metric metric) {
        int sign = metric.isRate() ? -1 : 1;
        return contenders(scenario, setting).stream()
                .sorted(Comparator.comparing(contender -> series(scenario, setting, contender).estimate(metric.value())
                        .map(estimate -> sign * estimate.median())
                        .orElse(Double.MAX_VALUE)))
                .toList();
    }

    /** The rounds of a contender in a setting; none if it was not measured. */
    public Series series(String scenario, String setting, String contender) {
        return new Series(measured(scenario, setting).filter(sample -> sample.contender().equals(contender)).toList());
    }

    /** Why contenders are missing from a scenario, by name. */
    public Map<String, String> absent(String scenario) {
        Map<String, String> absent = new TreeMap<>();
        samples.stream()
                .filter(sample -> sample.scenario().equals(scenario) && sample.round() == 0)
                .forEach(sample -> absent.put(sample.contender(), String.join("; ", sample.measurement().caveats())));
        return absent;
    }

    /** Failures of all clients by contender and reason, {@code wrong-byte} among them. */
    public Map<String, Map<String, Long>> failures() {
        Map<String, Map<String, Long>> failures = new TreeMap<>();
        samples.forEach(sample -> sample.measurement()
                .failures()
                .forEach((reason, count) -> failures.computeIfAbsent(sample.contender(), key -> new LinkedHashMap<>())
                        .merge(reason, count, Long::sum)));
        return failures;
    }
}
