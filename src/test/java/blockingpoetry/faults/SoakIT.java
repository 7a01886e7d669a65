package blockingpoetry.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import blockingpoetry.Crowd;
import blockingpoetry.Manner;
import blockingpoetry.cli.Jar;
import blockingpoetry.cli.JarProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * All kinds of clients for a while, {@code -Dsoak.seconds=N} for each design: afterwards the live heap, the descriptors and
 * the threads are what they were after the first quarter of it.
 */
@Tag("faults")
@Tag("soak")
@Timeout(7_200)
class SoakIT {
    private static final Duration TIME = Duration.ofSeconds(Long.getLong("blockingpoetry.soak.seconds", 16));
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");

    @TempDir
    Path folder;

    @EachDesign
    void nothingGrows(String design) throws Exception {
        List<Verses> poems = List.of(Verses.write(folder, 801), Verses.write(folder, 64 * Verses.KB),
                Verses.write(folder, Verses.MB));
        Random random = new Random(7);
        Tally tally = new Tally();
        try (JarProcess server = Jar.serving(design)
                .with("--stall-timeout", "10")
                .serve(poems.stream().map(Verses::file).toArray(String[]::new))) {
            long startNanos = System.nanoTime();
            load(server, poems, random, startNanos + TIME.toNanos() / 4, tally);
            int descriptors = awaitFewDescriptors(server, Integer.MAX_VALUE);
            int threads = server.threads();
            long heap = liveHeap(server);

            load(server, poems, random, startNanos + TIME.toNanos(), tally);
            awaitFewDescriptors(server, descriptors + 2);
            long heapAfter = liveHeap(server);
            int threadsAfter = server.threads();

            System.out.printf("faults: soak, %s: heap %d and then %d, threads %d and then %d%n", design, heap,
                    heapAfter, threads, threadsAfter);
            Fault.SOAK.found(design, tally.tried, tally.survived);
            assertEquals(tally.tried, tally.survived);
            assertTrue(heapAfter < heap + 512 * Verses.KB, heap + " bytes, then " + heapAfter);
            // The JVM's own, for compiling and collecting, come and go.
            assertTrue(threadsAfter <= threads + 6, threads + " threads, then " + threadsAfter);
            assertTrue(server.log().stream().allMatch(line -> line.startsWith("INFO ")), server::toString);
        }
    }

    private static void load(JarProcess server, List<Verses> poems, Random random, long deadlineNanos, Tally tally)
            throws IOException {
        List<byte[]> bytes = List.of(poems.get(0).bytes(), poems.get(1).bytes(), poems.get(2).bytes());
        while (System.nanoTime() - deadlineNanos < 0) {
            Crowd.Result result = Crowd.send(server.addresses(), bytes, 600, 60, Duration.ofSeconds(60),
                    number -> number % 2 == 0 ? Manner.PLAIN : Visitors.any(random, bytes.get(number % 3).length));
            tally.tried += 600;
            tally.survived += result.count(Crowd.End.WHOLE) + result.count(Crowd.End.LEFT);
            assertEquals(tally.tried, tally.survived, () -> result + " " + server);
        }
    }

    /** Waits until all clients' sockets are closed, and tells how many descriptors are open then. */
    private static int awaitFewDescriptors(JarProcess server, int limit) {
        server.await("no open connection", () -> {
            int before = server.log().size();
            server.signal("USR1").await("a line", () -> server.log().size() > before);
            return server.log().getLast().contains(" open=0 ") && server.descriptors() <= limit;
        });
        return server.descriptors();
    }

    /** What is reachable after a collection, in bytes. */
    private static long liveHeap(JarProcess server) throws IOException {
        Process jcmd = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(server.pid()), "GC.class_histogram").start();
        Matcher total = TOTAL.matcher(new String(jcmd.getInputStream().readAllBytes(), UTF_8));
        assertTrue(total.find(), "no total from jcmd");
        return Long.parseLong(total.group(1));
    }

    private static final class Tally {
        int tried;
        int survived;
    }
}
