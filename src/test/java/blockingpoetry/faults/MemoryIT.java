package blockingpoetry.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import blockingpoetry.Crowd;
import blockingpoetry.bench.load.Behaviour;
import blockingpoetry.process.Jar;
import blockingpoetry.process.JarProcess;
import blockingpoetry.process.ProcessResult;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many clients on a small heap, and a large poem on one that holds it only once. */
@Tag("faults")
@Timeout(180)
class MemoryIT {
    private static final Duration PATIENCE = Duration.ofSeconds(100);

    @TempDir
    static Path folder;

    /**
     * They are kept in slow mode: each receives its third chunk while all are there, and so is another client. By default
     * fewer would be let in, for it reckons with what the most hungry design needs.
     */
    @ParameterizedTest
    @ValueSource(strings = {"platform", "virtual", "selector", "reactor", "completion", "netty"})
    void thousandsOfSlowClientsFitIntoASmallHeap(String design) throws IOException {
        // The JDK keeps an array of 4 KB for each platform thread that has written, for its buffers.
        int clients = design.equals("platform") ? 6_000 : 15_000;
        Verses large = Verses.write(folder, Verses.MB);
        Verses small = Verses.write(folder, 1_000);
        Behaviour slow = Behaviour.PLAIN.holding(2_001);
        try (JarProcess server = Jar.serving(design, "-Xmx64m")
                .with("--num-bytes", "1000", "--delay", "4", "--max-clients", "16000")
                .serve(large.file(), small.file());
                Crowd crowd = Crowd.start(server.addresses().subList(0, 1), List.of(large.bytes()), clients, clients,
                        PATIENCE, number -> slow)) {
            server.await("all of them to be there", () -> crowd.holding() + crowd.ended() == clients);
            small.assertServed(server.addresses().get(1));
            Fault.SMALL_HEAP.found(design, clients, crowd.holding());
            assertEquals(clients, crowd.holding());
            assertEquals(1, server.log().size(), server::toString);

            crowd.close();
            small.assertServed(server.addresses().get(1));
        }
    }

    /** By default nobody is let in for whom there is no memory: most of them wait outside for their turn. */
    @ParameterizedTest
    @ValueSource(strings = {"platform", "virtual", "selector", "reactor", "completion", "netty"})
    void moreClientsThanTheHeapHasRoomForWait(String design) throws Exception {
        int clients = 10_000;
        Verses poem = Verses.write(folder, 3_003);
        try (JarProcess server = tinyHeap(design, "24m").with("--delay", "0.5").serve(poem.file());
                Crowd crowd = Crowd.start(server.addresses(), List.of(poem.bytes()), clients, clients, PATIENCE,
                        number -> Behaviour.PLAIN)) {
            Crowd.Result result = crowd.await();

            Fault.MANY_FOR_HEAP.found(design, clients, result.count(Crowd.End.WHOLE));
            assertEquals(Map.of(Crowd.End.WHOLE, clients), result.ends(), server::toString);
            assertEquals(1, server.log().size(), server::toString);
        }
    }

    /**
     * Told to let them in all the same, it is not half a server: it serves on, or it is gone, and has said why. There are no
     * more clients than a backlog holds: a kernel whose backlog is full forgets clients that believe to be connected, and
     * nobody tells these that the server is gone.
     */
    @ParameterizedTest
    @ValueSource(strings = {"platform", "virtual", "selector", "reactor", "completion", "netty"})
    void withoutHeapItServesOnOrEnds(String design) throws Exception {
        int clients = 4_000;
        Verses poem = Verses.write(folder, 3_003);
        try (JarProcess server =
                tinyHeap(design, "8m").with("--delay", "5", "--max-clients", "100000").serve(poem.file());
                Crowd crowd = Crowd.start(server.addresses(), List.of(poem.bytes()), clients, clients, PATIENCE,
                        number -> Behaviour.PLAIN)) {
            Crowd.Result result = crowd.await();

            Fault.NO_HEAP.found(design, clients, result.count(Crowd.End.WHOLE));
            int reset = result.count(Crowd.End.RESET);
            int early = result.count(Crowd.End.CUT_SHORT); // the one that was being accepted, and not yet set to be reset
            assertTrue(early <= (reset == 0 ? 0 : 1), result::toString);
            assertEquals(clients, result.count(Crowd.End.WHOLE) + reset + early, result::toString);
            if (reset == 0) {
                poem.assertServed(server.address());
            } else {
                ProcessResult end = server.awaitEnd();
                assertEquals(1, end.exitCode(), end::err);
                assertTrue(end.err().contains("at its end"), end::err); // a library may have put its own words around it
            }
        }
    }

    /** For some thousand clients. */
    private static Jar tinyHeap(String design, String heap) {
        return Jar.serving(design, "-Xmx" + heap).with("--num-bytes", "1000");
    }

    /** Each reads the first 32 MB of it, all at the same time if the design can, and every 25th reads to the end. */
    @EachDesign
    void aLargePoemIsHeldOnlyOnce(String design) throws Exception {
        int readers = 100;
        Verses poem = Verses.write(folder, 256 * Verses.MB);
        boolean sequential = design.equals("sequential");
        // As they all stop for a moment, the kernel should not keep too much for them.
        Behaviour reads = Behaviour.PLAIN.withReceiveBuffer(512 * Verses.KB);
        Behaviour together = sequential ? reads : reads.holding(Verses.MB);
        try (JarProcess server = Jar.serving(design, "-Xmx320m").serve(poem.file());
                Crowd crowd = Crowd.start(server.addresses(), List.of(poem.bytes()), readers, readers, PATIENCE,
                        number -> number % 25 == 0 ? together : together.resetting(32 * Verses.MB))) {
            server.await("all of them to be there", () -> sequential || crowd.holding() == readers);
            crowd.release();
            Crowd.Result result = crowd.await();

            Fault.LARGE_POEM.found(design, readers, result.count(Crowd.End.WHOLE) + result.count(Crowd.End.LEFT));
            assertEquals(Map.of(Crowd.End.WHOLE, readers / 25, Crowd.End.LEFT, readers - readers / 25), result.ends());
            assertEquals(1, server.log().size(), server::toString);
        }
    }
}
