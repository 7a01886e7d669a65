package blockingpoetry.designs;

import blockingpoetry.recitals.ClientSocket;
import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;

/** The channel of a client that a {@link NettyServer} serves, for other threads. */
final class NettyClient implements ClientSocket {
    private final SocketChannel channel;
    private final InetSocketAddress address;

    NettyClient(SocketChannel channel) {
        this.channel = channel;
        this.address = channel.remoteAddress();
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public int localPort() {
        return channel.localAddress() == null ? 0 : channel.localAddress().getPort();
    }

    @Override
    public void resetOnClose(boolean reset) {
        if (channel.isOpen()) {
            channel.config().setSoLinger(reset ? 0 : -1);
        }
    }

    @Override
    public void sendAtOnce() {
        // Netty's default.
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the handler is told
    public void close() {
        channel.close();
    }

    /** On the channel's event loop, so that nothing closes it between the two steps. */
    @Override
    public void reset() {
        if (channel.eventLoop().inEventLoop()) {
            ClientSocket.super.reset();
        } else {
            channel.eventLoop().execute(this::reset);
        }
    }
}
