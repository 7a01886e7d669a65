/* A solution of exercise E7: what a listener serves hangs on its key, as what a client receives hangs on its own. */
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.*;
import java.nio.file.*;
import java.util.*;

public class L4_OneLoop {
    private record Pause(SelectionKey key, long endNanos) {}

    public static void main(String[] args) throws IOException {
        // STEP 1: listen
        Selector selector = Selector.open();
        StringBuilder serving = new StringBuilder();
        for (int i = 0; i < args.length; i += 2) {
            byte[] poem = Files.readAllBytes(Path.of(args[i]));
            InetSocketAddress address = new InetSocketAddress("127.0.0.1", Integer.parseInt(args[i + 1]));
            ServerSocketChannel listener = ServerSocketChannel.open().bind(address);
            listener.configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT, poem);
            serving.append("Serving %s on 127.0.0.1:%d.%n".formatted(args[i], listener.socket().getLocalPort()));
        }
        System.out.print(serving);

        Queue<Pause> pauses = new ArrayDeque<>(); // all are equally long: the first to begin is the first to end
        while (true) {
            selector.select(pauses.isEmpty() ? 0 : 10); // 10 ms at most, then looks at the pauses; 0: no limit
            for (SelectionKey key : selector.selectedKeys()) {
                if (key.isAcceptable()) {
                    // STEP 2: accept
                    SocketChannel client = ((ServerSocketChannel) key.channel()).accept();
                    ByteBuffer poem = ByteBuffer.wrap((byte[]) key.attachment());
                    client.configureBlocking(false).register(selector, SelectionKey.OP_WRITE, poem);
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
