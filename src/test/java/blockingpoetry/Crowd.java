package blockingpoetry;

import blockingpoetry.bench.load.Behaviour;
import blockingpoetry.bench.load.Load;
import blockingpoetry.bench.load.Outcomes;
import blockingpoetry.bench.load.Outcomes.Failure;
import blockingpoetry.bench.load.Workload;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** A number of clients, on one thread of the lab's {@link Load}, and what became of each of them by a deadline. */
public final class Crowd implements AutoCloseable {
    private final Load load;
    private final int total;
    private final long deadlineNanos;

    /** What became of a client. */
    public enum End {
        /** It received the poem and a clean end. */
        WHOLE,
        /** It left early, as its behaviour says. */
        LEFT,
        /** It saw a reset, or was refused. */
        RESET,
        /** It saw a clean end too early: the one thing that must never happen. */
        CUT_SHORT,
        /** It received a byte that is not the poem's. */
        WRONG,
        /** It was not done by the deadline. */
        LATE
    }

    /**
     * What became of all.
     *
     * @param ends how many clients had an end of each kind; kinds that did not occur are left out
     * @param peak the most clients that were connected at once
     */
    public record Result(Map<End, Integer> ends, int peak) {
        public int count(End end) {
            return ends.getOrDefault(end, 0);
        }
    }

    private Crowd(Load load, int total, Duration time) {
        this.load = load;
        this.total = total;
        this.deadlineNanos = System.nanoTime() + time.toNanos();
    }

    /**
     * Sends a crowd of clients that only read, and blocks until all are done or the time is over.
     *
     * @param addresses where to connect, in turn
     * @param poems     what is served there
     * @param total     how many clients there are
     * @param atOnce    how many of them at the same time
     * @param time      after which clients that are not done count as late
     */
    public static Result send(List<InetSocketAddress> addresses, List<byte[]> poems, int total, int atOnce,
            Duration time) throws IOException {
        return send(addresses, poems, total, atOnce, time, number -> Behaviour.PLAIN);
    }

    /** The same with behaviours, by the number of the client, from 0 on. */
    public static Result send(List<InetSocketAddress> addresses, List<byte[]> poems, int total, int atOnce,
            Duration time, IntFunction<Behaviour> behaviours) throws IOException {
        try (Crowd crowd = start(addresses, poems, total, atOnce, time, behaviours)) {
            return crowd.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    /** The same, but does not wait. */
    public static Crowd start(List<InetSocketAddress> addresses, List<byte[]> poems, int total, int atOnce,
            Duration time, IntFunction<Behaviour> behaviours) throws IOException {
        return new Crowd(Load.start(Workload.of(addresses, poems, total, atOnce, behaviours), 1, false), total, time);
    }

    /** How many read nothing until {@link #release}. */
    public int holding() {
        return load.holding();
    }

    /** How many are done. */
    public int ended() {
        return load.done();
    }

    /** Whether all are done, or the time is over. */
    public boolean isDone() {
        return ended() == total || deadlineNanos - System.nanoTime() <= 0;
    }

    /** Lets clients that hold read on; later ones do not hold at all. */
    public void release() {
        load.release();
    }

    /** Blocks until all are done or the time is over, and ends the crowd. */
    public Result await() throws InterruptedException {
        load.awaitEnd(Duration.ofNanos(deadlineNanos - System.nanoTime()));
        load.close();
        Outcomes outcomes = load.take();
        if (outcomes.failures.containsKey(Failure.NO_PORT)) {
            throw new IllegalStateException("this machine has no port left for a client");
        }
        Map<End, Integer> ends = new EnumMap<>(End.class);
        put(ends, End.WHOLE, outcomes.whole);
        put(ends, End.LEFT, outcomes.left);
        put(ends, End.RESET, failed(outcomes, Failure.RESET) + failed(outcomes, Failure.REFUSED));
        put(ends, End.CUT_SHORT, failed(outcomes, Failure.SHORT));
        put(ends, End.WRONG, failed(outcomes, Failure.WRONG_BYTE));
        put(ends, End.LATE, total - ends.values().stream().mapToInt(Integer::intValue).sum());
        return new Result(Map.copyOf(ends), load.peak());
    }

    private static long failed(Outcomes outcomes, Failure failure) {
        return outcomes.failures.getOrDefault(failure, 0L);
    }

    private static void put(Map<End, Integer> ends, End end, long count) {
        if (count > 0) {
            ends.put(end, Math.toIntExact(count));
        }
    }

    /** Ends the crowd; clients that are not done leave. */
    @Override
    public void close() {
        load.close();
    }
}
