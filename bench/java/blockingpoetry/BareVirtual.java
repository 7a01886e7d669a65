package blockingpoetry;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * The steps of {@link BlockingServer} with virtual threads, and nothing around them: nobody counts, limits, watches or logs.
 * What {@code virtual} costs more than this is what its promises cost.
 */
final class BareVirtual {
    private static final int BACKLOG = 4096;
    private static final byte[] DISCARDED = new byte[8 * 1024];

    private final byte[] poem;
    private final Pace pace;

    private BareVirtual(byte[] poem, Pace pace) {
        this.poem = poem;
        this.pace = pace;
    }

    /** Serves for ever: {@code --port N --iface ADDRESS [--num-bytes N --delay SECONDS] POEM}. */
    public static void main(String[] args) throws IOException, InterruptedException {
        int port = 0;
        int numBytes = Pace.AT_ONCE.numBytes();
        String iface = "127.0.0.1";
        Duration delay = Pace.AT_ONCE.delay();
        for (int i = 0; i < args.length - 1; i += 2) {
            switch (args[i]) {
                case "--port" -> port = Integer.parseInt(args[i + 1]);
                case "--iface" -> iface = args[i + 1];
                case "--num-bytes" -> numBytes = Integer.parseInt(args[i + 1]);
                case "--delay" -> delay = Duration.ofNanos((long) (Double.parseDouble(args[i + 1]) * 1e9));
                default -> throw new IllegalArgumentException(args[i]);
            }
        }
        Path file = Path.of(args[args.length - 1]);
        BareVirtual server = new BareVirtual(Files.readAllBytes(file), new Pace(numBytes, delay));
        // STEP 1: listen
        try (ServerSocket listener = new ServerSocket()) {
            listener.bind(new InetSocketAddress(iface, port), BACKLOG);
            System.out.println("Serving " + file + " on " + iface + ":" + listener.getLocalPort() + ".");
            Thread.ofVirtual().name("accept").start(() -> server.acceptAll(listener)).join();
        }
    }

    private void acceptAll(ServerSocket listener) {
        Thread.Builder runner = Thread.ofVirtual().name("recital");
        while (!listener.isClosed()) {
            try {
                // STEP 2: accept
                Socket socket = listener.accept();
                runner.start(() -> recite(socket));
                giveWay();
            } catch (IOException e) {
                LockSupport.parkNanos(Connections.REST.toNanos()); // no descriptor is left
            }
        }
    }

    private void recite(Socket socket) {
        try (socket) {
            OutputStream out = socket.getOutputStream();
            int position = 0;
            long dueNanos = System.nanoTime();
            while (position < poem.length) {
                // STEP 3: write
                int length = Math.min(pace.numBytes(), poem.length - position);
                out.write(poem, position, length);
                position += length;

                // STEP 4: wait
                if (position < poem.length) {
                    dueNanos = pace.next(dueNanos);
                    Thread.sleep(Pace.until(dueNanos));
                }
            }

            // STEP 5: finish
            socket.shutdownOutput();
            giveWay();
            InputStream in = socket.getInputStream();
            while (in.read(DISCARDED) >= 0) {
                // whatever it says
            }

            // STEP 6: close
        } catch (IOException | InterruptedException e) {
            // The client has left.
        }
    }

    @SuppressWarnings("ThreadPriorityCheck")
    private static void giveWay() {
        Thread.yield();
    }
}
