/*
 * Lesson 2: a thread for each client.
 *
 *     java src/lessons/java/L2_AThreadEach.java poems/accept.txt    (Java 21 or newer)
 *     nc 127.0.0.1 10000 </dev/null                                 (in two other terminals)
 *
 * Expect: both clients receive the poem at the same time.
 *
 * Why: the code that serves one client is that of L1. But each client has a thread of its own, which
 * waits for this client only, and the first thread is back in "accept" at once.
 *
 * In the project: BlockingServer, as --design platform.
 * Broken promise: the number of clients is limited. Here each one gets a thread, until there are too many.
 * See BlockingServer, STEP 2.
 */
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;

public class L2_AThreadEach {
    public static void main(String[] args) throws IOException {
        byte[] poem = Files.readAllBytes(Path.of(args[0]));
        int port = args.length > 1 ? Integer.parseInt(args[1]) : 10000;

        // STEP 1: listen
        ServerSocket listener = new ServerSocket(port, 50, InetAddress.getByName("127.0.0.1")); // a backlog of 50
        System.out.printf("Serving %s on 127.0.0.1:%d.%n", args[0], listener.getLocalPort());

        while (true) {
            // STEP 2: accept
            Socket socket = listener.accept();
            Thread.ofPlatform().start(() -> recite(poem, socket));
        }
    }

    private static void recite(byte[] poem, Socket socket) {
        try (socket) {
            OutputStream out = socket.getOutputStream();
            for (int position = 0; position < poem.length; position += 20) {
                // STEP 3: write
                out.write(poem, position, Math.min(20, poem.length - position));

                // STEP 4: wait
                Thread.sleep(300);
            }
            // STEP 6: close (the end of "try" does it)
        } catch (IOException | InterruptedException e) {
            // The client has left, and the server goes on.
        }
    }
}
