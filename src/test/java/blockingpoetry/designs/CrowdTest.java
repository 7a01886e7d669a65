package blockingpoetry.designs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import blockingpoetry.Counts;
import blockingpoetry.Crowd;
import blockingpoetry.Pace;
import blockingpoetry.Poem;
import blockingpoetry.PoetryServer;
import blockingpoetry.ServerOptions;
import blockingpoetry.Service;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many clients in front of the flagship. */
@Timeout(250)
class CrowdTest {
    private static final Duration PATIENCE = Duration.ofSeconds(100);

    @Test
    void fiveThousandSlowClientsAtOnceGetEveryByte() throws IOException {
        byte[] poem = ServerContract.poem(300);
        Pace pace = new Pace(10, Duration.ofMillis(100));
        try (PoetryServer server = start(ServerOptions.defaults().withPace(pace), poem)) {
            Crowd.Result result = Crowd.send(server.addresses(), List.of(poem), 5_000, 5_000, PATIENCE);
            assertEquals(Map.of(Crowd.End.WHOLE, 5_000), result.ends());
            assertTrue(result.peak() > 4_000, "the crowd came at once: " + result);
            ServerContract.assertCounts(new Counts(0, 5_000, 0, 0, 5_000L * poem.length), server);
        }
    }

    @Test
    @Tag("slow")
    void nothingIsKeptOfTwoHundredThousandConnections() throws IOException {
        byte[] poem = ServerContract.poem(3_003);
        try (PoetryServer server = start(ServerOptions.defaults(), poem)) {
            assertEquals(Map.of(Crowd.End.WHOLE, 20_000),
                    Crowd.send(server.addresses(), List.of(poem), 20_000, 64, PATIENCE).ends());
            long before = liveHeap();
            assertEquals(Map.of(Crowd.End.WHOLE, 200_000),
                    Crowd.send(server.addresses(), List.of(poem), 200_000, 64, PATIENCE).ends());
            long after = liveHeap();
            // The smallest object would be 3.2 MB; queues that the crowd has made grow stay as they are.
            assertTrue(after - before < 2_000_000, "no object per connection: " + before + " bytes, then " + after);
            ServerContract.assertCounts(new Counts(0, 220_000, 0, 0, 220_000L * poem.length), server);
        }
    }

    private static PoetryServer start(ServerOptions options, byte[] poem) throws IOException {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return ServerContract.named("virtual")
                .start(List.of(new Service(new Poem("poem", poem), anyPort)), options);
    }

    /** What is still reachable after a collection, in bytes. */
    private static long liveHeap() {
        System.gc();
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
