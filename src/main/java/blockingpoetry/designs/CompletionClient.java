package blockingpoetry.designs;

import blockingpoetry.designs.JdkWorkarounds.NioTwoLinger;
import blockingpoetry.recitals.ClientSocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The channel of a client that a {@link CompletionServer} serves, and its timer. While the timer runs, no operation of the
 * channel is under way that would fail when another thread closes it; so the closing thread stops the timer and calls back.
 */
final class CompletionClient implements ClientSocket {
    private final AsynchronousSocketChannel channel;
    private final InetSocketAddress address;
    private final NioTwoLinger linger;
    private final CompletionThreads threads;
    private @Nullable Timer timer; // guarded by this

    private record Timer(Runnable cancel, Consumer<IOException> whenClosed) {}

    /** @param channel connected, and not closed */
    CompletionClient(AsynchronousSocketChannel channel, NioTwoLinger linger, CompletionThreads threads) {
        try {
            this.address = (InetSocketAddress) channel.getRemoteAddress();
        } catch (IOException e) {
            throw new UncheckedIOException("it is closed", e);
        }
        this.channel = channel;
        this.linger = linger;
        this.threads = threads;
    }

    /** Calls back once: after a delay, or when another thread closes the channel before. Throws if it is closed already. */
    synchronized void callLater(Duration delay, Runnable whenDue, Consumer<IOException> whenClosed)
            throws ClosedChannelException {
        if (!channel.isOpen()) {
            throw new ClosedChannelException();
        }
        timer = new Timer(threads.callLater(delay, () -> {
            if (stopTimer() != null) {
                whenDue.run();
            }
        }), whenClosed);
    }

    /** Returns the timer if it was still running: time may be up just when the channel is closed, and only one of them acts. */
    private synchronized @Nullable Timer stopTimer() {
        Timer running = timer;
        timer = null;
        return running;
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public @Nullable InetSocketAddress localAddress() {
        try {
            return (InetSocketAddress) channel.getLocalAddress();
        } catch (IOException e) {
            return null; // it is closed
        }
    }

    @Override
    public synchronized void resetOnClose(boolean reset) {
        if (channel.isOpen()) {
            linger.resetOnClose(channel, reset);
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
    public synchronized void close() {
        RunningServer.close(channel);
        Timer running = stopTimer();
        if (running != null) {
            running.cancel.run();
            running.whenClosed.accept(new ClosedChannelException());
        }
    }
}
