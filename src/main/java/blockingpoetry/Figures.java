package blockingpoetry;

import java.util.Map;

/**
 * What a server has done so far in more detail, for whoever watches it from afar.
 *
 * @param stats          the counters
 * @param cut            connections that the server ended early, by the reason: {@code stalled}, {@code refused} (their address
 *                       had enough), {@code stopped} and {@code failed}
 * @param acceptFailures how often accepting failed
 * @param durations      of finished recitals, from accept to the end
 */
public record Figures(Stats stats, Map<String, Long> cut, long acceptFailures, Durations.Histogram durations) {}
