package blockingpoetry;

import java.util.List;
import java.util.Map;

/**
 * What a server has done so far, over all its services.
 *
 * @param accepted       connections accepted, ever
 * @param open           connections held now
 * @param ended          connections that have ended, by outcome; every outcome is there
 * @param bytes          bytes of poems handed to the kernel, those of broken recitals included
 * @param acceptFailures how often accepting failed
 * @param durations      of finished recitals, from accept to the end
 */
public record Stats(long accepted, long open, Map<Outcome, Long> ended, long bytes, long acceptFailures,
        Histogram durations) {
    /**
     * Durations, counted in classes.
     *
     * @param boundsSeconds the longest duration of each class but the last, which has no bound
     * @param counts        durations in each class, one class more than bounds
     * @param sumSeconds    all durations together
     */
    public record Histogram(List<Double> boundsSeconds, List<Long> counts, double sumSeconds) {}

    public long finished() {
        return ended.getOrDefault(Outcome.FINISHED, 0L);
    }

    public long aborted() {
        return ended.getOrDefault(Outcome.ABORTED, 0L);
    }

    /** Connections that the server ended early. */
    public long cut() {
        return ended.entrySet().stream().filter(entry -> entry.getKey().isCut()).mapToLong(Map.Entry::getValue).sum();
    }

    @Override
    public String toString() {
        return "Stats[open=" + open + ", finished=" + finished() + ", aborted=" + aborted() + ", cut=" + cut()
                + ", bytes=" + bytes + "]";
    }
}
