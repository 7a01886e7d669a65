package blockingpoetry.faults;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import blockingpoetry.process.DelayedPath;
import blockingpoetry.process.Jar;
import blockingpoetry.process.JarProcess;
import blockingpoetry.process.Namespace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A client on another continent: it is 100 ms until a packet is acknowledged. Slow mode keeps its pace there, too. A kernel that holds
 * small chunks back until the last one is acknowledged, as TCP does by default, sends three or four of them at once.
 */
@Tag("faults")
@Timeout(60)
class DelayedPathIT {
    private static final int CHUNKS = 62;

    @TempDir
    Path folder;

    private static Namespace namespace;
    private static DelayedPath path;

    @BeforeAll
    static void join() {
        namespace = Namespace.make(9).orElse(null);
        assumeTrue(namespace != null, "only root can make a network namespace, and not in every container");
        path = DelayedPath.into(namespace, Duration.ofMillis(50)).orElse(null);
        assumeTrue(path != null, "this machine has no /dev/net/tun");
    }

    @AfterAll
    static void part() {
        if (path != null) {
            path.close();
        }
        if (namespace != null) {
            namespace.close();
        }
    }

    @EachDesign
    void chunksArriveOneByOne(String design) throws IOException {
        Verses poem = Verses.write(folder, 10 * CHUNKS);
        Jar jar = Jar.serving(design).under("ip", "netns", "exec", namespace.name());
        try (JarProcess server = jar.with("--iface", DelayedPath.ADDRESS, "--num-bytes", "10", "--delay", "0.03")
                .serve(poem.file())) {
            ByteArrayOutputStream received = new ByteArrayOutputStream();
            int arrivals = arrivals(server.address(), received);
            assertArrayEquals(poem.bytes(), received.toByteArray());
            Fault.DELAYED_PATH.found(design, CHUNKS, Math.min(CHUNKS, arrivals));
            assertTrue(arrivals > CHUNKS / 2, arrivals + " arrivals"); // a busy machine may pass on some together
        }
    }

    /** How often something arrived. */
    private static int arrivals(InetSocketAddress address, ByteArrayOutputStream received) throws IOException {
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            InputStream in = socket.getInputStream();
            byte[] buffer = new byte[1024];
            int arrivals = 0;
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                received.write(buffer, 0, count);
                arrivals++;
            }
            return arrivals;
        }
    }
}
