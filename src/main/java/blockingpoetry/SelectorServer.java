package blockingpoetry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The readiness design, bare: one thread asks the kernel which of all sockets can be used now, and uses those.
 *
 * <pre>
 *             +--> accept a client that came ------------+
 *   select ---+--> write on, where there is room again --+---> select
 *             +--> read on, where a client spoke --------+
 *             +--> whatever it is time for --------------+
 * </pre>
 *
 * <p>The waiting is in one place, {@code select}, for all connections at once; nothing else may block. The position in the
 * poem is kept in an object, the {@link Loop.Conversation}, from one readiness to the next. If there are several loops,
 * each is a thread of its own that accepts what it can get from the same listeners, and keeps it.
 */
final class SelectorServer implements PoetryServer {
    /** What clients say lands here, whoever says it; nobody looks. */
    private static final byte[] DISCARDED = new byte[8 * 1024];

    private final List<Service> services;
    private final List<ServerSocketChannel> listeners = new ArrayList<>();
    private final List<InetSocketAddress> addresses = new ArrayList<>();
    private final List<Loop> loops = new ArrayList<>();
    private final Connections connections;
    private final Pace pace;
    private final ExecutorService threads = Executors
            .newThreadPerTaskExecutor(Thread.ofPlatform().name("loop-", 1).factory());

    private SelectorServer(List<Service> services, Connections connections) {
        this.services = services;
        this.connections = connections;
        this.pace = connections.options().pace();
    }

    /**
     * Listens at every service's address, and starts to accept when all of them are bound.
     *
     * @throws IOException if a service cannot be offered; nothing is left open then
     */
    static SelectorServer start(List<Service> services, Connections connections) throws IOException {
        SelectorServer server = new SelectorServer(services, connections);
        try {
            for (Service service : services) {
                server.listen(service);
            }
            for (int i = 0; i < Math.max(1, connections.options().loops()); i++) {
                Loop loop = server.new Loop();
                server.loops.add(loop);
                server.threads.execute(loop);
            }
        } catch (IOException e) {
            server.close();
            throw e;
        }
        return server;
    }

    private void listen(Service service) throws IOException {
        // STEP 1: listen
        ServerSocketChannel listener = ServerSocketChannel.open();
        listeners.add(listener);
        try {
            listener.bind(service.address(), connections.options().backlog());
        } catch (IOException e) {
            throw service.refused(e);
        }
        listener.configureBlocking(false);
        addresses.add((InetSocketAddress) listener.getLocalAddress());
    }

    @Override
    public void close() {
        connections.stop(this::stopAccepting, this::endLoops);
    }

    private void stopAccepting() {
        listeners.forEach(SelectorServer::close);
        loops.forEach(loop -> loop.selector.wakeup()); // only select lets go of a closed channel
    }

    private void endLoops() {
        loops.forEach(loop -> loop.order(() -> loop.running = false));
        threads.close();
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

    private static void close(SelectableChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // It is closed as far as it can be.
        }
    }

    /** One thread, one selector, and everything that waits for it. */
    private final class Loop implements Runnable {
        private final Selector selector = Selector.open();
        private final PriorityQueue<Timer> timers = new PriorityQueue<>();
        private final Queue<Runnable> orders = new ConcurrentLinkedQueue<>(); // from other threads
        private boolean running = true;

        Loop() throws IOException {
            for (int i = 0; i < listeners.size(); i++) {
                listeners.get(i).register(selector, SelectionKey.OP_ACCEPT, services.get(i));
            }
        }

