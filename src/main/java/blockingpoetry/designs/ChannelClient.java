package blockingpoetry.designs;

import blockingpoetry.recitals.ClientSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The socket of a client that an event loop serves, for other threads: they leave it to the loop to close it. */
final class ChannelClient implements ClientSocket {
    private final SocketChannel channel;
    private final InetSocketAddress address;
    private final Executor loop;
    private final Consumer<IOException> whenClosed;

    /**
     * @param loop       runs a task on the loop's thread
     * @param whenClosed told on the loop's thread when {@link #close} has closed the channel
     */
    ChannelClient(SocketChannel channel, Executor loop, Consumer<IOException> whenClosed) {
        this.channel = channel;
        this.address = (InetSocketAddress) channel.socket().getRemoteSocketAddress();
        this.loop = loop;
        this.whenClosed = whenClosed;
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public @Nullable InetSocketAddress localAddress() {
        return (InetSocketAddress) channel.socket().getLocalSocketAddress();
    }

    @Override
    public void resetOnClose(boolean reset) {
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, reset ? 0 : -1);
        } catch (IOException e) {
            // It is closed already.
        }
    }

    @Override
    public void sendAtOnce() {
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        } catch (IOException e) {
            // It is closed already.
        }
    }

    @Override
    public void close() {
        loop.execute(() -> {
            RunningServer.close(channel);
            whenClosed.accept(new ClosedChannelException());
        });
    }
}
