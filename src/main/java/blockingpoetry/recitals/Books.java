package blockingpoetry.recitals;

import static blockingpoetry.recitals.Log.LOG;

import blockingpoetry.Outcome;
import blockingpoetry.Service;
import blockingpoetry.Stats;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** The counters of a server, and its log lines about clients. Any thread may write. */
final class Books {
    /** An episode of failures to accept is over when there was none for so long. */
    static final long EPISODE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Map<Outcome, LongAdder> ended = new ConcurrentHashMap<>();
    private final LongAdder bytes = new LongAdder();
    private final Durations durations = new Durations();
    private final LongAdder acceptFailures = new LongAdder();
    private final AtomicLong episode = new AtomicLong(); // failures to accept in this one
    private volatile long lastFailureNanos;

    void wrote(int count) {
        bytes.add(count);
    }

    void ended(Connection connection, Outcome outcome) {
        ended.computeIfAbsent(outcome, first -> new LongAdder()).increment();
        if (outcome == Outcome.FINISHED) {
            durations.add(connection.ageNanos());
        }
    }

    /** Failures come by the thousand, so the log has two lines for each episode: when it begins, and when it is over. */
    void acceptFailed(Throwable reason, int open) {
        lastFailureNanos = System.nanoTime();
        acceptFailures.increment();
        if (episode.getAndIncrement() == 0) {
            LOG.warn("cannot serve clients with {} connections open, trying on: {}", open, reason.getMessage());
        }
    }

    /** Ends the episode, if one is over. */
    void checkEpisode(long nowNanos) {
        if (episode.get() > 0 && nowNanos - lastFailureNanos > EPISODE_NANOS) {
            LOG.info("accepting again after {} failures", episode.getAndSet(0));
        }
    }

    Stats stats(long accepted, int open) {
        Map<Outcome, Long> counts = new EnumMap<>(Outcome.class);
        for (Outcome outcome : Outcome.values()) {
            LongAdder count = ended.get(outcome);
            counts.put(outcome, count == null ? 0 : count.sum());
        }
        return new Stats(accepted, open, counts, bytes.sum(), acceptFailures.sum(), durations.histogram());
    }

    static void log(Connection connection, String design, Outcome outcome, int open) {
        LOG.info(String.format(Locale.ROOT,
                "id=%d design=%s client=%s poem=\"%s\" bytes=%d duration=%.6f outcome=%s open=%d",
                connection.id(), design, Service.hostPort(connection.client().address()), connection.poem(),
                connection.bytes(), connection.ageNanos() / 1e9, outcome, open));
    }
}
