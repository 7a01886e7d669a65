package blockingpoetry;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * A running server. {@link blockingpoetry.designs.Design#start} returns one that is listening already.
 *
 * <p>All methods may be called from any thread.
 */
public interface PoetryServer extends AutoCloseable {
    /** Where it listens, with the real ports, in the order of its services. */
    List<InetSocketAddress> addresses();

    /** The counters now; they are exact once the server is closed. */
    Stats stats();

    /**
     * Stops: accepts no more clients, lets recitals in progress finish within the grace period, resets the rest, and returns
     * when every connection has ended and so has every thread of the server. Called again, it waits for the same.
     */
    @Override
    void close();

    /** Blocks until another thread has closed the server, or interrupts this one. */
    void awaitClosed() throws InterruptedException;
}
