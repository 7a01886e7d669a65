package blockingpoetry.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** A server that is not ours: it does to its one client what a test says. */
final class StubServer implements AutoCloseable {
    /** What is done to the client, on the server's thread; then the connection is closed. */
    @FunctionalInterface
    interface Deed {
        void to(Socket client) throws Exception;
    }

    private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());

    StubServer(Deed deed) throws IOException {
        Thread.ofPlatform().daemon().name("stub").start(() -> {
            try (Socket client = listener.accept()) {
                deed.to(client);
            } catch (Exception e) {
                // The test ended, or the client did: either way the test sees what it was given.
            }
        });
    }

    static void send(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(UTF_8));
    }

    /** Makes the connection's close a reset. */
    static void spoil(Socket client) throws IOException {
        client.setSoLinger(true, 0);
    }

    String port() {
        return String.valueOf(listener.getLocalPort());
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
