package blockingpoetry.designs;

import blockingpoetry.Pace;
import blockingpoetry.recitals.Connections;
import java.io.IOException;
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

    private BareVirtual() {}

    /** Serves for ever; the arguments are {@code --port N --iface ADDRESS [--num-bytes N --delay SECONDS] POEM}, in this order. */
    public static void main(String[] args) throws IOException, InterruptedException {
        InetSocketAddress address = new InetSocketAddress(args[3], Integer.parseInt(args[1]));
        Pace pace = args.length == 5
                ? Pace.AT_ONCE
                : new Pace(Integer.parseInt(args[5]), Duration.ofNanos((long) (Double.parseDouble(args[7]) * 1e9)));
        Path file = Path.of(args[args.length - 1]);
        byte[] poem = Files.readAllBytes(file);
        // STEP 1: listen
        try (ServerSocket listener = new ServerSocket()) {
            listener.bind(address, BACKLOG);
            System.out.println("Serving " + file + " on " + args[3] + ":" + listener.getLocalPort() + ".");
            Thread.ofVirtual().name("accept").start(() -> acceptAll(listener, poem, pace)).join();
        }
    }

    private static void acceptAll(ServerSocket listener, byte[] poem, Pace pace) {
        Thread.Builder runner = Thread.ofVirtual().name("recital");
        while (!listener.isClosed()) {
            try {
                // STEP 2: accept
                Socket socket = listener.accept();
                runner.start(() -> recite(socket, poem, pace));
                JdkWorkarounds.yieldNow();
            } catch (IOException e) {
                LockSupport.parkNanos(Connections.ACCEPT_BACKOFF.toNanos()); // no descriptor is left
            }
        }
    }

    private static void recite(Socket socket, byte[] poem, Pace pace) {
        try (socket) {
            int position = 0;
            long dueNanos = System.nanoTime();
            while (position < poem.length) {
                // STEP 3: write
                int length = Math.min(pace.numBytes(), poem.length - position);
                socket.getOutputStream().write(poem, position, length);
                position += length;

                // STEP 4: wait
                if (position < poem.length) {
                    dueNanos = pace.next(dueNanos);
                    Thread.sleep(Pace.until(dueNanos));
                }
            }

            // STEP 5: finish
            socket.shutdownOutput();
            JdkWorkarounds.yieldNow();
            while (socket.getInputStream().read(DISCARDED) >= 0) {
                // whatever it says
            }

            // STEP 6: close
        } catch (IOException | InterruptedException e) {
            // The client has left.
        }
    }
}
