package blockingpoetry.bench.load;

import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** A client, and how far it is. It reads, and that is all; {@link ActingClient} does more. Belongs to its loop's thread. */
class Client {
    final SocketChannel channel;
    final ByteBuffer poem;
    final long intendedNanos;
    long firstByteNanos; // 0 before
    int position;
    boolean connected;
    boolean sendFailed; // the end of stream proves nothing then
    boolean gone;

    /**
     * @param poem          what it should receive; the loop moves the buffer's position and limit
     * @param intendedNanos when it should have started
     */
    Client(SocketChannel channel, ByteBuffer poem, long intendedNanos) {
        this.channel = channel;
        this.poem = poem;
        this.intendedNanos = intendedNanos;
    }
}
