/*
 * Lesson 8: a write waits for as long as its client does not read.
 *
 *     java src/lessons/java/L8_AWriteThatNeverReturns.java poems/accept.txt    (Java 17 or newer)
 *     nc 127.0.0.1 10000 </dev/null | sleep 60                                 (a client that does not read)
 *     nc 127.0.0.1 10000 </dev/null | wc -c                                    (one that does, started later)
 *
 * Expect: the second client receives nothing until the first has left. The poem, twenty thousand copies,
 * is larger than the kernel's buffers: once they are full, "write" waits until the client reads.
 * A blocking socket has a timeout for reading, but none for writing.
 *
 * The cure: start the server with a third argument: "... poems/accept.txt 10000 cure". If a write takes
 * two seconds, another thread closes the socket, and the write fails.
 *
 * In the project: BlockingServer, STEP 3.
 */
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

public class L8_AWriteThatNeverReturns {
    private static final ScheduledExecutorService WATCH = Executors.newSingleThreadScheduledExecutor();

    public static void main(String[] args) throws IOException {
        byte[] poem = Files.readAllBytes(Path.of(args[0]));
        int port = args.length > 1 ? Integer.parseInt(args[1]) : 10000;
        boolean cure = args.length > 2;

        // STEP 1: listen
        ServerSocket listener = new ServerSocket(port, 50, InetAddress.getByName("127.0.0.1")); // a backlog of 50
        System.out.printf("Serving %s on 127.0.0.1:%d.%n", args[0], listener.getLocalPort());

        while (true) {
            // STEP 2: accept
            try (Socket socket = listener.accept()) {
                for (int copy = 0; copy < 20_000; copy++) {
                    // STEP 3: write
                    if (cure) {
                        writeWatched(socket, poem);
                    } else {
                        socket.getOutputStream().write(poem);
                    }
                }
                // STEP 6: close (the end of "try" does it)
            } catch (IOException e) {
                System.out.println("A client did not receive the whole poem: " + e.getMessage());
            }
        }
    }

    private static void writeWatched(Socket socket, byte[] bytes) throws IOException {
        Future<?> alarm = WATCH.schedule(() -> {
            socket.setSoLinger(true, 0); // close by a reset: a clean end would look like that of a whole poem
            socket.close();
            return null; // makes it a Callable, which may throw
        }, 2, TimeUnit.SECONDS);
        socket.getOutputStream().write(bytes);
        alarm.cancel(false);
    }
}
