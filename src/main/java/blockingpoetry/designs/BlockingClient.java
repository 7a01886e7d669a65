package blockingpoetry.designs;

import blockingpoetry.recitals.ClientSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The socket of a client that a {@link BlockingServer} serves, for other threads. */
final class BlockingClient implements ClientSocket {
    private final Socket socket;
    private volatile @Nullable Thread servingThread; // once it has begun

    BlockingClient(Socket socket) {
        this.socket = socket;
    }

    /** The current thread serves this client from now on. */
    void servedByCurrentThread() {
        servingThread = Thread.currentThread();
    }

    /** Blocks until another thread closes the socket. */
    void awaitClosed() {
        while (!socket.isClosed()) {
            LockSupport.park();
        }
    }

    @Override
    public InetSocketAddress address() {
        return (InetSocketAddress) socket.getRemoteSocketAddress();
    }

    @Override
    public @Nullable InetSocketAddress localAddress() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
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
    public void sendAtOnce() {
        try {
            socket.setTcpNoDelay(true);
        } catch (IOException e) {
            // It is closed already.
        }
    }

    /** A read or write of the serving thread then fails. */
    @Override
    public void close() {
        RunningServer.close(socket);
        LockSupport.unpark(servingThread); // from awaitClosed
    }

    @Override
    public void wake() {
        Thread sleeper = servingThread;
        if (sleeper != null) {
            sleeper.interrupt();
        }
    }
}
