package blockingpoetry;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousChannel;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor.DiscardPolicy;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * The completion design, on NIO.2: an operation is started, and calls back when it is done.
 *
 * <pre>
 *   accept --done--> accept the next
 *               +--> write --done--> pause --time--> write --done--> ... --> read --done--> close
 * </pre>
 *
 * <p>The waiting is in the kernel and the JDK, for each operation by itself: a small group of threads runs the handlers of
 * whatever is done. None may block. The position in the poem is kept in an object, the {@link Conversation}, from one
 * completion to the next; only one operation of a connection is under way at a time, so that its handlers need no lock.
 */
final class CompletionServer implements PoetryServer {
    /** What clients say lands here, whoever says it; nobody looks. */
    private static final byte[] DISCARDED = new byte[8 * 1024];

    private final List<AsynchronousServerSocketChannel> listeners = new ArrayList<>();
    private final List<InetSocketAddress> addresses = new ArrayList<>();
    private final Connections connections;
    private final Pace pace;
    private final AsynchronousReset resets = new AsynchronousReset();
    private final AsynchronousChannelGroup group;
    private final ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1,
            Thread.ofPlatform().name("clock").factory(),
            new DiscardPolicy()); // once the server is closed, nothing is due any more

    private CompletionServer(Connections connections) throws IOException {
        this.connections = connections;
        this.pace = connections.options().pace();
        int loops = connections.options().loops();
        this.group = AsynchronousChannelGroup.withFixedThreadPool(
                loops == 0 ? Runtime.getRuntime().availableProcessors() : loops,
                Thread.ofPlatform().name("completion-", 1).factory());
        clock.setRemoveOnCancelPolicy(true); // else it would keep a connection that has ended until it is time
    }

    /**
     * Listens at every service's address, and starts to accept when all of them are bound.
     *
     * @throws IOException if a service cannot be offered; nothing is left open then
     */
    static CompletionServer start(List<Service> services, Connections connections) throws IOException {
        CompletionServer server = new CompletionServer(connections);
        try {
            for (Service service : services) {
                server.listen(service);
            }
        } catch (IOException e) {
            server.close();
            throw e;
        }
        for (int i = 0; i < services.size(); i++) {
            server.new Listener(services.get(i), server.listeners.get(i)).acceptNext();
        }
        return server;
    }

    private void listen(Service service) throws IOException {
        // STEP 1: listen
        AsynchronousServerSocketChannel listener = AsynchronousServerSocketChannel.open(group);
        listeners.add(listener);
        try {
            listener.bind(service.address(), connections.options().backlog());
        } catch (IOException e) {
            throw service.refused(e);
        }
        addresses.add((InetSocketAddress) listener.getLocalAddress());
    }

    @Override
    public void close() {
        connections.stop(() -> listeners.forEach(CompletionServer::close), this::endThreads);
    }

    private void endThreads() {
        clock.shutdownNow();
        clock.close();
        group.shutdown();
        try {
            group.awaitTermination(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the caller is in a hurry
        }
    }

    @Override
    public void awaitClosed() throws InterruptedException {
        connections.awaitStopped();
    }

    @Override
    public List<InetSocketAddress> addresses() {
        return List.copyOf(addresses);
    }

    @Override
    public Figures figures() {
        return connections.figures();
    }

    private Future<?> later(Duration delay, Runnable action) {
        return clock.schedule(() -> {
            try {
                action.run();
            } catch (Throwable unforeseen) { // an executor would keep it to itself
                Thread thread = Thread.currentThread();
                thread.getUncaughtExceptionHandler().uncaughtException(thread, unforeseen);
            }
        }, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    private static void close(AsynchronousChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // It is closed as far as it can be.
        }
    }

    /** A listener; one accept of it is under way at a time. */
    private final class Listener implements CompletionHandler<AsynchronousSocketChannel, Void> {
        private final Service service;
        private final AsynchronousServerSocketChannel channel;

        Listener(Service service, AsynchronousServerSocketChannel channel) {
            this.service = service;
            this.channel = channel;
        }

        void acceptNext() {
            // STEP 2: accept
            if (connections.tryTakePlace(this::acceptNext)) {
                connections.leavePlace(); // it is there, but must not be kept from other listeners' clients meanwhile
                channel.accept(null, this);
            }
        }

        @Override
        public void completed(AsynchronousSocketChannel client, @Nullable Void none) {
            resets.onClose(client, true); // before it has a place, which may be a while off
            if (connections.tryTakePlace(() -> completed(client, null))) {
                serve(client);
                acceptNext();
            }
        }

        private void serve(AsynchronousSocketChannel client) {
            try {
                new Conversation(service, client).goOn();
            } catch (IOException e) {
                CompletionServer.close(client);
                connections.leavePlace();
            }
        }

        @Override
        @SuppressWarnings("FutureReturnValueIgnored") // it is nobody's to cancel, and does not fail unseen
        public void failed(Throwable reason, @Nullable Void none) {
            if (channel.isOpen()) {
                connections.acceptFailed(reason); // no descriptor is left; one soon will be
                later(Connections.REST, this::acceptNext);
            }
        }
    }

    /** A connection, and how far it is. */
    private final class Conversation implements Endpoint, CompletionHandler<Integer, Void> {
        private final AsynchronousSocketChannel channel;
        private final InetSocketAddress client;
        private final Poem poem;
        private final Connection connection;
        private int position;
        private int chunkEnd;
        private long dueNanos = System.nanoTime();
        private int heard;
        private @Nullable Future<?> rest; // guarded by this; while there is one, no operation is under way

        Conversation(Service service, AsynchronousSocketChannel channel) throws IOException {
            this.channel = channel;
            this.client = (InetSocketAddress) channel.getRemoteAddress();
            this.connection = connections.open(service, this);
            this.poem = connection.poem();
        }

        /** Starts the next operation. */
        void goOn() {
            try {
                if (position < poem.size()) {
                    write();
                } else {
                    discard();
                }
            } catch (Throwable failure) {
                failed(failure, null);
            }
        }

        @Override
        public void completed(Integer count, @Nullable Void none) {
            try {
                if (position < poem.size()) {
                    wrote(count);
                } else {
                    heard(count);
                }
            } catch (Throwable failure) {
                failed(failure, null);
            }
        }

        @Override
        public void failed(Throwable failure, @Nullable Void none) {
            connection.failed(failure); // whatever it was, the client must not see a clean end
        }

        private void write() throws IOException {
            // STEP 3: write
            if (position == chunkEnd) {
                chunkEnd += Math.min(pace.numBytes(), poem.size() - position);
                connection.writing();
            }
            channel.write(poem.slice(position, chunkEnd - position), null, this);
        }

        private void wrote(int written) throws IOException {
            connection.wrote(written);
            position += written;
            if (position == poem.size()) {
                finish();
            } else if (position == chunkEnd && pace.delay().isPositive()) {
                pause();
            } else {
                write();
            }
        }

        private void pause() throws IOException {
            // STEP 4: wait
            connection.waiting();
            dueNanos = pace.next(dueNanos);
            rest(Pace.until(dueNanos));
        }

        private synchronized void rest(Duration delay) throws IOException {
            if (!channel.isOpen()) {
                throw new ClosedChannelException(); // by another thread, just now
            }
            rest = later(delay, () -> {
                if (wake()) {
                    goOn();
                }
            });
        }

        /** Ends a rest, if there is one: only whoever is told so acts, for its time may be over just when it is cut. */
        private synchronized boolean wake() {
            if (rest == null) {
                return false;
            }
            rest.cancel(false);
            rest = null;
            return true;
        }

        private void finish() throws IOException {
            // STEP 5: finish
            if (connections.options().drains()) {
                connection.draining();
                channel.shutdownOutput();
                discard();
            } else {
                end();
            }
        }

        /**
         * Reads on until the client's end of stream: closing a socket with unread input would make the kernel reset it,
         * and throw away what the client has not received yet. If that takes too long, {@link Connections} ends it.
         */
        private void discard() {
            channel.read(ByteBuffer.wrap(DISCARDED), null, this);
        }

        private void heard(int count) throws IOException {
            heard += count;
            if (count < 0) {
                end();
            } else if (heard <= Connections.DRAIN_LIMIT) {
                discard();
            } else {
                rest(connections.options().drainTimeout()); // it says too much, but may still be reading
            }
        }

        private synchronized void end() {
            // STEP 6: close
            connection.closing();
            CompletionServer.close(channel);
            connection.finished();
        }

        @Override
        public InetSocketAddress client() {
            return client;
        }

        @Override
        public synchronized void close() {
            CompletionServer.close(channel);
            if (wake()) {
                connection.failed(new ClosedChannelException()); // no operation is under way that could say so
            }
        }

        @Override
        public synchronized void resetOnClose(boolean reset) {
            if (channel.isOpen()) {
                resets.onClose(channel, reset);
            }
        }
    }
}
