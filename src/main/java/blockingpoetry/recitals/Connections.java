package blockingpoetry.recitals;

import static blockingpoetry.recitals.Log.LOG;

import blockingpoetry.Outcome;
import blockingpoetry.ServerOptions;
import blockingpoetry.Service;
import blockingpoetry.Stats;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one server. It is where a design meets what all designs share: {@link Permits}, the {@link AddressLimit}, the
 * {@link Watch} over timeouts, and the {@link Books}. Its methods run on the threads that call them. Waiting for clients is left to the designs.
 */
public final class Connections {
    /** Bytes of input that are discarded after the poem; a client that sends more is no longer read. */
    public static final int DRAIN_LIMIT = 64 * 1024;

    /** Pause after a failure to accept: long enough not to spin, short enough to go on at once. */
    public static final Duration ACCEPT_BACKOFF = Duration.ofMillis(10);

    final String design;
    private final ServerOptions options;
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private final Permits permits;
    final AddressLimit addresses;
    final Books books = new Books();
    final Watch watch;
    final Witness witness;
    private final AtomicLong lastId = new AtomicLong();
    private volatile boolean graceExpired;

    /** @param design the design's name, for log lines and flight events */
    public Connections(String design, ServerOptions options, Witness witness) {
        this.design = design;
        this.witness = witness;
        this.options = options;
        this.permits = new Permits(options.maxClients());
        this.addresses = new AddressLimit(options.maxClientsPerAddress());
        Log.load(); // before there are clients
        this.watch = new Watch(options, open, books);
        watch.start();
    }

    public ServerOptions options() {
        return options;
    }

    public Permits permits() {
        return permits;
    }

    public Stats stats() {
        return books.stats(lastId.get(), open.size());
    }

    /**
     * Opens a connection for an accepted client. If that fails, which happens only when memory runs out, the client is reset
     * and the permit given back.
     *
     * @param client set to be reset on close; a permit was taken for it, which the end of the connection gives back
     */
    public Connection open(Service service, ClientSocket client) {
        try {
            Connection connection = new Connection(lastId.incrementAndGet(), service.poem(), client, this);
            open.add(connection);
            if (options.pace().delay().isPositive()) {
                client.sendAtOnce();
            }
            witness.step(connection, "accept");
            if (graceExpired) {
                connection.cut(Outcome.STOPPED);
            }
            return connection;
        } catch (OutOfMemoryError e) {
            client.reset();
            permits.release();
            throw e;
        }
    }

    /** Counts a failure to accept, and logs it once an episode. The design pauses for {@link #ACCEPT_BACKOFF} and tries again. */
    public void acceptFailed(Throwable reason) {
        books.acceptFailed(reason, open.size());
    }

    /** Ends all connections, and any that is opened later. */
    public void expireGrace() {
        graceExpired = true;
        open.forEach(connection -> connection.cut(Outcome.STOPPED));
    }

    /** Ends the watch, and blocks until it has ended; no connection is open, and none will be. */
    public void close() {
        watch.stop();
    }

    /** For {@link Connection}: it has ended. Runs on the thread that served it. */
    void ended(Connection connection, Outcome outcome, @Nullable Throwable fault) {
        try {
            books.ended(connection, outcome);
            open.remove(connection);
            if (options.logConnections()) {
                Books.log(connection, design, outcome, open.size());
            }
            if (fault instanceof OutOfMemoryError) {
                acceptFailed(fault); // no memory or no thread was left for this client, as there may be no descriptor
            } else if (fault != null) {
                LOG.error("recital {} failed", connection.id(), fault);
            }
        } finally {
            permits.release(); // whatever a log does
        }
    }
}
