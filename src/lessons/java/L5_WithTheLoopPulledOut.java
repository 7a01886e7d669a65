/*
 * Lesson 5: L4 with the loop pulled out. What is left of the server is callbacks.
 *
 *     java src/lessons/java/L5_WithTheLoopPulledOut.java poems/accept.txt    (Java 17 or newer; clients as in L4)
 *
 * Expect: what L4 does. But the Reactor knows nothing about poems: any other server could use it.
 *
 * In the project: Reactor and ReactorServer. Broken promise: a client may leave at any time. Here its
 * callback then throws, which ends the loop, and all poems with it. See ReactorServer, STEP 3.
 */
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.*;
import java.nio.file.*;
import java.util.*;

public class L5_WithTheLoopPulledOut {
    public static void main(String[] args) throws IOException {
        ByteBuffer poem = ByteBuffer.wrap(Files.readAllBytes(Path.of(args[0])));
        int port = args.length > 1 ? Integer.parseInt(args[1]) : 10000;
        Reactor reactor = new Reactor(Selector.open(), new PriorityQueue<>(Comparator.comparingLong(Timer::dueNanos)));
        // STEP 1: listen
        ServerSocketChannel listener = ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", port));
        System.out.printf("Serving %s on 127.0.0.1:%d.%n", args[0], listener.socket().getLocalPort());
        // STEP 2: accept
        reactor.register(listener, SelectionKey.OP_ACCEPT, () -> write(reactor, listener.accept(), poem.duplicate()));
        reactor.run();
    }

    private static void write(Reactor reactor, SocketChannel client, ByteBuffer poem) throws IOException {
        // STEP 3: write
        client.configureBlocking(false);
        client.write(poem.limit(Math.min(poem.position() + 20, poem.capacity()))); // or fewer: it never waits
        if (poem.position() < poem.capacity()) {
            // STEP 4: wait
            reactor.callLater(300, () -> write(reactor, client, poem));
        } else {
            // STEP 6: close
            client.close();
        }
    }

    private interface Callback {
        void run() throws IOException;
    }
    private record Timer(long dueNanos, Callback callback) {}

    private record Reactor(Selector selector, Queue<Timer> timers) {
        void register(SelectableChannel channel, int readiness, Callback callback) throws IOException {
            channel.configureBlocking(false).register(selector, readiness, callback);
        }

        void callLater(long millis, Callback callback) {
            timers.add(new Timer(System.nanoTime() + millis * 1_000_000, callback));
        }

        void run() throws IOException {
            while (true) {
                selector.select(timers.isEmpty() ? 0 : 10); // 10 ms at most, then looks at the timers; 0: no limit
                for (var ready = selector.selectedKeys().iterator(); ready.hasNext(); ready.remove()) {
                    ((Callback) ready.next().attachment()).run();
                }
                while (!timers.isEmpty() && timers.peek().dueNanos - System.nanoTime() <= 0) {
                    timers.remove().callback.run();
                }
            }
        }
    }
}
