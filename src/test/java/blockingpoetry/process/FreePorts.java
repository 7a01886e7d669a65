package blockingpoetry.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Random;
import java.util.stream.IntStream;

/** Ports on which nobody listens. */
public final class FreePorts {
    private FreePorts() {}

    /**
     * The first of so many in a row. They are below the kernel's range of ephemeral ports, so that no other socket gets one
     * before the test uses it.
     */
    public static int inARow(int count) {
        Random random = new Random();
        while (true) {
            int first = 10_000 + random.nextInt(20_000);
            if (IntStream.range(first, first + count).allMatch(FreePorts::isFree)) {
                return first;
            }
        }
    }

    public static int one() {
        return inARow(1);
    }

    public static boolean isFree(int port) {
        try (ServerSocket listener = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return listener.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
