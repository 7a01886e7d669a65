package blockingpoetry.designs;

import blockingpoetry.Pace;
import blockingpoetry.Poem;
import blockingpoetry.PoetryServer;
import blockingpoetry.Service;
import blockingpoetry.recitals.Connection;
import blockingpoetry.recitals.Connections;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;

/**
 * The blocking design: one thread accepts, and a runner gives each connection a thread that writes, sleeps and closes.
 *
 * <pre>
 *   accepting thread         runner's threads
 *   accept ---- socket ----> write, sleep, write, sleep, ..., close
 *   accept ---- socket ----> write, sleep, ...
 * </pre>
 *
 * <p>The waiting is inside the calls: {@code accept}, {@code write}, {@code sleep} and {@code read} return when there is something
 * to do. The position in the poem is a local variable. Three designs differ only in the kind of thread, and in who
 * runs a connection: a virtual thread of its own, a platform thread of its own, or the accepting thread itself.
 *
 * <p>When not to choose it: {@code sequential} when a second client may come before the first is done, {@code platform} for more than
 * some thousand clients, {@code virtual} when each connection computes for long: virtual threads are not time-sliced.
 *
 * <p>Run it: {@code java -jar blockingpoetry.jar --design virtual poem.txt}
 */
final class BlockingServer implements RunningServer.Lifecycle {
    private final Connections connections;
    private final Pace pace;
    private final ExecutorService acceptors;
    private final Executor runner;

    private BlockingServer(Connections connections, Thread.Builder threads, Executor runner) {
        this.connections = connections;
        this.pace = connections.options().pace();
        this.acceptors = Executors.newThreadPerTaskExecutor(threads.name("accept-", 1).factory());
        this.runner = runner;
    }

    /** Each connection gets a new thread of this kind: the factory keeps the name, and the builder gets another for the acceptors. */
    static PoetryServer start(List<Service> services, Connections connections, Thread.Builder threads)
            throws IOException {
        ThreadFactory recitals = threads.name("recital").factory();
        return start(services, connections, threads, recital -> recitals.newThread(recital).start());
    }

    /** Each service gets one thread of this kind, which accepts; the runner runs the connections. */
    static PoetryServer start(List<Service> services, Connections connections, Thread.Builder threads, Executor runner)
            throws IOException {
        JdkWorkarounds.initialisePoller(runner);
        return RunningServer.start(new BlockingServer(connections, threads, runner), services, connections);
    }

    @Override
    public void endThreads() {
        acceptors.close();
    }

    @Override
    public RunningServer.Listener listen(Service service, RunningServer.Sockets sockets) throws IOException {
        // STEP 1: listen
        ServerSocket listener = sockets.add(new ServerSocket());
        listener.bind(service.address(), connections.options().backlog());
        return new RunningServer.Listener(listener.getLocalSocketAddress(),
                () -> acceptors.execute(() -> accept(listener, service)));
    }

    private void accept(ServerSocket listener, Service service) {
        while (!listener.isClosed()) {
            try {
                // STEP 2: accept
                connections.permits().awaitFree(); // until then, clients wait in the backlog
                Socket socket = listener.accept();
                BlockingClient client = new BlockingClient(socket);
                client.resetOnClose(true); // until the poem is sent, nothing may look like its end
                connections.permits().acquire(); // waits if another listener's client took the free one
                Connection connection = connections.open(service, client); // gives the permit back when it ends
                try {
                    runner.execute(() -> recite(socket, client, connection));
                } catch (OutOfMemoryError noThread) {
                    connection.failed(noThread);
                    LockSupport.parkNanos(Connections.ACCEPT_BACKOFF.toNanos());
                }
            } catch (IOException | OutOfMemoryError e) {
                if (!listener.isClosed()) {
                    connections.acceptFailed(e); // no descriptor or no memory is left, for now
                    LockSupport.parkNanos(Connections.ACCEPT_BACKOFF.toNanos());
                }
            }
        }
    }

    /** The whole life of a connection, in the order in which it happens. */
    private void recite(Socket socket, BlockingClient client, Connection connection) {
        try {
            client.servedByCurrentThread();
            Poem poem = connection.poem();
            OutputStream out = socket.getOutputStream();
            int position = 0;
            long dueNanos = System.nanoTime();
            int chunks = 0;
            while (position < poem.size()) {
                // STEP 3: write
                int chunkEnd = position + poem.chunk(position, pace.numBytes());
                connection.writing();
                while (position < chunkEnd) { // in parts, so that a slow reader of a large chunk is seen to make progress
                    int length = Math.min(Pace.AT_ONCE.numBytes(), chunkEnd - position);
                    out.write(poem.bytes(), position, length);
                    connection.wrote(length);
                    position += length;
                }

                // STEP 4: wait
                if (position < poem.size()) {
                    connection.waiting();
                    dueNanos = pace.next(dueNanos);
                    Thread.sleep(JdkWorkarounds.pause(Pace.until(dueNanos), ++chunks));
                }
            }

            // STEP 5: finish
            connection.finishing();
            client.resetOnClose(false); // the poem is sent: from here on the end is a clean one
            if (connections.options().drains()) {
                socket.shutdownOutput();
                JdkWorkarounds.yieldNow(); // afterwards the client has often closed, and reading does not wait
                // Closing with unread input would make the kernel reset the connection, and throw away what the client has not
                // received yet. So read to its end of stream; if that takes too long, the watch closes the socket.
                long discarded = socket.getInputStream().skip(Connections.DRAIN_LIMIT + 1); // reads, up to the end or so far
                if (discarded > Connections.DRAIN_LIMIT) {
                    client.awaitClosed(); // it sends too much to be read, but may still be receiving
                }
            }

            // STEP 6: close
            connection.closing();
            socket.close();
            connection.closed();
        } catch (Throwable failure) { // an interrupt, too: it ends this recital, and is done with then
            connection.failed(failure);
        }
    }
}
