package blockingpoetry.designs;

import blockingpoetry.Pace;
import blockingpoetry.Poem;
import blockingpoetry.PoetryServer;
import blockingpoetry.Service;
import blockingpoetry.designs.JdkWorkarounds.NioTwoLinger;
import blockingpoetry.recitals.Connection;
import blockingpoetry.recitals.Connections;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The completion design, on NIO.2: an operation is started, and calls back when it is done.
 *
 * <pre>
 *   accept --done--> accept the next
 *               +--> write --done--> wait --due--> write --done--> ... --> read --done--> close
 * </pre>
 *
 * <p>The waiting is in the kernel and the JDK, for each operation by itself: a small group of threads runs the handlers of what is
 * done. None may block. The position in the poem is a field of an object, the {@link Recital}, from one completion to the next; only
 * one operation of a connection is under way at a time, so that its handlers need no lock.
 *
 * <p>When not to choose it: on Linux, where the JDK makes completions out of readiness, so that an event loop does the same with
 * fewer threads and can reset a connection without reflection; and where a handler may block.
 *
 * <p>Run it: {@code java -jar blockingpoetry.jar --design completion poem.txt}
 */
final class CompletionServer implements RunningServer.Lifecycle {
    private final Connections connections;
    private final Pace pace;
    private final NioTwoLinger linger = new NioTwoLinger();
    private final CompletionThreads threads;
    private final byte[] discarding = new byte[8 * 1024]; // scratch for discarded input, shared by all, never read

    private CompletionServer(Connections connections) throws IOException {
        this.connections = connections;
        this.pace = connections.options().pace();
        this.threads = new CompletionThreads(connections.options().loops());
    }

    static PoetryServer start(List<Service> services, Connections connections) throws IOException {
        return RunningServer.start(new CompletionServer(connections), services, connections);
    }

    @Override
    public void listenersClosed() {
        threads.awaitAccepts();
    }

    @Override
    public void endThreads() {
        threads.close();
    }

    @Override
    public RunningServer.Listener listen(Service service, RunningServer.Sockets sockets) throws IOException {
        // STEP 1: listen
        AsynchronousServerSocketChannel listener = sockets.add(AsynchronousServerSocketChannel.open(threads.group()));
        listener.bind(service.address(), connections.options().backlog());
        return new RunningServer.Listener(listener.getLocalAddress(), new Acceptor(service, listener)::accept);
    }

    /** Accepts from a listener; one accept is under way at a time. */
    private final class Acceptor implements CompletionHandler<AsynchronousSocketChannel, Void> {
        private final Service service;
        private final AsynchronousServerSocketChannel listener;

        Acceptor(Service service, AsynchronousServerSocketChannel listener) {
            this.service = service;
            this.listener = listener;
        }

        void accept() {
            // STEP 2: accept
            if (connections.permits().tryAcquire(() -> threads.execute(this::acceptOne))) {
                acceptOne();
            } // else, until a permit is free, clients wait in the backlog
        }

        private void acceptOne() {
            connections.permits().release(); // nobody knows when a client will come; it takes a permit then
            listener.accept(null, threads.awaited(this));
        }

        @Override
        public void completed(AsynchronousSocketChannel channel, @Nullable Void none) {
            CompletionClient client = new CompletionClient(channel, linger, threads);
            client.resetOnClose(true); // until the poem is sent, nothing may look like its end
            admit(channel, client);
        }

        private void admit(AsynchronousSocketChannel channel, CompletionClient client) {
            Runnable begin = () -> begin(channel, client);
            if (connections.permits().tryAcquire(() -> threads.execute(begin))) {
                begin.run();
            } // else, another listener's client was faster
        }

        private void begin(AsynchronousSocketChannel channel, CompletionClient client) {
            try {
                Recital recital = new Recital(service, channel, client);
                recital.guard(recital::write);
                accept();
            } catch (OutOfMemoryError e) {
                failed(e, null);
            }
        }

        @Override
        public void failed(Throwable reason, @Nullable Void none) {
            if (listener.isOpen()) {
                connections.acceptFailed(reason); // no descriptor or no memory is left, for now
                threads.callLater(Connections.ACCEPT_BACKOFF, this::accept);
            }
        }
    }

    /** A connection, and how far it is. */
    private final class Recital {
        private final AsynchronousSocketChannel channel;
        private final CompletionClient client;
        private final Connection connection;
        private final Poem poem;
        private int position; // bytes of the poem that the kernel has taken
        private int chunkEnd; // where the current chunk ends: a partial write leaves the position before it
        private long dueNanos = System.nanoTime(); // when that chunk was due
        private int discardedBytes; // of input

        Recital(Service service, AsynchronousSocketChannel channel, CompletionClient client) {
            this.channel = channel;
            this.client = client;
            connection = connections.open(service, client); // gives the permit back when it ends
            poem = connection.poem();
        }

        private void write() throws IOException {
            // STEP 3: write
            if (position == chunkEnd) {
                chunkEnd += poem.chunk(position, pace.numBytes());
                connection.writing();
            }
            channel.write(poem.slice(position, chunkEnd - position), null, new Handler(this, this::wrote));
        }

        private void wrote(int count) throws IOException {
            connection.wrote(count);
            position += count;
            if (position == poem.size()) {
                finish();
            } else if (position == chunkEnd && pace.delay().isPositive()) {
                waitUntilDue();
            } else { // without a delay, too: handlers of others take turns with this one's
                write();
            }
        }

        private void waitUntilDue() throws IOException {
            // STEP 4: wait
            connection.waiting();
            dueNanos = pace.next(dueNanos);
            client.callLater(Pace.until(dueNanos), () -> guard(this::write), connection::failed);
        }

        private void finish() throws IOException {
            // STEP 5: finish
            connection.finishing();
            client.resetOnClose(false); // the poem is sent: from here on the end is a clean one
            if (connections.options().drains()) {
                channel.shutdownOutput();
                discardInput();
            } else {
                close();
            }
        }

        /** Reads to the client's end of stream: {@link BlockingServer} says why. */
        private void discardInput() {
            channel.read(ByteBuffer.wrap(discarding), null, new Handler(this, this::discarded));
        }

        private void discarded(int count) throws IOException {
            discardedBytes += Math.max(0, count);
            if (count < 0) {
                close();
            } else if (discardedBytes > Connections.DRAIN_LIMIT) {
                // The client sends too much to be read. Nothing pending would notice that the watch closes the channel, so a timer does.
                client.callLater(connections.options().drainTimeout(), this::discardInput, connection::failed);
            } else {
                discardInput();
            }
        }

        private void close() throws IOException {
            // STEP 6: close
            connection.closing();
            client.close(); // by its lock, nobody sets an option of a descriptor that is closed
            connection.closed();
        }

        /** Runs a callback; if it fails, the recital ends. */
        private void guard(Callback callback) {
            try {
                callback.run();
            } catch (Throwable failure) {
                connection.failed(failure);
            }
        }
    }

    @FunctionalInterface
    private interface Callback {
        void run() throws IOException;
    }

    @FunctionalInterface
    private interface CountCallback {
        void run(int count) throws IOException;
    }

    private record Handler(Recital recital, CountCallback callback) implements CompletionHandler<Integer, Void> {
        @Override
        public void completed(Integer count, @Nullable Void none) {
            recital.guard(() -> callback.run(count));
        }

        @Override
        public void failed(Throwable failure, @Nullable Void none) {
            recital.connection.failed(failure);
        }
    }
}