        @Override
        public void run() {
            try (selector) {
                while (running) {
                    select();
                    long nowNanos = System.nanoTime(); // what is due by then; the next turn has the rest, after the channels
                    while (!timers.isEmpty() && timers.peek().nanos - nowNanos <= 0) {
                        timers.remove().action.run();
                    }
                    for (Runnable order = orders.poll(); order != null; order = orders.poll()) {
                        order.run();
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void select() throws IOException {
            if (timers.isEmpty()) {
                selector.select(this::ready);
                return;
            }
            long nanosLeft = timers.peek().nanosLeft(); // asked once, for it may be over the next time
            if (nanosLeft > 0) {
                // Rounded up, for a loop that is woken too early would spin until it is time.
                selector.select(this::ready, 1 + TimeUnit.NANOSECONDS.toMillis(nanosLeft));
            } else {
                selector.selectNow(this::ready);
            }
        }

        private void ready(SelectionKey key) {
            if (key.attachment() instanceof Conversation conversation) {
                conversation.goOn();
            } else {
                accept(key);
            }
        }

        private void accept(SelectionKey key) {
            Service service = (Service) key.attachment();
            try {
                // STEP 2: accept
                if (!connections.tryTakePlace(() -> order(() -> listen(key, SelectionKey.OP_ACCEPT)))) {
                    listen(key, 0); // the rest wait in the backlog
                    return;
                }
                SocketChannel channel = ((ServerSocketChannel) key.channel()).accept();
                if (channel == null) {
                    connections.leavePlace(); // another loop has it, or it has left
                    return;
                }
                channel.configureBlocking(false);
                new Conversation(service, channel).goOn();
            } catch (ClosedChannelException e) {
                connections.leavePlace(); // the server stops
            } catch (IOException e) {
                connections.leavePlace();
                connections.acceptFailed(e); // no descriptor is left; one soon will be
                listen(key, 0);
                later(Connections.REST, () -> listen(key, SelectionKey.OP_ACCEPT));
            }
        }

        private void listen(SelectionKey key, int readiness) {
            try {
                key.interestOps(readiness);
            } catch (CancelledKeyException e) {
                // The server stops.
            }
        }

        private void later(Duration delay, Runnable action) {
            timers.add(new Timer(System.nanoTime() + delay.toNanos(), action));
        }

        /** Has something done by this loop's thread; any thread may ask. */
        void order(Runnable action) {
            orders.add(action);
            selector.wakeup();
        }

        /** A connection, and how far it is. */
        private final class Conversation implements Endpoint {
            private final SocketChannel channel;
            private final InetSocketAddress client;
            private final Poem poem;
            private final Connection connection;
            private int position;
            private int chunkEnd;
            private long dueNanos = System.nanoTime();
            private int heard;

            Conversation(Service service, SocketChannel channel) throws IOException {
                this.channel = channel;
                this.client = (InetSocketAddress) channel.getRemoteAddress();
                this.connection = connections.open(service, this);
                this.poem = connection.poem();
            }

            /** Goes as far as it can without waiting. */
            void goOn() {
                try {
                    if (position < poem.size()) {
                        write();
                    } else {
                        discard();
                    }
                } catch (Throwable failure) {
                    connection.failed(failure); // whatever it was, the client must not see a clean end
                }
            }

            private void write() throws IOException {
                // STEP 3: write
                if (position == chunkEnd) {
                    chunkEnd += Math.min(pace.numBytes(), poem.size() - position);
                    connection.writing();
                }
                int written = channel.write(poem.slice(position, chunkEnd - position));
                connection.wrote(written);
                position += written;
                if (position < chunkEnd) {
                    await(SelectionKey.OP_WRITE); // the kernel has no more room
                } else if (position < poem.size()) {
                    pause();
                } else {
                    finish();
                }
            }

            private void pause() throws IOException {
                // STEP 4: wait
                connection.waiting();
                await(0);
                dueNanos = pace.next(dueNanos);
                later(Pace.until(dueNanos), this::goOn);
            }

            private void finish() throws IOException {
                // STEP 5: finish
                if (connections.options().drains()) {
                    connection.draining();
                    channel.shutdownOutput();
                    await(SelectionKey.OP_READ);
                } else {
                    end();
                }
            }

            /**
             * Reads on until the client's end of stream: closing a socket with unread input would make the kernel reset
             * it, and throw away what the client has not received yet. If that takes too long, {@link Connections} ends it.
             */
            private void discard() throws IOException {
                int count = channel.read(ByteBuffer.wrap(DISCARDED));
                if (count < 0) {
                    end();
                    return;
                }
                heard += count;
                if (heard > Connections.DRAIN_LIMIT) {
                    await(0); // it says too much, but may still be reading
                }
            }

            private void end() throws IOException {
                // STEP 6: close
                connection.closing();
                channel.close();
                connection.finished();
            }

            private void await(int readiness) throws IOException {
                SelectionKey key = channel.keyFor(selector);
                if (key != null) {
                    key.interestOps(readiness);
                } else if (readiness != 0) {
                    channel.register(selector, readiness, this);
                }
            }

            @Override
            public InetSocketAddress client() {
                return client;
            }

            @Override
            public void close() {
                order(() -> {
                    SelectorServer.close(channel);
                    connection.failed(new ClosedChannelException());
                });
            }

            @Override
            public void resetOnClose(boolean reset) {
                try {
                    channel.setOption(StandardSocketOptions.SO_LINGER, reset ? 0 : -1);
                } catch (IOException e) {
                    // It is closed already.
                }
            }
        }
    }

    private record Timer(long nanos, Runnable action) implements Comparable<Timer> {
        long nanosLeft() {
            return nanos - System.nanoTime();
        }

        @Override
        public int compareTo(Timer other) {
            return Long.compare(nanos - other.nanos, 0); // by difference, for nanoTime may wrap around
        }
    }
}
