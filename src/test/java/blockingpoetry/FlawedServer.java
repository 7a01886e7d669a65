package blockingpoetry;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** A contender with a flaw that the lab has to find: {@code FLAW --port N --iface A POEM}. */
public final class FlawedServer {
    private static final long MILLION = 1_000_000;
    private static final Queue<byte[]> leaked = new ConcurrentLinkedQueue<>();
    private static final AtomicLong connections = new AtomicLong();
    private static final AtomicLong bytes = new AtomicLong();

    private FlawedServer() {}

    public static void main(String[] args) throws IOException {
        List<String> list = Arrays.asList(args);
        if (list.contains("--num-bytes")) {
            System.err.println("cannot: it has no slow mode");
            System.exit(3);
        }
        Path file = Path.of(list.getLast());
        byte[] poem = Files.readAllBytes(file);
        try (ServerSocket listener = new ServerSocket(Integer.parseInt(list.get(list.indexOf("--port") + 1)), 4096,
                InetAddress.getByName("127.0.0.1"))) {
            System.out.println("Serving " + file + " on 127.0.0.1:" + listener.getLocalPort() + ".");
            while (true) {
                Socket socket = listener.accept();
                Thread.startVirtualThread(() -> recite(list.getFirst(), poem, socket));
            }
        }
    }

    private static void recite(String flaw, byte[] poem, Socket socket) {
        try (socket) {
            byte[] text = poem;
            switch (flaw) {
                case "wrong-byte" -> text = spoilt(poem);
                case "stall" -> stall(Duration.ofMillis(50));
                case "lose" -> stall(Duration.ofHours(1));
                case "leak" -> leaked.add(new byte[1024]);
                default -> {}
            }
            OutputStream out = socket.getOutputStream();
            out.write(text);
        } catch (IOException | InterruptedException e) {
            // The client has left.
        }
    }

    /** Every millionth byte is another one. */
    private static byte[] spoilt(byte[] poem) {
        long before = bytes.getAndAdd(poem.length);
        long next = (before / MILLION + 1) * MILLION;
        if (next >= before + poem.length) {
            return poem;
        }
        byte[] text = poem.clone();
        text[(int) (next - before)] ^= 1;
        return text;
    }

    /** Every hundredth connection. */
    private static void stall(Duration time) throws InterruptedException {
        if (connections.incrementAndGet() % 100 == 0) {
            Thread.sleep(time);
        }
    }
}
