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

    /** The same, but so that the client sees a reset: it must not take what it has for the whole poem. */
    void reset();
}
