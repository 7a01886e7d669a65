package blockingpoetry.recitals;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A client's socket, for threads that do not serve it: who the client is, and how to end its connection. */
public interface ClientSocket {
    /** The client's address; also after the end. */
    InetSocketAddress address();

    /** The server's address that it came to; null or another one after the end. */
    @Nullable
    InetSocketAddress localAddress();

    /**
     * Sets what the client sees when the socket is closed: a reset, or a clean end. It holds for every way to close the socket,
     * also when the process dies and the kernel closes it. So keep "reset" until the whole poem is sent: before, a clean end would
     * look like the end of the poem.
     */
    void resetOnClose(boolean reset);

    /**
     * Closes the socket. Any thread may call this, more than once. A serving thread that waits for the socket wakes, and
     * reports {@link Connection#failed}.
     */
    void close();

    /** Sends each chunk as it is written, however small: it is not held back until the client has acknowledged the one before. */
    void sendAtOnce();

    default void reset() {
        resetOnClose(true);
        close();
    }

    /** Closes it, the poem being sent. */
    default void closeCleanly() {
        resetOnClose(false);
        close();
    }

    /** Wakes a serving thread that sleeps between two chunks. Only in a blocking design is there such a thread. */
    default void wake() {}
}
