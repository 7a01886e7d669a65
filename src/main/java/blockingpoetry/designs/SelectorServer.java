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
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;

/**
 * The readiness design, bare: one thread asks the kernel which of all sockets can be used now, and uses those.
 *
 * <pre>
 *             +--> accept a client that came ------------+
 *   select ---+--> write on, where there is room again --+---> select
 *             +--> read on, where a client sent or left -+
 *             +--> write on, where the pause is over ----+
 * </pre>
 *
 * <p>The waiting is in one place, {@code select}, for all connections at once; nothing else may block. The position in the poem is a
 * field of an object, the {@link Recital}, from one readiness to the next. It says what to do next.
 *
 * <p>When not to choose it: when serving a client may block or computes for long, because every other client of the loop waits
 * meanwhile.
 *
 * <p>Run it: {@code java -jar blockingpoetry.jar --design selector poem.txt}
 */
final class SelectorServer implements EventLoops.Loop {
    private final Connections connections;
    private final Pace pace;
    private final Selector selector = Selector.open();
    private final TaskQueue tasks = new TaskQueue(selector);
    private final ByteBuffer discarding = ByteBuffer.allocate(8 * 1024); // scratch for discarded input, never read

    private SelectorServer(Connections connections) throws IOException {
        this.connections = connections;
        this.pace = connections.options().pace();
    }

    static PoetryServer start(List<Service> services, Connections connections) throws IOException {
        return EventLoops.start(services, connections, "loop-", () -> new SelectorServer(connections));
    }

    @Override
    public void run() throws IOException {
        try (selector) {
            while (!Thread.interrupted()) {
                long millis = tasks.millisLeft();
                if (millis > 0) {
                    selector.select(this::ready, millis);
                } else {
                    selector.selectNow(this::ready);
                }
                tasks.run();
            }
        }
    }

    @Override
    public void execute(Runnable task) {
        tasks.execute(task);
    }

    private void ready(SelectionKey key) {
        if (key.channel() instanceof ServerSocketChannel listener) {
            clientCame(listener, (Service) key.attachment());
        } else {
            ((Recital) key.attachment()).ready();
        }
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
        register(listener, SelectionKey.OP_ACCEPT, service);
    }

    private void clientCame(ServerSocketChannel listener, Service service) {
        // STEP 2: accept
        if (connections.permits().tryAcquire(() -> execute(() -> accept(listener, service)))) {
            accept(listener, service);
        } else {
            register(listener, 0, service); // until this gets a permit, clients wait in the backlog
        }
    }

    /** Accepts one client, if there is one, with a permit in hand. */
    private void accept(ServerSocketChannel listener, Service service) {
        SocketChannel channel = null;
        try {
            channel = listener.accept();
            if (channel != null) {
                new Recital(service, channel).start();
            }
            add(listener, service);
        } catch (IOException | OutOfMemoryError e) {
            if (listener.isOpen()) {
                connections.acceptFailed(e); // no descriptor or no memory is left, for now
                register(listener, 0, service);
                tasks.schedule(Connections.ACCEPT_BACKOFF, () -> add(listener, service));
            }
        }
        if (channel == null) {
            connections.permits().release(); // it failed, another loop was faster, or the client has left
        }
    }

    private void register(ServerSocketChannel listener, int operations, Service service) {
        try {
            listener.register(selector, operations, service);
        } catch (ClosedChannelException | CancelledKeyException e) {
            // The server stops.
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
            client = new ChannelClient(channel, tasks, this::failed);
            client.resetOnClose(true); // until the poem is sent, nothing may look like its end
            connection = connections.open(service, client); // gives the permit back when it ends
            poem = connection.poem();
        }

        void start() {
            try {
                channel.configureBlocking(false);
                write();
            } catch (Throwable failure) {
                failed(failure);
            }
        }

        /** Goes on with what this recital waited for. */
        void ready() {
            try {
                if (position < poem.size()) {
                    write();
                } else {
                    discardInput();
                }
            } catch (Throwable failure) {
                failed(failure);
            }
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
                interest(SelectionKey.OP_WRITE); // the kernel has no room for the rest
            } else if (position < poem.size()) {
                waitUntilDue();
            } else {
                finish();
            }
        }

        private void waitUntilDue() throws IOException {
            // STEP 4: wait
            connection.waiting();
            interest(0);
            dueNanos = pace.next(dueNanos);
            tasks.schedule(Pace.until(dueNanos), this::ready);
        }

        private void finish() throws IOException {
            // STEP 5: finish
            connection.finishing();
            client.resetOnClose(false); // the poem is sent: from here on the end is a clean one
            if (connections.options().drains()) {
                channel.shutdownOutput();
                interest(SelectionKey.OP_READ);
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
                interest(0); // the client sends too much to be read, but may still be receiving
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

        private void interest(int operations) throws IOException {
            if (operations != 0 || channel.isRegistered()) { // a poem that is sent at once needs no selector before its end
                channel.register(selector, operations, this); // its key is valid: only this thread closes the channel
            }
        }
    }
}
