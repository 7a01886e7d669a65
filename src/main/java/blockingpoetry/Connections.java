package blockingpoetry;

import static blockingpoetry.Log.LOG;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The open connections of one server: how many there may be, what became of them, and that none is stuck for ever.
 *
 * <p>A blocking write has no timeout. So one thread of this class looks at all connections now and then, and ends those
 * that take too long; no connection needs a timer of its own. Everything else runs on the threads that call it.
 */
final class Connections {
    /** Bytes that a client may say after the poem before it is no longer listened to. */
    static final int DRAIN_LIMIT = 64 * 1024;

    /** How long accepting rests when it failed: long enough not to spin, short enough to go on at once. */
    static final Duration REST = Duration.ofMillis(10);

    /** Failures to accept belong to one episode, and so to one log line, until none came for so long. */
    private static final long EPISODE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final String design;
    private final ServerOptions options;
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private final PerAddress perAddress;
    private final Semaphore places;
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>(); // for a place
    private final Thread watch = Thread.ofPlatform().daemon().name("watch").unstarted(this::watch);
    private final CountDownLatch whenStopped = new CountDownLatch(1);
    private volatile boolean over;

    private final AtomicLong lastId = new AtomicLong();
    private final LongAdder finished = new LongAdder();
    private final LongAdder aborted = new LongAdder();
    private final LongAdder stalled = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder stopped = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final Durations durations = new Durations();

    private final LongAdder acceptFailures = new LongAdder();
    private final AtomicLong episode = new AtomicLong(); // failures to accept in this one
    private volatile long lastAcceptFailureNanos;

    Connections(String design, ServerOptions options) {
        this.design = design;
        this.options = options;
        this.perAddress = new PerAddress(options.maxClientsPerAddress());
        this.places = new Semaphore(options.maxClients());
        watch.start();
    }

    String design() {
        return design;
    }

    ServerOptions options() {
        return options;
    }

    Stats stats() {
        return new Stats(open.size(), finished.sum(), aborted.sum(),
                stalled.sum() + refused.sum() + stopped.sum() + failed.sum(), bytes.sum());
    }

    Figures figures() {
        Map<String, Long> cut = Map.of("stalled", stalled.sum(), "refused", refused.sum(), "stopped", stopped.sum(),
                "failed", failed.sum());
        return new Figures(stats(), cut, acceptFailures.sum(), durations.histogram());
    }

    /** Blocks until there is a place for one more connection, without taking it: several listeners may wait here. */
    void awaitPlace() {
        places.acquireUninterruptibly();
        places.release();
    }

    /** Takes a place, for {@link #open}; blocks while another listener's client has the last one. */
    void takePlace(Endpoint endpoint) {
        if (!places.tryAcquire()) {
            endpoint.resetOnClose(true); // as in open, which may be a while off
            places.acquireUninterruptibly();
        }
    }

    /**
     * Takes a place, for {@link #open}, without blocking.
     *
     * @param whenFree run once, on any thread, when there may be a place again; only after this returned false
     */
    boolean tryTakePlace(Runnable whenFree) {
        if (places.tryAcquire()) {
            return true;
        }
        waiting.add(whenFree);
        // One may have become free in between; whoever took the action away again is to act on it.
        return places.tryAcquire() && (waiting.remove(whenFree) || !leavePlace());
    }

    /** Gives a place back that was not needed; returns true. */
    boolean leavePlace() {
        places.release();
        for (int left = waiting.size(); left > 0; left--) { // not until it is empty: who finds no place waits anew
            Runnable whenFree = waiting.poll();
            if (whenFree != null) {
                whenFree.run();
            }
        }
        return true;
    }

    /** Enters an accepted connection, for which a place was taken, into the books. */
    Connection open(Service service, Endpoint endpoint) {
        endpoint.resetOnClose(true); // first of all: whatever ends the process now, this client must not see a clean end
        boolean admitted = perAddress.enter(endpoint.client().getAddress());
        Connection connection =
                new Connection(lastId.incrementAndGet(), service.poem(), endpoint, this, admitted);
        open.add(connection);
        if (over) {
            connection.stop();
        }
        return connection;
    }

