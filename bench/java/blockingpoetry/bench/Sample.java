package blockingpoetry.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import org.HdrHistogram.Histogram;
import tools.jackson.jr.ob.JSON;

/**
 * One measurement: a contender in one round of a scenario's setting. {@code bench/results/README.md} is its schema.
 *
 * @param scenario  {@code burst}
 * @param setting   what was varied: {@code K=64}
 * @param contender {@code virtual}
 * @param round     from 1 on
 * @param values    figures by name, which ends in the unit
 * @param failures  clients that did not get their poem, by reason
 * @param marks     why the figures are not to be taken for a finding; none if they may
 * @param latency   the histogram of latencies in microseconds, in HdrHistogram's own compressed form
 */
record Sample(String scenario, String setting, String contender, int round, Map<String, Double> values,
        Map<String, Long> failures, List<String> marks, Optional<String> latency) {

    static final String CLIENT_BOUND = "client-bound";
    static final String PORT_EXHAUSTED = "port-exhausted";
    static final String BACKLOG_OVERFLOWED = "backlog-overflowed";
    static final String NOISY = "noisy";
    static final String SATURATED = "saturated";
    static final String LOAD_LATE = "load-late";
    static final String FAILURES = "failures";
    static final String NOT_STEADY = "not-steady";
    static final String KEEPS_HEAP = "keeps-heap";
    static final String KEEPS_MEMORY = "keeps-memory";

    /** Whether it is the same measurement, done before. */
    boolean isAt(String scenario, String setting, String contender, int round) {
        return this.scenario.equals(scenario) && this.setting.equals(setting) && this.contender.equals(contender)
                && this.round == round;
    }

    /** As a line of JSON. */
    String toJson() throws IOException {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("scenario", scenario);
        line.put("setting", setting);
        line.put("contender", contender);
        line.put("round", round);
        line.put("values", values);
        line.put("failures", failures);
        line.put("marks", marks);
        latency.ifPresent(text -> line.put("latency", text));
        return JSON.std.asString(line);
    }

    static Sample fromJson(String line) throws IOException {
        Map<String, Object> map = JSON.std.mapFrom(line);
        Map<String, Double> values = new LinkedHashMap<>();
        ((Map<?, ?>) map.get("values")).forEach((key, value) -> values.put((String) key, ((Number) value)
                .doubleValue()));
        Map<String, Long> failures = new LinkedHashMap<>();
        ((Map<?, ?>) map.get("failures")).forEach((key, value) -> failures.put((String) key, ((Number) value)
                .longValue()));
        List<String> marks = ((List<?>) map.get("marks")).stream().map(String.class::cast).toList();
        return new Sample((String) map.get("scenario"), (String) map.get("setting"), (String) map.get("contender"),
                ((Number) map.get("round")).intValue(), values, failures, marks, Optional.ofNullable((String) map.get(
                        "latency")));
    }

    /** The latencies in microseconds; empty if there are none. */
    Optional<Histogram> histogram() {
        return latency.map(text -> {
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
