package blockingpoetry.designs;

import blockingpoetry.recitals.ClientSocket;
import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

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
    public @Nullable InetSocketAddress localAddress() {
        return channel.localAddress();
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

    @Override
    public void reset() {
        onEventLoop(ClientSocket.super::reset);
    }

    @Override
    public void closeCleanly() {
        onEventLoop(ClientSocket.super::closeCleanly);
    }

    /** On the channel's event loop nothing closes it between two steps. */
    private void onEventLoop(Runnable steps) {
        if (channel.eventLoop().inEventLoop()) {
            steps.run();
        } else {
            channel.eventLoop().execute(steps);
        }
    }
}