    /** Says so, once an episode; the caller rests for {@link #REST} and then simply tries again. */
    void acceptFailed(Throwable reason) {
        lastAcceptFailureNanos = System.nanoTime();
        acceptFailures.increment();
        if (episode.getAndIncrement() == 0) {
            LOG.warn("cannot serve clients with {} connections open, trying on: {}", open.size(), reason.getMessage());
        }
    }

    /** For {@link Connection}: some bytes of a poem were sent. */
    void wrote(int count) {
        bytes.add(count);
    }

    /** For {@link Connection}: strikes it from the books, on the thread that served it. */
    void ended(Connection connection, Outcome outcome, @Nullable Throwable fault) {
        if (outcome != Outcome.REFUSED) {
            perAddress.leave(connection.endpoint().client().getAddress());
        }
        switch (outcome) {
            case FINISHED -> finished.increment();
            case ABORTED -> aborted.increment();
            case STALLED -> stalled.increment();
            case REFUSED -> refused.increment();
            case STOPPED -> stopped.increment();
            case FAILED -> failed.increment();
        }
        if (outcome == Outcome.FINISHED) {
            durations.add(connection.ageNanos());
        }
        open.remove(connection);
        if (options.logConnections()) {
            LOG.info(line(connection, outcome));
        }
        if (fault instanceof OutOfMemoryError) {
            acceptFailed(fault); // there is no memory or thread for one more, as there may be no descriptor
        } else if (fault != null) {
            LOG.error("recital {} failed", connection.id(), fault);
        }
        leavePlace();
    }

    /**
     * Stops the server, once; whoever calls it again blocks until that is done.
     *
     * @param stopAccepting closes the listeners
     * @param endThreads    blocks until the server's own threads have ended; no connection is open then
     */
    synchronized void stop(Runnable stopAccepting, Runnable endThreads) {
        if (whenStopped.getCount() == 0) {
            return;
        }
        stopAccepting.run();
        awaitNone(options.grace());
        over = true;
        open.forEach(Connection::stop);
        awaitNone();
        endThreads.run();
        awaitNone(); // the last thing an accepting thread did may have been to open one
        watch.interrupt();
        whenStopped.countDown();
    }

    /** Whether the grace period is over, and whatever is open is being cut. */
    boolean isOver() {
        return over;
    }

    /** Blocks until {@link #stop} is done. */
    void awaitStopped() throws InterruptedException {
        whenStopped.await();
    }

    /** Blocks until no connection is open, at most for the grace period. To have all places is to know that nobody has one. */
    private void awaitNone(Duration grace) {
        try {
            if (places.tryAcquire(options.maxClients(), grace.toNanos(), TimeUnit.NANOSECONDS)) {
                leaveAllPlaces();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the caller is in a hurry: the grace period is over
        }
    }

    private void awaitNone() {
        places.acquireUninterruptibly(options.maxClients());
        leaveAllPlaces();
    }

    /** Who wanted one at that moment is told, too. */
    private void leaveAllPlaces() {
        places.release(options.maxClients() - 1);
        leavePlace();
    }

    private void watch() {
        long stallNanos = options.stallTimeout().toNanos();
        long drainNanos = options.drainTimeout().toNanos();
        long shortestNanos =
                LongStream.of(stallNanos, drainNanos, EPISODE_NANOS).filter(nanos -> nanos > 0).min().getAsLong();
        long tickNanos = Math.max(shortestNanos / 8, TimeUnit.MILLISECONDS.toNanos(5)); // more often, it would only be busy
        while (!Thread.interrupted()) {
            LockSupport.parkNanos(tickNanos);
            long nowNanos = System.nanoTime();
            open.forEach(connection -> connection.check(nowNanos, stallNanos, drainNanos));
            if (episode.get() > 0 && nowNanos - lastAcceptFailureNanos > EPISODE_NANOS) {
                LOG.info("accepting again after {} failures", episode.getAndSet(0));
            }
        }
    }

    private String line(Connection connection, Outcome outcome) {
        return String.format(Locale.ROOT,
                "id=%d design=%s client=%s poem=\"%s\" bytes=%d duration=%.6f outcome=%s open=%d",
                connection.id(), design, Service.hostPort(connection.endpoint().client()), connection.poem(),
                connection.bytes(), connection.ageNanos() / 1e9, outcome, open.size());
    }
}
