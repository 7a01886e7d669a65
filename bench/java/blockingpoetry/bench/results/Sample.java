package blockingpoetry.bench.results;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import org.HdrHistogram.Histogram;
import tools.jackson.jr.ob.JSON;

/**
 * A measurement of one contender in one round of a scenario's setting, as a line of JSON. {@code bench/results/README.md} is its
 * schema.
 *
 * @param scenario  {@code burst}
 * @param setting   what was varied: {@code K=64}
 * @param contender {@code virtual}
 * @param round     from 1 on; 0 if there was no measurement, and the only caveat says why
 */
public record Sample(String scenario, String setting, String contender, int round, Measurement measurement) {
    private static final Pattern NUMBER = Pattern.compile("\\d[\\d,]*");

    /** Whether it is the same measurement, done before. */
    boolean isAt(String scenario, String setting, String contender, int round) {
        return this.scenario.equals(scenario) && this.setting.equals(setting) && this.contender.equals(contender)
                && this.round == round;
    }

    /**
     * This load and another one on the same server at the same time as one: rates add up, and histograms do so exactly. What
     * the server has cost is known to the one that ran beside it.
     */
    Sample plus(Sample other) throws IOException {
        if (!scenario.equals(other.scenario) || !NUMBER.matcher(setting).find()
                || !NUMBER.matcher(other.setting).find()) {
            throw new IOException(
                    "no loads of one kind: " + scenario + " " + setting + ", " + other.scenario + " " + other.setting);
        }
        String sum = String.format(Locale.ROOT, "%,d", number(setting) + number(other.setting));
        Map<String, Double> values = new LinkedHashMap<>();
        for (String name : List.of("poems", "poems_per_second")) {
            values.put(name, measurement.values().get(name) + other.measurement.values().get(name));
        }
        for (Sample one : List.of(this, other)) {
            Map<String, Double> own = one.measurement.values();
            if (own.containsKey("server_cpu_us_per_poem")) {
                values.put("server_cpu_us_per_poem",
                        own.get("server_cpu_us_per_poem") * own.get("poems") / values.get("poems"));
            }
        }
        Histogram latencies = latencies().orElseThrow();
        latencies.add(other.latencies().orElseThrow());
        Map<String, Long> failures = new TreeMap<>(measurement.failures());
        other.measurement.failures().forEach((reason, count) -> failures.merge(reason, count, Long::sum));
        List<String> caveats = Stream.concat(measurement.caveats().stream(), other.measurement.caveats().stream())
                .distinct()
                .toList();
        return new Sample(scenario, NUMBER.matcher(setting).replaceFirst(sum), contender, round,
                new Measurement(values, failures, caveats, Optional.empty()).with(latencies));
    }

    private static long number(String setting) {
        return NUMBER.matcher(setting)
                .results()
                .map(MatchResult::group)
                .mapToLong(text -> Long.parseLong(text.replace(",", "")))
                .findFirst()
                .orElseThrow();
    }

    String toJson() throws IOException {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("scenario", scenario);
        line.put("setting", setting);
        line.put("contender", contender);
        line.put("round", round);
        line.put("values", measurement.values());
        line.put("failures", measurement.failures());
        line.put("marks", measurement.caveats());
        measurement.latency().ifPresent(text -> line.put("latency", text));
        return JSON.std.asString(line);
    }

    static Sample fromJson(String line) throws IOException {
        Map<String, Object> map = JSON.std.mapFrom(line);
        Measurement measurement = new Measurement(numbers(map.get("values"), Number::doubleValue),
                numbers(map.get("failures"), Number::longValue),
                ((List<?>) map.get("marks")).stream().map(String.class::cast).toList(),
                Optional.ofNullable((String) map.get("latency")));
        return new Sample((String) map.get("scenario"), (String) map.get("setting"), (String) map.get("contender"),
                ((Number) map.get("round")).intValue(), measurement);
    }

    private static <T> Map<String, T> numbers(Object map, Function<Number, T> kind) {
        Map<String, T> numbers = new LinkedHashMap<>();
        ((Map<?, ?>) map).forEach((name, number) -> numbers.put((String) name, kind.apply((Number) number)));
        return numbers;
    }

    /** The latencies in microseconds, if there are any. */
    Optional<Histogram> latencies() {
        return measurement.latency().map(text -> {
            try {
                return Histogram.decodeFromCompressedByteBuffer(ByteBuffer.wrap(Base64.getDecoder().decode(text)), 0);
            } catch (DataFormatException e) {
                throw new IllegalArgumentException("no histogram: " + text, e);
            }
        });
    }

    static String encode(Histogram histogram) {
        ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
        int length = histogram.encodeIntoCompressedByteBuffer(buffer, Deflater.BEST_COMPRESSION);
        return Base64.getEncoder().encodeToString(Arrays.copyOf(buffer.array(), length));
    }
}
