package blockingpoetry.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import blockingpoetry.Crowd;
import blockingpoetry.bench.load.Behaviour;
import blockingpoetry.process.Jar;
import blockingpoetry.process.JarProcess;
import java.io.BufferedReader;
import java.io.FileReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * All kinds of clients for a while, {@code -Dsoak.seconds=N} for each design. Meanwhile the log goes into a pipe that is read slowly, the
 * poems are read again each second, and the process stands still now and then, for longer than the stall timeout. Afterwards the live
 * heap, the descriptors and the threads are what they were after the first quarter of it, and each client has its line in the log, or
 * is among those that the log counts as lost.
 */
@Tag("faults")
@Tag("soak")
@Timeout(7_200)
class SoakIT {
    private static final Duration TIME = Duration.ofSeconds(Long.getLong("blockingpoetry.soak.seconds", 16));
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");

    private static final int LOG_QUEUE = 2 * Verses.MB; // it grows to this when the log is read slowly

    @TempDir
    Path folder;

    @EachDesign
    void nothingGrows(String design) throws Exception {
        List<Verses> poems = List.of(Verses.write(folder, 801), Verses.write(folder, 64 * Verses.KB),
                Verses.write(folder, Verses.MB));
        Random random = new Random(7);
        Tally tally = new Tally();
        SlowLog log = new SlowLog(folder.resolve("log"));
        try (JarProcess server = Jar.serving(design)
                .with("--stall-timeout", "4", "--log-connections", "--log-file", log.pipe.toString())
                .start(poems.stream().map(Verses::file).toArray(String[]::new))) {
            server.await("its poems", () -> server.addresses().size() == poems.size());
            long startNanos = System.nanoTime();
            load(server, poems, random, startNanos + TIME.toNanos() / 4, tally);
            int descriptors = awaitFewDescriptors(server, log, Integer.MAX_VALUE);
            int threads = server.threads();
            long heap = liveHeap(server);

            load(server, poems, random, startNanos + TIME.toNanos(), tally);
            awaitFewDescriptors(server, log, descriptors + 2);
            long heapAfter = liveHeap(server);
            int threadsAfter = server.threads();

            System.out.printf("faults: soak, %s: heap %d and then %d, threads %d and then %d, %d clients, %s%n", design,
                    heap,
                    heapAfter, threads, threadsAfter, tally.tried, log);
            Fault.SOAK.found(design, tally.tried, tally.survived);
            assertEquals(tally.tried, tally.survived);
            assertTrue(heapAfter < heap + LOG_QUEUE + 512 * Verses.KB, heap + " bytes, then " + heapAfter);
            // The JVM's own, for compiling and collecting, come and go.
            assertTrue(threadsAfter <= threads + 6, threads + " threads, then " + threadsAfter);
            assertTrue(log.lines.get() + log.lost.get() >= tally.tried, log::toString);
            assertEquals(List.of(), log.warnings);
        }
    }

    private static void load(JarProcess server, List<Verses> poems, Random random, long deadlineNanos, Tally tally)
            throws IOException {
        List<byte[]> bytes = List.of(poems.get(0).bytes(), poems.get(1).bytes(), poems.get(2).bytes());
        try (Troubles troubles = new Troubles(server)) {
            while (System.nanoTime() - deadlineNanos < 0) {
                Crowd.Result result = Crowd.send(server.addresses(), bytes, 600, 60, Duration.ofSeconds(60),
                        number -> number % 2 == 0
                                ? Behaviour.PLAIN
                                : Visitors.any(random, bytes.get(number % 3).length));
                tally.tried += 600;
                tally.survived += result.count(Crowd.End.WHOLE) + result.count(Crowd.End.LEFT);
                assertEquals(tally.tried, tally.survived, () -> result + " " + server);
            }
        }
    }

    /** Waits until all clients' sockets are closed, and tells how many descriptors are open then. */
    private static int awaitFewDescriptors(JarProcess server, SlowLog log, int limit) {
        log.isSlow = false;
        server.await("no open connection", () -> {
            long before = log.lines.get();
            server.signal("USR1").await("a line", () -> log.lines.get() > before);
            return log.last.contains(" open=0 ") && server.descriptors() <= limit;
        });
        log.isSlow = true;
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

    /** What happens to the process meanwhile, by signals. */
    private static final class Troubles implements AutoCloseable {
        private final JarProcess server;
        private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        private final List<Future<?>> signals;

        Troubles(JarProcess server) {
            this.server = server;
            this.signals = List.of(
                    clock.scheduleAtFixedRate(() -> server.signal("HUP"), 1, 1, TimeUnit.SECONDS),
                    clock.scheduleAtFixedRate(() -> server.signal("STOP"), 2, 20, TimeUnit.SECONDS),
                    clock.scheduleAtFixedRate(() -> server.signal("CONT"), 8, 20, TimeUnit.SECONDS));
        }

        @Override
        public void close() {
            signals.forEach(signal -> assertEquals(Future.State.RUNNING, signal.state()));
            clock.shutdownNow();
            clock.close();
            server.signal("CONT");
        }
    }

    /** Takes no more than 40 KB of the log in a second, as long as it is slow. */
    private static final class SlowLog {
        private static final Pattern LOST =
                Pattern.compile(" WARN blockingpoetry - (\\d+) lines of the log are lost: .*");

        final Path pipe;
        final List<String> warnings = new CopyOnWriteArrayList<>();
        volatile boolean isSlow = true;
        final AtomicLong lines = new AtomicLong();
        final AtomicLong lost = new AtomicLong();
        volatile String last = "";

        SlowLog(Path pipe) throws IOException, InterruptedException {
            this.pipe = pipe;
            assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
            Thread.ofPlatform().daemon().start(this::run);
        }

        private void run() {
            long bytes = 0;
            try (BufferedReader reader = new BufferedReader(new FileReader(pipe.toFile(), UTF_8), 4 * Verses.KB)) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    take(line);
                    bytes += line.length() + 1;
                    if (isSlow && bytes > 4 * Verses.KB) {
                        bytes = 0;
                        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
                    }
                }
            } catch (IOException e) {
                warnings.add(e.toString());
            }
        }

        private void take(String line) {
            Matcher lostLines = LOST.matcher(line);
            if (lostLines.find()) {
                lost.addAndGet(Long.parseLong(lostLines.group(1)));
            } else if (!line.contains("Z INFO blockingpoetry - ")) {
                warnings.add(line);
            }
            last = line;
            lines.incrementAndGet();
        }

        @Override
        public String toString() {
            return lines + " lines and " + lost + " lost, " + warnings;
        }
    }
}
