package blockingpoetry.bench;

import blockingpoetry.Pace;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/**
 * What a load does.
 *
 * <p>Clients come in one of two ways. In a <em>closed loop</em> a number of them is in flight, and one that ends is
 * replaced by the next; this asks how much a server can do. In an <em>open loop</em> they come at random at a fixed mean
 * rate (exponential intervals), whether or not earlier ones were served, as real ones do; only this shows how late poems
 * are, because no client waits for the server before it is counted (Tene, "How NOT to measure latency").
 *
 * @param server    where to connect
 * @param poem      what has to come
 * @param atOnce    closed loop: how many clients are in flight; zero for an open loop
 * @param perSecond open loop: how many clients come in a second on average; zero for a closed loop
 * @param firstOnly whether a client leaves at its first byte
 * @param pace      the pace at which chunks are due, if their times are to be compared with it
 * @param patience  after which a client that is not done has failed
 */
record Plan(InetSocketAddress server, ByteBuffer poem, int atOnce, double perSecond, boolean firstOnly,
        Optional<Pace> pace,
        Duration patience) {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** A closed loop. */
    static Plan closed(InetSocketAddress server, ByteBuffer poem, int atOnce) {
        return new Plan(server, poem, atOnce, 0, false, Optional.empty(), PATIENCE);
    }

    /** An open loop. */
    static Plan open(InetSocketAddress server, ByteBuffer poem, double perSecond) {
        return new Plan(server, poem, 0, perSecond, false, Optional.empty(), PATIENCE);
    }

    /** An open loop of clients that leave at their first byte. */
    static Plan newcomers(InetSocketAddress server, ByteBuffer poem, double perSecond) {
        return new Plan(server, poem, 0, perSecond, true, Optional.empty(), PATIENCE);
    }

    /** Clients that stay, of a server in slow mode. */
    static Plan held(InetSocketAddress server, ByteBuffer poem, int atOnce, Pace pace) {
        return new Plan(server, poem, atOnce, 0, false, Optional.of(pace), Duration.ofDays(1));
    }
}
