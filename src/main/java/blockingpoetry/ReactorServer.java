package blockingpoetry;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The readiness design on a {@link Reactor}: the loop is elsewhere, the server is what it calls back.
 *
 * <pre>
 *   reactor --+--> accept, when a client came
 *             +--> goOn, when a client has room, or spoke
 *             +--> goOn, when it is time
 * </pre>
 *
 * <p>The waiting is in the reactor; nothing here may block. The position in the poem is kept in an object, the
 * {@link Conversation}, from one callback to the next. If there are several reactors, each is a thread of its own that
 * accepts what it can get from the same listeners, and keeps it.
 */
final class ReactorServer implements PoetryServer {
    /** What clients say lands here, whoever says it; nobody looks. */
    private static final byte[] DISCARDED = new byte[8 * 1024];

    private final List<Service> services;
    private final List<ServerSocketChannel> listeners = new ArrayList<>();
    private final List<InetSocketAddress> addresses = new ArrayList<>();
    private final List<Reactor> reactors = new ArrayList<>();
    private final Connections connections;
    private final Pace pace;
    private final ExecutorService threads = Executors
            .newThreadPerTaskExecutor(Thread.ofPlatform().name("reactor-", 1).factory());

    private ReactorServer(List<Service> services, Connections connections) {
        this.services = services;
        this.connections = connections;
        this.pace = connections.options().pace();
    }

    /**
     * Listens at every service's address, and starts to accept when all of them are bound.
     *
     * @throws IOException if a service cannot be offered; nothing is left open then
     */
    static ReactorServer start(List<Service> services, Connections connections) throws IOException {
        ReactorServer server = new ReactorServer(services, connections);
        try {
            for (Service service : services) {
                server.listen(service);
            }
            for (int i = 0; i < Math.max(1, connections.options().loops()); i++) {
                Reactor reactor = new Reactor();
                server.reactors.add(reactor);
                for (int j = 0; j < services.size(); j++) {
                    server.new Listener(reactor, server.services.get(j), server.listeners.get(j)).resume();
                }
                server.threads.execute(reactor::run);
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
        connections.stop(this::stopAccepting, this::endReactors);
    }

    private void stopAccepting() {
        listeners.forEach(ReactorServer::close);
        reactors.forEach(reactor -> reactor.call(() -> {})); // only a turn of the loop lets go of a closed channel
    }

    private void endReactors() {
        reactors.forEach(Reactor::stop);
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

    /** A listener, as one of the reactors sees it. */
    private final class Listener {
        private final Reactor reactor;
        private final Service service;
        private final ServerSocketChannel channel;

        Listener(Reactor reactor, Service service, ServerSocketChannel channel) {
            this.reactor = reactor;
            this.service = service;
            this.channel = channel;
        }

        void resume() {
            await(SelectionKey.OP_ACCEPT);
        }

        private void await(int readiness) {
            try {
                reactor.register(channel, readiness, this::accept);
            } catch (ClosedChannelException e) {
                // The server stops.
            }
        }

        private void accept() {
            // STEP 2: accept
            if (!connections.tryTakePlace(() -> reactor.call(this::resume))) {
                await(0); // the rest wait in the backlog
                return;
            }
            try {
                SocketChannel client = channel.accept();
                if (client == null) {
                    connections.leavePlace(); // another reactor has it, or it has left
                    return;
                }
                client.configureBlocking(false);
                new Conversation(reactor, service, client).goOn();
            } catch (ClosedChannelException e) {
                connections.leavePlace(); // the server stops
            } catch (IOException e) {
                connections.leavePlace();
                connections.acceptFailed(e); // no descriptor is left; one soon will be
                await(0);
                reactor.callLater(Connections.REST, this::resume);
            }
        }
    }

    /** A connection, and how far it is. */
    private final class Conversation implements Endpoint {
        private final Reactor reactor;
        private final SocketChannel channel;
        private final InetSocketAddress client;
        private final Poem poem;
        private final Connection connection;
        private int position;
        private int chunkEnd;
        private long dueNanos = System.nanoTime();
        private int heard;

        Conversation(Reactor reactor, Service service, SocketChannel channel) throws IOException {
            this.reactor = reactor;
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
            reactor.callLater(Pace.until(dueNanos), this::goOn);
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
         * Reads on until the client's end of stream: closing a socket with unread input would make the kernel reset it,
         * and throw away what the client has not received yet. If that takes too long, {@link Connections} ends it.
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
            reactor.register(channel, readiness, this::goOn);
        }

        @Override
        public InetSocketAddress client() {
            return client;
        }

        @Override
        public void close() {
            reactor.call(() -> {
                ReactorServer.close(channel);
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
