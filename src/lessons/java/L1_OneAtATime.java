/*
 * Lesson 1: one client at a time.
 *
 *     java src/lessons/java/L1_OneAtATime.java poems/accept.txt    (Java 17 or newer)
 *     nc 127.0.0.1 10000 </dev/null                                (in two other terminals)
 *
 * Expect: the first client receives 20 bytes every 0.3 s. The second is connected, too, but receives
 * nothing until the first has the whole poem.
 *
 * Why: there is one thread, and it waits inside "write" and "sleep". Meanwhile nobody calls "accept",
 * and the second client waits in the backlog, the kernel's queue of new connections.
 *
 * In the project: BlockingServer, as --design sequential.
 * Broken promise: a client that stops reading costs a bounded time. Here it holds up all others for ever.
 * See L8, and BlockingServer, STEP 3.
 */
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;

public class L1_OneAtATime {
    public static void main(String[] args) throws IOException {
        byte[] poem = Files.readAllBytes(Path.of(args[0]));
        int port = args.length > 1 ? Integer.parseInt(args[1]) : 10000;

        // STEP 1: listen
        ServerSocket listener = new ServerSocket(port, 50, InetAddress.getByName("127.0.0.1")); // a backlog of 50
        System.out.printf("Serving %s on 127.0.0.1:%d.%n", args[0], listener.getLocalPort());

        while (true) {
            // STEP 2: accept
            Socket socket = listener.accept();
            recite(poem, socket);
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
