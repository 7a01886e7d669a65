package blockingpoetry.designs;

import blockingpoetry.PoetryServer;
import blockingpoetry.Service;
import blockingpoetry.designs.RunningServer.Listener;
import blockingpoetry.designs.RunningServer.Sockets;
import blockingpoetry.recitals.Connections;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The event loops of one server, each on a thread of its own. All accept from the same listeners; a client stays with the loop that
 * has accepted it.
 */
final class EventLoops implements RunningServer.Lifecycle {
    /** An event loop. As an executor, it runs tasks on its own thread; any thread may hand it one. */
    interface Loop extends Executor {
        /** Loops until its thread is interrupted. */
        void run() throws IOException;

        /** STEP 1: binds a listener in non-blocking mode, for all loops. */
        ServerSocketChannel listen(Service service, Sockets sockets) throws IOException;

        /** Starts to accept from a listener; on the loop's thread. */
        void add(ServerSocketChannel listener, Service service);
    }

    @FunctionalInterface
    interface Factory {
        Loop loop() throws IOException;
    }

    private final int count;
    private final Factory factory;
    private final List<Loop> loops = new ArrayList<>();
    private final ExecutorService threads;

    private EventLoops(int count, String threadName, Factory factory) {
        this.count = count;
        this.factory = factory;
        this.threads = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().name(threadName, 1).factory());
    }

    /** Starts a server on as many loops as the options say, or on one. */
    static PoetryServer start(List<Service> services, Connections connections, String threadName, Factory factory)
            throws IOException {
        EventLoops loops = new EventLoops(Math.max(1, connections.options().loops()), threadName, factory);
        return RunningServer.start(loops, services, connections);
    }

    @Override
    public void startThreads() throws IOException {
        try {
            for (int i = 0; i < count; i++) {
                Loop loop = factory.loop();
                loops.add(loop);
                threads.execute(() -> run(loop));
            }
        } catch (IOException e) {
            throw new IOException("only " + loops.size() + " of " + count + " event loops: " + e.getMessage(), e);
        }
    }

    private static void run(Loop loop) {
        try {
            loop.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Listener listen(Service service, Sockets sockets) throws IOException {
        ServerSocketChannel listener = loops.getFirst().listen(service, sockets);
        return new Listener(listener.getLocalAddress(),
                () -> loops.forEach(loop -> loop.execute(() -> loop.add(listener, service))));
    }

    @Override
    public void listenersClosed() {
        loops.forEach(loop -> loop.execute(() -> {})); // a closed listener is gone when every loop has selected once more
    }

    @Override
    public void endThreads() {
        threads.shutdownNow(); // interrupts the loops
        threads.close();
    }
}
