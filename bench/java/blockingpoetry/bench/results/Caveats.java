package blockingpoetry.bench.results;

import java.util.Set;

/** Why a figure may be no finding, as samples and the report name it; and which of these make a kind of figure doubtful. */
public final class Caveats {
    public static final String CLIENT_BOUND = "client-bound";
    public static final String PORT_EXHAUSTED = "port-exhausted";
    public static final String BACKLOG_OVERFLOWED = "backlog-overflowed";
    public static final String NOISY = "noisy";
    public static final String SATURATED = "saturated";
    public static final String LOAD_LATE = "load-late";
    public static final String FAILURES = "failures";
    public static final String NOT_STEADY = "not-steady";
    public static final String KEEPS_HEAP = "keeps-heap";
    public static final String KEEPS_MEMORY = "keeps-memory";

    /** For figures of any kind. */
    public static final Set<String> ANY = Set.of(NOISY, PORT_EXHAUSTED);

    /** For processor time. */
    public static final Set<String> COST = Set.of(NOISY, PORT_EXHAUSTED, NOT_STEADY, SATURATED, FAILURES);

    /** For throughput, and latencies of a closed loop. */
    public static final Set<String> SPEED =
            Set.of(NOISY, PORT_EXHAUSTED, CLIENT_BOUND, BACKLOG_OVERFLOWED, NOT_STEADY, FAILURES);

    /** For latencies of an open loop, in which clients that failed are counted as not served. */
    public static final Set<String> LATENCY = Set.of(NOISY, PORT_EXHAUSTED, BACKLOG_OVERFLOWED, LOAD_LATE, SATURATED);

    private Caveats() {}
}
