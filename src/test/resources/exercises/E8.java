/* A solution of exercise E8: a client keeps the time by which it must have taken more, and the loop looks at these times. */
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.*;
import java.nio.file.*;

public class L4_OneLoop {
    private static final class Recital {
        final ByteBuffer poem;
        long dueNanos = System.nanoTime() + 2_000_000_000L;

        Recital(byte[] poem) {
            this.poem = ByteBuffer.wrap(poem);
        }
    }

    public static void main(String[] args) throws IOException {
        byte[] poem = Files.readAllBytes(Path.of(args[0]));
        int port = args.length > 1 ? Integer.parseInt(args[1]) : 10000;

        // STEP 1: listen
        Selector selector = Selector.open();
        ServerSocketChannel listener = ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", port));
        listener.configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT);
        System.out.printf("Serving %s on 127.0.0.1:%d.%n", args[0], listener.socket().getLocalPort());

        while (true) {
            selector.select(100); // then looks at the times, though nobody is ready
            for (SelectionKey key : selector.selectedKeys()) {
                if (key.isAcceptable()) {
                    // STEP 2: accept
                    SocketChannel client = listener.accept();
                    client.configureBlocking(false).register(selector, SelectionKey.OP_WRITE, new Recital(poem));
                } else {
                    write((SocketChannel) key.channel(), (Recital) key.attachment());
                }
            }
            selector.selectedKeys().clear();
            for (SelectionKey key : selector.keys()) {
                if (key.isValid() // not closed above
                        && key.attachment() instanceof Recital recital && recital.dueNanos - System.nanoTime() <= 0) {
                    SocketChannel client = (SocketChannel) key.channel();
                    client.setOption(StandardSocketOptions.SO_LINGER, 0); // a reset: a clean end would look complete
                    client.close();
                }
            }
        }
    }

    private static void write(SocketChannel client, Recital recital) throws IOException {
        try {
            // STEP 3: write
            if (client.write(recital.poem) > 0) { // what there is room for: it never waits
                recital.dueNanos = System.nanoTime() + 2_000_000_000L;
            }
            if (!recital.poem.hasRemaining()) {
                // STEP 6: close
                client.close();
            }
        } catch (IOException e) {
            client.close(); // it has left, and the server goes on
        }
    }
}
