/*
 * Lesson 7: a close that comes too soon takes back what was sent.
 *
 *     java src/lessons/java/L7_CloseTooSoon.java poems/accept.txt       (Java 17 or newer)
 *     nc 127.0.0.1 10000 </dev/null | wc -c                             (a client that says nothing)
 *     curl -s -S --http0.9 --limit-rate 200k 127.0.0.1:10000 | wc -c    (one that talks, on a slow line)
 *
 * Expect: nc receives everything, a thousand copies of the poem. curl says "Connection reset by peer" and
 * has only a part, because it has sent a request, as browsers do, and nobody has read that. Closing a socket
 * with unread input resets the connection, and a reset throws away what is still on its way.
 *
 * The cure: start the server with a third argument, as in "... poems/accept.txt 10000 cure". It ends its output,
 * then reads until the client's end of stream, and only then closes: nothing unread is left.
 *
 * In the project: BlockingServer, STEP 5. It also limits for how long it reads, and how much.
 */
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;

public class L7_CloseTooSoon {
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
                OutputStream out = socket.getOutputStream();
                for (int copy = 0; copy < 1000; copy++) {
                    // STEP 3: write
                    out.write(poem);
                }

                // STEP 5: finish
                if (cure) {
                    socket.shutdownOutput();
                    socket.getInputStream().transferTo(OutputStream.nullOutputStream());
                }

                // STEP 6: close
                socket.close();
            } catch (IOException e) {
                // The client has left, and the server goes on.
            }
        }
    }
}
