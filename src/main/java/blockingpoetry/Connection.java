package blockingpoetry;

import java.io.IOException;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * One accepted connection, as the books see it. The design that serves it says each step here, and in the end exactly one
 * of {@link #finished} and {@link #failed}; {@link Connections} watches that no step takes too long.
 *
 * <pre>
 *   (accepted) --> writing --> draining --> closing --> finished
 *                   |   ^
 *                   v   |                    from anywhere: failed
 *                  waiting
 * </pre>
 *
 * <p>Only the thread that serves the connection calls the methods for the steps and the two for the end, so that all
 * accounting is done there. Another thread may {@link #cut} it: that settles the outcome and wakes the serving thread,
 * which then fails, and says so.
 */
final class Connection {
    /** What a connection is doing, and so which timeout holds for it. */
    private enum Step {
        ACCEPT("accept"), WRITE("write"), WAIT("wait"), DRAIN("drain"), CLOSE("close");

        final String word;

        Step(String word) {
            this.word = word;
        }
    }

    private final long id;
    private final Poem poem;
    private final Endpoint endpoint;
    private final Connections connections;
    private final boolean admitted;
    private final @Nullable Trace trace;
    private final long startNanos = System.nanoTime();

    // Written by the serving thread only, the time always before the step: a reader who takes the step
    // and then the time may find the step younger than it is, never older.
    private volatile long progressNanos = startNanos;
    private volatile Step step = Step.ACCEPT;

    // For the serving thread only.
    private long bytes;
    private boolean ended;

    private @Nullable Outcome outcome; // guarded by this

    Connection(long id, Poem poem, Endpoint endpoint, Connections connections, boolean admitted) {
        this.id = id;
        this.poem = poem;
        this.endpoint = endpoint;
        this.connections = connections;
        this.admitted = admitted;
        this.outcome = admitted ? null : Outcome.REFUSED;
        this.trace = Trace.start(id);
    }

    /**
     * A chunk is offered to the kernel from now on.
     *
     * @throws IOException if this client gets none, because its address has enough connections
     */
    void writing() throws IOException {
        if (!admitted) {
            throw new IOException("too many connections of this address");
        }
        enter(Step.WRITE);
    }

    /** The kernel took some of it, or nothing. */
    void wrote(int count) {
        if (count > 0) {
            bytes += count;
            connections.wrote(count);
            progressNanos = System.nanoTime();
        }
    }

    /** The pace asks for a pause. */
    void waiting() {
        enter(Step.WAIT);
    }

    /** The poem is sent and the output shut down; what the client says is read and forgotten. */
    void draining() {
        endpoint.resetOnClose(false);
        enter(Step.DRAIN);
    }

    /** Nothing is left to do but to close the socket. */
    void closing() {
        if (step != Step.DRAIN) {
            endpoint.resetOnClose(false);
        }
        enter(Step.CLOSE);
    }

    /** The whole poem was sent and the socket closed. */
    void finished() {
        end(Outcome.FINISHED, null);
    }

    /** Anything else; the socket is closed here. */
    void failed(Throwable cause) {
        end(cause instanceof IOException ? Outcome.ABORTED : Outcome.FAILED, cause);
    }

    /** Ends the connection from another thread, with a reset; does nothing if its outcome is settled already. */
    void cut(Outcome reason) {
        if (settle(reason) == reason) {
            endpoint.reset();
        }
    }

    /** Does what the timeouts ask for, if one has passed. Called now and then by the thread that watches. */
    void check(long nowNanos, long stallNanos, long drainNanos) {
        Step current = step;
        long quietNanos = nowNanos - progressNanos;
        if (current == Step.WRITE && stallNanos > 0 && quietNanos > stallNanos) {
            cut(Outcome.STALLED);
        } else if (current == Step.DRAIN && quietNanos > drainNanos) {
            expire();
        }
    }

    /** The grace period is over: a recital is cut, but a client that has the whole poem loses nothing by a clean end. */
    void stop() {
        switch (step) {
            case ACCEPT, WRITE, WAIT -> {
                if (settle(Outcome.STOPPED) != Outcome.FINISHED) {
                    endpoint.reset(); // even if it was cut before: it may have gone to sleep just then
                }
            }
            case DRAIN, CLOSE -> expire();
        }
    }

    long id() {
        return id;
    }

    /** The poem as it was when the client came, whatever became of it since. */
    Poem poem() {
        return poem;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    long bytes() {
        return bytes;
    }

    long ageNanos() {
        return System.nanoTime() - startNanos;
    }

    private void expire() {
        if (settle(Outcome.FINISHED) == Outcome.FINISHED) {
            endpoint.close();
        }
    }

    private void enter(Step next) {
        progressNanos = System.nanoTime();
        step = next;
        if (trace != null) {
            trace.next(next.word, bytes);
        }
    }

    private void end(Outcome proposed, @Nullable Throwable cause) {
        if (ended) {
            return;
        }
        ended = true;
        Outcome settled = settle(proposed);
        if (settled != Outcome.FINISHED) {
            endpoint.reset();
        }
        if (trace != null) {
            trace.end(this, connections.design(), settled);
        }
        connections.ended(this, settled, settled == Outcome.FAILED ? cause : null);
    }

    /** The first to propose an outcome settles it. */
    private synchronized Outcome settle(Outcome proposed) {
        outcome = Objects.requireNonNullElse(outcome, proposed);
        return outcome;
    }
}
