/*
 * Lesson 4: one loop, one thread, all clients.
 *
 *     java src/lessons/java/L4_OneLoop.java poems/accept.txt    (Java 17 or newer)
 *     nc 127.0.0.1 10000 </dev/null                             (in two other terminals)
 *
 * Expect: what L2 and L3 do, with a single thread. The only call that waits is "select", for all clients
 * at once. The position in the poem, a local variable in L3, is now kept in an object: a ByteBuffer.
 *
 * In the project: SelectorServer.
 * Broken promise: a client that stops reading costs a bounded time. Here it delays nobody, but is kept
 * for ever. See SelectorServer, STEP 3.
 */
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.*;
import java.nio.file.*;
import java.util.*;

public class L4_OneLoop {
    private record Pause(SelectionKey key, long endNanos) {}

    public static void main(String[] args) throws IOException {
        byte[] poem = Files.readAllBytes(Path.of(args[0]));
        int port = args.length > 1 ? Integer.parseInt(args[1]) : 10000;

        // STEP 1: listen
        Selector selector = Selector.open();
        ServerSocketChannel listener = ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", port));
        listener.configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT);
        System.out.printf("Serving %s on 127.0.0.1:%d.%n", args[0], listener.socket().getLocalPort());

        Queue<Pause> pauses = new ArrayDeque<>(); // all are equally long: the first to begin is the first to end
        while (true) {
            selector.select(pauses.isEmpty() ? 0 : 10); // 10 ms at most, then looks at the pauses; 0: no limit
            for (SelectionKey key : selector.selectedKeys()) {
                if (key.isAcceptable()) {
                    // STEP 2: accept
                    SocketChannel client = listener.accept();
                    client.configureBlocking(false).register(selector, SelectionKey.OP_WRITE, ByteBuffer.wrap(poem));
                } else {
                    write(key, (SocketChannel) key.channel(), (ByteBuffer) key.attachment(), pauses);
                }
            }
            selector.selectedKeys().clear();
            while (!pauses.isEmpty() && pauses.peek().endNanos - System.nanoTime() <= 0) {
                pauses.remove().key.interestOps(SelectionKey.OP_WRITE);
            }
        }
    }

    private static void write(SelectionKey key, SocketChannel client, ByteBuffer poem, Queue<Pause> pauses)
            throws IOException {
        try {
            // STEP 3: write
            client.write(poem.limit(Math.min(poem.position() + 20, poem.capacity()))); // or fewer: it never waits
            if (poem.position() < poem.capacity()) {
                // STEP 4: wait
                key.interestOps(0);
                pauses.add(new Pause(key, System.nanoTime() + 300_000_000));
            } else {
                // STEP 6: close
                client.close();
            }
        } catch (IOException e) {
            client.close(); // it has left, and the server goes on
        }
    }
}
