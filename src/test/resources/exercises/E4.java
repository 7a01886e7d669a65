/* A solution of exercise E4: the time for reading on is limited as a whole. What is still missing is a limit in bytes. */
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
                    readToEnd(socket);
                }

                // STEP 6: close
                socket.close();
            } catch (IOException e) {
                // The client has left, and the server goes on.
            }
        }
    }

    /** For two seconds at most; a timeout for each read would begin anew with each byte. */
    private static void readToEnd(Socket socket) throws IOException {
        byte[] unread = new byte[8192];
        long endNanos = System.nanoTime() + 2_000_000_000;
        int read = 0;
        while (read >= 0 && endNanos - System.nanoTime() > 0) {
            socket.setSoTimeout((int) Math.max(1, (endNanos - System.nanoTime()) / 1_000_000)); // 0 would be for ever
            read = socket.getInputStream().read(unread);
        }
    }
}
