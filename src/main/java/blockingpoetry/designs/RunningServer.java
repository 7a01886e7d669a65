package blockingpoetry.designs;

import blockingpoetry.PoetryServer;
import blockingpoetry.Service;
import blockingpoetry.Stats;
import blockingpoetry.recitals.Connections;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** The life of a server around the six steps, for every design: listen at all addresses or at none, accept, stop in order. */
final class RunningServer implements PoetryServer {
    /** What a design adds to that life. {@link RunningServer} calls the methods in this order, each on one thread at a time. */
    interface Lifecycle {
        /** Starts the threads that the design has from the beginning. */
        default void startThreads() throws IOException {}

        /** STEP 1: binds one listener. Its socket is added to those that are closed at the end, also when binding fails. */
        Listener listen(Service service, Sockets sockets) throws IOException;

        /** Called when the listeners have been closed. */
        default void listenersClosed() {}

        /** Ends the threads, and blocks until they have ended. Called when no connection is open. */
        void endThreads();
    }

    /** A bound listener; accepting is started once all listeners are bound. */
    record Listener(SocketAddress address, Runnable startAccepting) {}

    static final class Sockets {
        private final List<Closeable> opened = new ArrayList<>();

        /** Takes charge of a socket, and returns it. */
        <S extends Closeable> S add(S socket) {
            opened.add(socket);
            return socket;
        }
    }

    private final Lifecycle lifecycle;
    private final Connections connections;
    private final Sockets sockets = new Sockets();
    private final List<InetSocketAddress> addresses = new ArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    private RunningServer(Lifecycle lifecycle, Connections connections) {
        this.lifecycle = lifecycle;
        this.connections = connections;
    }

    /** Starts a server: it listens at every address when this returns, or this throws and leaves nothing open. */
    static PoetryServer start(Lifecycle lifecycle, List<Service> services, Connections connections) throws IOException {
        RunningServer server = new RunningServer(lifecycle, connections);
        try {
            lifecycle.startThreads();
            List<Listener> listeners = new ArrayList<>();
            for (Service service : services) {
                listeners.add(server.listen(service));
            }
            listeners.forEach(listener -> listener.startAccepting().run());
        } catch (Throwable e) {
            server.close();
            throw e;
        }
        return server;
    }

    private Listener listen(Service service) throws IOException {
        try {
            Listener listener = lifecycle.listen(service, sockets);
            addresses.add((InetSocketAddress) listener.address());
            return listener;
        } catch (IOException e) {
            throw service.refused(e);
        }
    }

    /** Closes a socket; if that fails, it is closed as far as it can be. */
    static void close(Closeable socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // Nothing else can be done.
        }
    }

    @Override
    public synchronized void close() {
        if (closed.getCount() == 0) {
            return;
        }
        sockets.opened.forEach(RunningServer::close);
        lifecycle.listenersClosed();
        connections.permits().awaitAll(connections.options().grace());
        connections.expireGrace();
        connections.permits().awaitAll();
        lifecycle.endThreads();
        connections.permits().awaitAll(); // an accepting thread may have opened one before it ended
        connections.close();
        closed.countDown();
    }

    @Override
    public void awaitClosed() throws InterruptedException {
        closed.await();
    }

    @Override
    public List<InetSocketAddress> addresses() {
        return List.copyOf(addresses);
    }

    @Override
    public Stats stats() {
        return connections.stats();
    }
}
