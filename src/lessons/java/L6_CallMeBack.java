/*
 * Lesson 6: start an operation, and be called back when it is done.
 *
 *     java src/lessons/java/L6_CallMeBack.java poems/accept.txt    (Java 17 or newer)
 *     nc 127.0.0.1 10000 </dev/null                                (in two other terminals)
 *
 * Expect: what L4 does. There the loop says "you can write"; here the handler is told "it is written".
 * The loop is still there, but inside the JDK, which runs the handlers on a few threads of its own.
 *
 * In the project: CompletionServer.
 * Broken promise: a poem that was cut short never looks complete. Here, stop the server during a poem:
 * nc ends as it does after a whole one. See CompletionServer, STEP 5.
 */
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.*;
import java.nio.file.*;
import java.util.concurrent.*;

public class L6_CallMeBack {
    public static void main(String[] args) throws IOException, InterruptedException, ExecutionException {
        byte[] poem = Files.readAllBytes(Path.of(args[0]));
        int port = args.length > 1 ? Integer.parseInt(args[1]) : 10000;

        // STEP 1: listen
        AsynchronousServerSocketChannel listener = AsynchronousServerSocketChannel.open();
        listener.bind(new InetSocketAddress("127.0.0.1", port));
        System.out.printf("Serving %s on %s.%n", args[0], listener.getLocalAddress().toString().substring(1));

        while (true) {
            // STEP 2: accept
            AsynchronousSocketChannel client = listener.accept().get(); // a Future, for main has nothing else to do
            new Recital(client, ByteBuffer.wrap(poem)).write();
        }
    }

    record Recital(AsynchronousSocketChannel client, ByteBuffer poem) implements CompletionHandler<Integer, Void> {
        void write() {
            // STEP 3: write
            client.write(poem.limit(Math.min(poem.position() + 20, poem.capacity())), null, this);
        }

        @Override
        public void completed(Integer written, Void none) {
            if (poem.position() < poem.capacity()) {
                // STEP 4: wait
                CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS).execute(this::write);
            } else {
                close();
            }
        }

        @Override
        public void failed(Throwable reason, Void none) {
            close(); // the client has left, and the server goes on
        }

        private void close() {
            try {
                // STEP 6: close
                client.close();
            } catch (IOException e) {
                // It is closed as far as it can be.
            }
        }
    }
}
