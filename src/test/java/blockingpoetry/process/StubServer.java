package blockingpoetry.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** A server with one client, to which it does what a test wants. */
public final class StubServer implements AutoCloseable {
    /** What the server does to the client, on the server's thread; then it closes the connection. */
    @FunctionalInterface
    public interface Behaviour {
        void to(Socket client) throws Exception;
    }

    private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());

    public StubServer(Behaviour behaviour) throws IOException {
        Thread.ofPlatform().daemon().name("stub").start(() -> {
            try (Socket client = listener.accept()) {
                behaviour.to(client);
            } catch (Exception e) {
                // The test or the client has ended; the test looks at what the client got.
            }
        });
    }

    public static void send(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(UTF_8));
    }

    /** Makes the close of the connection a reset. */
    public static void resetOnClose(Socket client) throws IOException {
        client.setSoLinger(true, 0);
    }

    public String port() {
        return String.valueOf(listener.getLocalPort());
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
