package blockingpoetry;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * A running server. {@link Design#start} makes one that is already listening; there is none that is not started.
 *
 * <p>All methods may be called from any thread.
 */
public interface PoetryServer extends AutoCloseable {
    /** Where it listens, with the real ports, in the order of its services. */
    List<InetSocketAddress> addresses();

    /** The counters now; they are exact once the server is closed. */
    default Stats stats() {
        return figures().stats();
    }

    /** The same and more. */
    Figures figures();

    /**
     * Stops: accepts no more clients, lets recitals in progress finish within the grace period, resets the rest, and returns
     * when every connection has ended and so has every thread of the server. Called again, it waits for the same.
     */
    @Override
    void close();

    /**
     * Blocks until the server is closed, by whatever thread.
     *
     * @throws InterruptedException if this thread is interrupted meanwhile
     */
    void awaitClosed() throws InterruptedException;
}
