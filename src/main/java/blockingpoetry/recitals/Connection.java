package blockingpoetry.recitals;

import blockingpoetry.Outcome;
import blockingpoetry.Poem;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One accepted connection. The design that serves it reports each step here, and in the end {@link #closed} or {@link #failed}: the
 * first report of an end counts. The {@link Watch} looks whether a step takes too long.
 *
 * <pre>
 *   (accepted) --> writing --> finishing --> closing --> closed
 *                   |   ^
 *                   v   |                    from anywhere: failed
 *                  waiting
 * </pre>
 *
 * <p>Only the thread that serves the connection, one at a time, reports steps and the end. Another thread may {@link #cut} the connection: that
 * settles the outcome and closes the socket, so that the serving thread fails, at the next step at the latest, and reports it. A client
 * whose address has too many connections is cut from the beginning.
 */
public final class Connection {
    /** What a connection is doing, and so which timeout holds for it. */
    private enum Step {
        ACCEPT, WRITE, WAIT, FINISH, CLOSE;

        final String word = name().toLowerCase(java.util.Locale.ROOT);
    }

    private final long id;
    private final Poem poem;
    private final ClientSocket client;
    private final Connections connections;
    private final @Nullable FlightTrace trace;
    private final long startNanos = System.nanoTime();

    // The time is written before the step, and read after it: so a step is never taken for older than it is.
    private volatile long progressTick; // of the watch
    private volatile Step step = Step.ACCEPT; // written by the serving thread only

    // For the serving thread only.
    private long bytes;
    private boolean counted; // among the connections of its client's address
    private boolean ended;

    // Written by the watch's look into the kernel only.
    private long unacknowledged; // bytes, at the last look
    private long lastLookTick; // when that began
    private volatile long previousLookTick; // when the one before it began

    private @Nullable Outcome outcome; // guarded by this

    Connection(long id, Poem poem, ClientSocket client, Connections connections) {
        this.id = id;
        this.poem = poem;
        this.client = client;
        this.connections = connections;
        this.progressTick = connections.watch.now();
        this.counted = connections.addresses.enter(client.address().getAddress());
        this.outcome = counted ? null : Outcome.REFUSED;
        this.trace = FlightTrace.start(id, connections.design);
    }

    /** The poem as it was when the client came; replacing it changes nothing here. */
    public Poem poem() {
        return poem;
    }

    /** STEP 3: from now on a chunk is offered to the kernel. */
    public void writing() throws IOException {
        enter(Step.WRITE);
    }

    /** The kernel took so many bytes of it, or none. */
    public void wrote(int count) {
        if (count > 0) {
            bytes += count;
            connections.books.wrote(count);
            progressTick = connections.watch.now();
        }
        connections.witness.wrote(this, count);
    }

    /** STEP 4: the pace asks for a pause. Without a delay there is none, and no step. */
    public void waiting() throws IOException {
        if (connections.options().pace().delay().isPositive()) {
            enter(Step.WAIT);
        }
    }

    /**
     * STEP 5: the poem is sent, and the output about to be shut down; input is read and discarded. From now on the end is a clean one,
     * and the connection no longer counts against its address.
     */
    public void finishing() throws IOException {
        enter(Step.FINISH);
        leaveAddress();
    }

    /** STEP 6: nothing is left to do but to close the socket. */
    public void closing() throws IOException {
        enter(Step.CLOSE);
    }

    /** The end: the whole poem was sent, and the socket is closed. */
    public void closed() {
        end(Outcome.FINISHED, null);
    }

    /** Any other end: the socket is reset, unless the poem was sent already, and the watch has closed it. */
    public void failed(Throwable cause) {
        end(cause instanceof IOException ? Outcome.ABORTED : Outcome.FAILED, cause);
    }

    /**
     * For the watch: ends the connection if a timeout has passed. A client stalls only if two looks into the kernel have begun since
     * its last progress, and are complete. The first only records how much is unacknowledged, the second can show that it has become
     * less; and a look may take longer than the timeout.
     */
    void check(long now, long stallTicks, long drainTicks) {
        if (stallTicks > 0 && isQuiet(now, stallTicks) && previousLookTick > progressTick) {
            cut(Outcome.STALLED);
        } else if (drainTicks > 0 && step == Step.FINISH && now - progressTick > drainTicks) {
            cut(Outcome.FINISHED);
        }
    }

    /** For the watch: whether a write has made no progress for more than so many ticks. */
    boolean isQuiet(long now, long ticks) {
        return step == Step.WRITE && now - progressTick > ticks;
    }

    /**
     * For the watch: a look into the kernel is complete.
     *
     * @param began when it began
     * @param count bytes that the client's end has not acknowledged; null if the kernel says nothing of this connection
     */
    void looked(long began, @Nullable Long count) {
        if (count != null) {
            if (count < unacknowledged) {
                progressTick = connections.watch.now();
            }
            unacknowledged = count;
        }
        previousLookTick = lastLookTick;
        lastLookTick = began;
    }

    /**
     * Ends the connection from another thread, unless its outcome is settled already: with a reset, or cleanly if the whole poem is
     * sent, for then its client has lost nothing.
     */
    void cut(Outcome reason) {
        Step last;
        synchronized (this) {
            if (outcome != null) {
                return;
            }
            last = step;
            outcome = isSent(last) ? Outcome.FINISHED : reason;
        }
        if (isSent(last)) {
            client.closeCleanly(); // the design may not have said yet that the end is a clean one
        } else {
            client.reset();
        }
        if (last == Step.WAIT) {
            client.wake();
        }
    }

    /** Counts the connections of one server from 1 on. */
    public long id() {
        return id;
    }

    public ClientSocket client() {
        return client;
    }

    /** Bytes of the poem that the kernel took so far; for the serving thread. */
    public long bytes() {
        return bytes;
    }

    long ageNanos() {
        return System.nanoTime() - startNanos;
    }

    private void enter(Step next) throws IOException {
        synchronized (this) {
            if (outcome != null && outcome != Outcome.FINISHED) {
                throw new ClosedChannelException();
            }
            progressTick = connections.watch.now();
            step = next;
        }
        if (trace != null) {
            trace.next(next.word, bytes);
        }
        connections.witness.step(this, next.word);
    }

    private void end(Outcome proposed, @Nullable Throwable cause) {
        if (ended) {
            return;
        }
        ended = true;
        Outcome settled = settle(proposed);
        try {
            if (settled != Outcome.FINISHED) {
                client.reset();
            }
            leaveAddress();
            if (trace != null) {
                trace.end(this, settled);
            }
            connections.witness.ended(this, settled);
        } finally {
            connections.ended(this, settled, settled == Outcome.FAILED ? cause : null);
        }
    }

    private void leaveAddress() {
        if (counted) {
            counted = false;
            connections.addresses.leave(client.address().getAddress());
        }
    }

    private static boolean isSent(Step step) {
        return step == Step.FINISH || step == Step.CLOSE;
    }

    /** The first to propose an outcome settles it. */
    private synchronized Outcome settle(Outcome proposed) {
        outcome = Objects.requireNonNullElse(outcome, proposed);
        return outcome;
    }
}
