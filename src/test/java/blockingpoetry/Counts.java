package blockingpoetry;

/** The counters of {@link Stats}, to compare all of them at once. */
public record Counts(long open, long finished, long aborted, long cut, long bytes) {
    public static Counts of(Stats stats) {
        return new Counts(stats.open(), stats.finished(), stats.aborted(), stats.cut(), stats.bytes());
    }

    /** The counters of a server now. */
    public static Counts of(PoetryServer server) {
        return of(server.stats());
    }
}
