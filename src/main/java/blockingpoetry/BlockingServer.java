package blockingpoetry;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

/**
 * The blocking design: a thread accepts, and hands each connection to a runner, whose thread writes, sleeps and closes.
 *
 * <pre>
 *   accepting thread         runner's threads
 *   accept ---- socket ----> write, sleep, write, sleep, ..., close
 *   accept ---- socket ----> write, sleep, ...
 *   accept ...
 * </pre>
 *
 * <p>The waiting is inside the calls: {@code accept}, {@code write}, {@code sleep} and {@code read} return when there is
 * something to do. The position in the poem is a local variable. Who runs a connection is the only difference between
 * three designs: a virtual thread, a platform thread, or the accepting thread itself.
 */
final class BlockingServer implements PoetryServer {
    /** What clients say lands here, whoever says it; nobody looks. */
    private static final byte[] DISCARDED = new byte[8 * 1024];

    private final List<ServerSocket> listeners = new ArrayList<>();
    private final List<InetSocketAddress> addresses = new ArrayList<>();
    private final Connections connections;
    private final Pace pace;
    private final Executor runner;
    private final ExecutorService acceptors;

    private BlockingServer(Connections connections, Thread.Builder threads, Executor runner) {
        this.connections = connections;
        this.pace = connections.options().pace();
        this.runner = runner;
        this.acceptors = Executors.newThreadPerTaskExecutor(threads.name("accept-", 1).factory());
    }

    /** Starts with one thread per connection, of the same kind as those that accept. */
    static BlockingServer start(List<Service> services, Connections connections, Thread.Builder threads)
            throws IOException {
        ThreadFactory recitals = threads.name("recital").factory();
        return start(services, connections, threads, recital -> recitals.newThread(recital).start());
    }

    /**
     * Listens at every service's address, and starts to accept when all of them are bound.
     *
     * @param threads who accepts, one for each service
     * @param runner  who runs a connection
     * @throws IOException if a service cannot be offered; nothing is left open then
     */
    static BlockingServer start(List<Service> services, Connections connections, Thread.Builder threads,
            Executor runner) throws IOException {
        rehearse(runner);
        BlockingServer server = new BlockingServer(connections, threads, runner);
        try {
            for (Service service : services) {
                server.listen(service);
            }
        } catch (IOException e) {
            server.close();
            throw e;
        }
        for (int i = 0; i < services.size(); i++) {
            Service service = services.get(i);
            ServerSocket listener = server.listeners.get(i);
            server.acceptors.execute(() -> server.acceptAll(service, listener));
        }
        return server;
    }

    private void listen(Service service) throws IOException {
        // STEP 1: listen
        ServerSocket listener = new ServerSocket();
        listeners.add(listener);
        try {
            listener.bind(service.address(), connections.options().backlog());
        } catch (IOException e) {
            throw service.refused(e);
        }
        addresses.add((InetSocketAddress) listener.getLocalSocketAddress());
    }

    private void acceptAll(Service service, ServerSocket listener) {
        while (!listener.isClosed()) {
            try {
                // STEP 2: accept
                connections.awaitPlace(); // the rest wait in the backlog
                Socket socket = listener.accept();
                handOver(service, socket);
                giveWay(); // while clients queue up, accept never waits, and a virtual thread gives way only if it waits
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    connections.acceptFailed(e); // no descriptor is left; one soon will be
                    LockSupport.parkNanos(Connections.REST.toNanos());
                }
            }
        }
    }

    private void handOver(Service service, Socket socket) {
        Recital recital = new Recital(service, socket);
        try {
            runner.execute(recital);
        } catch (OutOfMemoryError noThread) {
            recital.connection.failed(noThread);
            LockSupport.parkNanos(Connections.REST.toNanos());
        }
    }

    @Override
    public void close() {
        connections.stop(() -> listeners.forEach(BlockingServer::close), acceptors::close);
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

    /**
     * Lets a thread of the runner wait for a socket once, before there are clients. The JDK makes what virtual threads wait
     * with when the first one waits; if no descriptor is left then, none will ever wait again.
     */
    private static void rehearse(Executor runner) {
        CompletableFuture.runAsync(() -> {
            try (ServerSocket nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                nobody.setSoTimeout(1);
                nobody.accept();
            } catch (IOException e) {
                // Nobody came within a millisecond, as was to be expected.
            }
        }, runner).join();
    }

    /** Correct without: it only saves waiting. */
    @SuppressWarnings("ThreadPriorityCheck")
    private static void giveWay() {
        Thread.yield();
    }

    private static void close(ServerSocket listener) {
        try {
            listener.close();
        } catch (IOException e) {
            // It is closed as far as it can be.
        }
    }

    /** The whole life of a connection, in the order in which it happens; what else it can do is for other threads. */
    private final class Recital implements Runnable, Endpoint {
        private final Socket socket;
        private final Connection connection;
        private volatile @Nullable Thread thread;

        Recital(Service service, Socket socket) {
            this.socket = socket;
            connections.takePlace(this);
            this.connection = connections.open(service, this);
        }

        @Override
        public void run() {
            thread = Thread.currentThread();
            try {
                Poem poem = connection.poem();
                OutputStream out = socket.getOutputStream();
                int position = 0;
                long dueNanos = System.nanoTime();
                while (position < poem.size()) {
                    // STEP 3: write
                    int length = Math.min(pace.numBytes(), poem.size() - position);
                    connection.writing();
                    out.write(poem.bytes(), position, length);
                    connection.wrote(length);
                    position += length;

                    // STEP 4: wait
                    if (position < poem.size()) {
                        connection.waiting();
                        dueNanos = pace.next(dueNanos);
                        Thread.sleep(Pace.until(dueNanos));
                    }
                }

                // STEP 5: finish
                if (connections.options().drains()) {
                    connection.draining();
                    socket.shutdownOutput();
                    giveWay(); // when it is our turn again, the client has often closed, and nobody has to wait for that
                    discard();
                }

                // STEP 6: close
                connection.closing();
                socket.close();
                connection.finished();
            } catch (Throwable failure) {
                connection.failed(failure); // whatever it was, the client must not see a clean end
            }
        }

        /**
         * Reads on until the client's end of stream: closing a socket with unread input would make the kernel reset it, and
         * throw away what the client has not received yet. If that takes too long, {@link Connections} closes the socket.
         */
        private void discard() throws IOException {
            InputStream in = socket.getInputStream();
            int count = 0;
            for (int left = Connections.DRAIN_LIMIT; left >= 0; left -= count) {
                count = in.read(DISCARDED);
                if (count < 0) {
                    return;
                }
            }
            while (!socket.isClosed()) {
                LockSupport.park(); // it says too much, but may still be reading
            }
        }

        @Override
        public InetSocketAddress client() {
            return (InetSocketAddress) socket.getRemoteSocketAddress();
        }

        @Override
        public void close() {
            try {
                socket.close();
            } catch (IOException e) {
                // It is closed as far as it can be.
            }
            LockSupport.unpark(thread); // who reads or writes is woken by the close, who has heard too much by this
        }

        @Override
        public void resetOnClose(boolean reset) {
            try {
                socket.setSoLinger(reset, 0);
            } catch (IOException e) {
                // It is closed already.
            }
        }

        @Override
        public void reset() {
            Endpoint.super.reset();
            Thread sleeper = thread;
            if (connections.isOver() && sleeper != null) {
                sleeper.interrupt();
            }
        }
    }
}
