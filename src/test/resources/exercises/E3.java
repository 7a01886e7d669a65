/* A solution of exercise E3: the end of the process waits for the recitals. What is still missing is a grace period. */
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

public class L3_AVirtualThreadEach {
    public static void main(String[] args) throws IOException {
        byte[] poem = Files.readAllBytes(Path.of(args[0]));
        int port = args.length > 1 ? Integer.parseInt(args[1]) : 10000;

        // STEP 1: listen
        ServerSocket listener = new ServerSocket(port, 50, InetAddress.getByName("127.0.0.1")); // a backlog of 50
        System.out.printf("Serving %s on 127.0.0.1:%d.%n", args[0], listener.getLocalPort());

        ExecutorService recitals = Executors.newVirtualThreadPerTaskExecutor();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                listener.close();
            } catch (IOException e) {
                // It is closed as far as it can be.
            }
            recitals.close(); // waits for those in progress; a client that does not read would keep it waiting for ever
        }));
        try {
            while (true) {
                // STEP 2: accept
                Socket socket = listener.accept();
                recitals.execute(() -> recite(poem, socket));
            }
        } catch (SocketException e) {
            // The server stops.
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
