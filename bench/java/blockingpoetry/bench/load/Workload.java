package blockingpoetry.bench.load;

import blockingpoetry.Pace;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * How clients arrive, and what each of them does.
 *
 * <p>In a <em>closed loop</em> a fixed number of clients is in flight: when one ends, the next one starts. This shows how much a
 * server can do. In an <em>open loop</em> clients arrive at random at a fixed mean rate (exponential intervals), whether or not
 * earlier ones have been served, as real clients do. Only this shows how late poems are, because no client waits for the
 * server before it is counted (Tene, "How NOT to measure latency").
 *
 * @param targets       where the clients connect, in turn
 * @param atOnce        closed loop: how many clients are in flight; zero for an open loop
 * @param perSecond     open loop: how many clients arrive in a second on average; zero for a closed loop
 * @param total         how many clients there are in all
 * @param startsInARow  a loop starts no more clients than that before it reads what has arrived
 * @param behaviours    what a client does besides reading, by its number from 0 on; called on the loops' threads
 * @param firstByteOnly whether a client is done at its first byte, and leaves then
 * @param pace          the server's pace, if the times of chunks are to be compared with it
 * @param patience      a client that takes longer than that has failed
 */
public record Workload(List<Target> targets, int atOnce, double perSecond, long total, int startsInARow,
        IntFunction<Behaviour> behaviours, boolean firstByteOnly, Optional<Pace> pace, Duration patience) {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration FOR_EVER = Duration.ofDays(1);
    private static final int STARTS_IN_A_ROW = 32; // few enough that no backlog overflows at the start

    /** A server, and the poem that it should send. */
    public record Target(InetSocketAddress server, ByteBuffer poem) {
        /** The same poem with a position and a limit of its own. */
        Target duplicate() {
            return new Target(server, poem.duplicate());
        }
    }

    public static Workload closed(InetSocketAddress server, ByteBuffer poem, int atOnce) {
        return closed(server, poem, atOnce, PATIENCE);
    }

    public static Workload closed(InetSocketAddress server, ByteBuffer poem, int atOnce, Duration patience) {
        return endless(server, poem, atOnce, 0, false, Optional.empty(), patience);
    }

    public static Workload open(InetSocketAddress server, ByteBuffer poem, double perSecond) {
        return endless(server, poem, 0, perSecond, false, Optional.empty(), PATIENCE);
    }

    /** An open loop of clients that leave at their first byte. */
    public static Workload newcomers(InetSocketAddress server, ByteBuffer poem, double perSecond) {
        return endless(server, poem, 0, perSecond, true, Optional.empty(), PATIENCE);
    }

    /** Clients of a server in slow mode, which stay; there are none until {@link Load#atOnce} says so. */
    public static Workload held(InetSocketAddress server, ByteBuffer poem, Pace pace) {
        return endless(server, poem, 0, 0, false, Optional.of(pace), FOR_EVER);
    }

    private static Workload endless(InetSocketAddress server, ByteBuffer poem, int atOnce, double perSecond,
            boolean firstByteOnly, Optional<Pace> pace, Duration patience) {
        return new Workload(List.of(new Target(server, poem)), atOnce, perSecond, Long.MAX_VALUE, STARTS_IN_A_ROW,
                number -> Behaviour.PLAIN, firstByteOnly, pace, patience);
    }

    /** A closed loop of a number of clients with behaviours, the first of which start in the same instant. */
    public static Workload of(List<InetSocketAddress> servers, List<byte[]> poems, int total, int atOnce,
            IntFunction<Behaviour> behaviours) {
        List<Target> targets = IntStream.range(0, servers.size())
                .mapToObj(i -> new Target(servers.get(i), ByteBuffer.wrap(poems.get(i))))
                .toList();
        return new Workload(targets, atOnce, 0, total, atOnce, behaviours, false, Optional.empty(), FOR_EVER);
    }
}
