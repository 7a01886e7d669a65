package blockingpoetry.designs;

import blockingpoetry.Pace;
import blockingpoetry.Poem;
import blockingpoetry.PoetryServer;
import blockingpoetry.Service;
import blockingpoetry.recitals.ClientSocket;
import blockingpoetry.recitals.Connection;
import blockingpoetry.recitals.Connections;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;

/**
 * The readiness design on a {@link Reactor}: the loop is elsewhere, the server is what it calls back.
 *
 * <pre>
 *   reactor --+--> accept, when a client came
 *             +--> write, when a client has room again, or the pause is over
 *             +--> discardInput, when a client sent or left
 * </pre>
 *
 * <p>The waiting is in the reactor; nothing here may block. The position in the poem is a field of an object, the {@link Recital},
 * from one callback to the next. What the reactor buys beside {@link SelectorServer}: every wait names the method that follows it, so
 * no state has to be looked up.
 *
 * <p>When not to choose it: when serving a client may block or computes for long, because every other client of the reactor waits
 * meanwhile.
 *
 * <p>Run it: {@code java -jar blockingpoetry.jar --design reactor poem.txt}
 */
final class ReactorServer implements EventLoops.Loop {
    private final Connections connections;
    private final Pace pace;
    private final Reactor reactor = new Reactor();
    private final ByteBuffer discarding = ByteBuffer.allocate(8 * 1024); // scratch for discarded input, never read

    private ReactorServer(Connections connections) throws IOException {
        this.connections = connections;
        this.pace = connections.options().pace();
    }

    static PoetryServer start(List<Service> services, Connections connections) throws IOException {
        return EventLoops.start(services, connections, "reactor-", () -> new ReactorServer(connections));
    }

    @Override
    public void run() throws IOException {
        reactor.run();
    }

    @Override
    public void execute(Runnable task) {
        reactor.execute(task);
    }

    @Override
    public ServerSocketChannel listen(Service service, RunningServer.Sockets sockets) throws IOException {
        // STEP 1: listen
        ServerSocketChannel listener = sockets.add(ServerSocketChannel.open());
        listener.bind(service.address(), connections.options().backlog());
        listener.configureBlocking(false);
        return listener;
    }

    @Override
    public void add(ServerSocketChannel listener, Service service) {
        try {
            reactor.whenReady(listener, SelectionKey.OP_ACCEPT, () -> clientCame(listener, service));
        } catch (ClosedChannelException e) {
            // The server stops.
        }
    }

    private void clientCame(ServerSocketChannel listener, Service service) {
        // STEP 2: accept
        if (connections.permits().tryAcquire(() -> execute(() -> accept(listener, service)))) {
            accept(listener, service);
        } // else, until this gets a permit, clients wait in the backlog
    }

    /** Accepts one client, if there is one, with a permit in hand. */
    private void accept(ServerSocketChannel listener, Service service) {
        SocketChannel channel = null;
        try {
            channel = listener.accept();
            if (channel != null) {
                Recital recital = new Recital(service, channel);
                recital.guarded(recital::start).run();
            }
            add(listener, service);
        } catch (IOException | OutOfMemoryError e) {
            if (listener.isOpen()) {
                connections.acceptFailed(e); // no descriptor or no memory is left, for now
                reactor.callLater(Connections.ACCEPT_BACKOFF, () -> add(listener, service));
            }
        }
        if (channel == null) {
            connections.permits().release(); // it failed, another loop was faster, or the client has left
        }
    }

    /** A connection, and how far it is. */
    private final class Recital {
        private final SocketChannel channel;
        private final ClientSocket client;
        private final Connection connection;
        private final Poem poem;
        private int position; // bytes of the poem that the kernel has taken
        private int chunkEnd; // where the current chunk ends: a partial write leaves the position before it
        private long dueNanos = System.nanoTime(); // when that chunk was due
        private int discardedBytes; // of input

        Recital(Service service, SocketChannel channel) {
            this.channel = channel;
            client = new ChannelClient(channel, reactor, this::failed);
            client.resetOnClose(true); // until the poem is sent, nothing may look like its end
            connection = connections.open(service, client); // gives the permit back when it ends
            poem = connection.poem();
        }

        private void start() throws IOException {
            channel.configureBlocking(false);
            write();
        }

        private void write() throws IOException {
            // STEP 3: write
            if (position == chunkEnd) {
                chunkEnd += poem.chunk(position, pace.numBytes());
                connection.writing();
            }
            int count = channel.write(poem.slice(position, chunkEnd - position));
            connection.wrote(count);
            position += count;
            if (position < chunkEnd) {
                whenReady(SelectionKey.OP_WRITE, this::write); // the kernel has no room for the rest
            } else if (position < poem.size()) {
                waitUntilDue();
            } else {
                finish();
            }
        }

        private void waitUntilDue() throws IOException {
            // STEP 4: wait
            connection.waiting();
            dueNanos = pace.next(dueNanos);
            reactor.callLater(Pace.until(dueNanos), guarded(this::write));
        }

        private void finish() throws IOException {
            // STEP 5: finish
            connection.finishing();
            client.resetOnClose(false); // the poem is sent: from here on the end is a clean one
            if (connections.options().drains()) {
                channel.shutdownOutput();
                whenReady(SelectionKey.OP_READ, this::discardInput);
            } else {
                close();
            }
        }

        /** Reads to the client's end of stream: {@link BlockingServer} says why. */
        private void discardInput() throws IOException {
            int count = channel.read(discarding.clear());
            discardedBytes += Math.max(0, count);
            if (count < 0) {
                close();
            } else if (discardedBytes > Connections.DRAIN_LIMIT) {
                return; // the client sends too much to be read, but may still be receiving
            } else {
                whenReady(SelectionKey.OP_READ, this::discardInput);
            }
        }

        private void close() throws IOException {
            // STEP 6: close
            connection.closing();
            channel.close();
            connection.closed();
        }

        /** Not {@code connection::failed}: there is no connection yet when the client's socket is told whom to call. */
        private void failed(Throwable failure) {
            connection.failed(failure);
        }

        private void whenReady(int operation, Callback callback) throws IOException {
            reactor.whenReady(channel, operation, guarded(callback));
        }

        /** The same callback, but if it fails, the recital ends. */
        private Runnable guarded(Callback callback) {
            return () -> {
                try {
                    callback.run();
                } catch (Throwable failure) {
                    failed(failure);
                }
            };
        }
    }

    @FunctionalInterface
    private interface Callback {
        void run() throws IOException;
    }
}
