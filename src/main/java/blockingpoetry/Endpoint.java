package blockingpoetry;

import java.net.InetSocketAddress;

/** A connection's socket, as {@link Connections} needs it: to name the client, and to end it from another thread. */
interface Endpoint {
    /** The client's address; also after the end. */
    InetSocketAddress client();

    /**
     * Ends the connection cleanly. Any thread may call it, more than once; whoever waits for the socket wakes and says
     * {@link Connection#failed}.
     */
    void close();

    /**
     * Says what the client sees when the socket is closed, by whomever: also by the kernel, when it ends this process. A
     * reset it must be as long as the client could take what it has for the whole poem.
     */
    void resetOnClose(boolean reset);

    /** Ends the connection like {@link #close}, but so that the client sees a reset. */
    default void reset() {
        resetOnClose(true);
        close();
    }
}
