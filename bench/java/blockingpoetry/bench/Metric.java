package blockingpoetry.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A figure as the report shows it.
 *
 * @param value   its name in {@link Sample#values}
 * @param title   {@code server CPU per poem}
 * @param unit    {@code µs}
 * @param digits  after the point
 * @param doubted by which marks it is no finding
 */
record Metric(String value, String title, String unit, int digits, Set<String> doubted) {
    private static final Set<String> WHATEVER = Set.of(Sample.NOISY, Sample.PORT_EXHAUSTED);
    private static final Set<String> SPEED = Set.of(Sample.NOISY, Sample.PORT_EXHAUSTED, Sample.CLIENT_BOUND,
            Sample.BACKLOG_OVERFLOWED, Sample.NOT_STEADY);
    private static final Set<String> LATENCY = Set.of(Sample.NOISY, Sample.PORT_EXHAUSTED, Sample.BACKLOG_OVERFLOWED,
            Sample.LOAD_LATE, Sample.SATURATED);
    private static final Set<String> COST = Set.of(Sample.NOISY, Sample.PORT_EXHAUSTED, Sample.NOT_STEADY);

    /** By scenario, the one that matters most first. */
    static final Map<String, List<Metric>> OF = Map.of(
            Burst.NAME, List.of(new Metric("server_cpu_us_per_poem", "server CPU per poem", "µs", 1, COST),
                    new Metric("poems_per_second", "poems per second", "", 0, SPEED),
                    new Metric("p50_ms", "latency p50", "ms", 2, SPEED),
                    new Metric("p99_ms", "p99", "ms", 2, SPEED),
                    new Metric("p999_ms", "p99.9", "ms", 2, SPEED),
                    new Metric("server_cpu_share", "server's core in use", "", 2, WHATEVER)),
            Steady.NAME, List.of(new Metric("p99_ms", "latency p99", "ms", 2, LATENCY),
                    new Metric("p50_ms", "p50", "ms", 2, LATENCY),
                    new Metric("p90_ms", "p90", "ms", 2, LATENCY),
                    new Metric("p999_ms", "p99.9", "ms", 2, LATENCY),
                    new Metric("max_ms", "worst", "ms", 1, LATENCY),
                    new Metric("server_cpu_us_per_poem", "server CPU per poem", "µs", 1, COST)),
            Anthology.NAME, List.of(new Metric("gb_per_second", "throughput", "GB/s", 2, SPEED),
                    new Metric("server_cpu_s_per_gb", "server CPU per GB", "s", 3, COST)),
            Curtain.NAME, List.of(new Metric("first_poem_ms", "start to the first poem", "ms", 0, WHATEVER),
                    new Metric("poems_in_2_s", "poems in the first 2 s", "", 0, WHATEVER)),
            HeldCrowd.NAME,
            List.of(new Metric("resident_bytes_per_connection", "process memory per connection", "bytes",
                    0, WHATEVER),
                    new Metric("heap_bytes_per_connection", "of that live heap", "bytes", 0, WHATEVER),
                    new Metric("kernel_bytes_per_connection", "kernel memory per connection, both ends", "bytes", 0,
                            WHATEVER),
                    new Metric("threads", "OS threads at the most", "", 0, WHATEVER),
                    new Metric("pacing_p99_ms", "pacing error p99 at the most", "ms", 2, LATENCY),
                    new Metric("newcomer_p99_ms", "newcomer's first byte p99 at the most", "ms", 2, LATENCY)),
            Neighbours.NAME, List.of(new Metric("beside_p99_ms", "first byte p99 beside the crowd", "ms", 2, LATENCY),
                    new Metric("alone_p99_ms", "p99 alone", "ms", 2, LATENCY),
                    new Metric("beside_p50_ms", "p50 beside the crowd", "ms", 2, LATENCY),
                    new Metric("alone_p50_ms", "p50 alone", "ms", 2, LATENCY)),
            Check.NAME, List.of(new Metric("lab_to_other", "the lab's figure, × the other", "", 3, WHATEVER),
                    new Metric("server_cpu_us_per_poem", "server CPU per poem", "µs", 1, COST),
                    new Metric("other_cpu_us_per_poem", "the same by the other", "µs", 1, COST),
                    new Metric("poems_per_second", "poems per second", "", 0, WHATEVER),
                    new Metric("other_poems_per_second", "the same by the other", "", 0, WHATEVER)));

    String text(double number) {
        return String.format(Locale.ROOT, "%,." + digits + "f", number);
    }

    /** A median with its interval. */
    String text(Statistics.Estimate estimate) {
        String middle = text(estimate.median());
        String low = text(estimate.low());
        String high = text(estimate.high());
        return low.equals(high) ? middle : middle + " (" + low + "–" + high + ")";
    }

    /** Which of a setting's marks, seen in half of the rounds or more, make it no finding. */
    List<String> doubts(Map<String, Integer> marks, int rounds) {
        return marks.entrySet()
                .stream()
                .filter(mark -> doubted.contains(mark.getKey()) && mark.getValue() * 2 >= rounds)
                .map(Map.Entry::getKey)
                .toList();
    }
}
