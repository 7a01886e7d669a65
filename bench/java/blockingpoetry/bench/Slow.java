package blockingpoetry.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** What the two scenarios with thousands of slow clients share. */
final class Slow {
    private static final Duration PATIENCE = Duration.ofSeconds(5); // with no client more
    private static final long PAGE = 4096; // of memory; on some machines it is larger, on which Java runs as well

    /** Clients that come in a second: less than what a server can accept, so that no backlog overflows. */
    private static final int PER_SECOND = 4_000;

    private Slow() {}

    /** Lets a crowd grow, and waits until each has its first byte. */
    static void grow(Load load, int from, int to) throws IOException {
        int step = PER_SECOND / 20;
        for (int count = from; count < to;) {
            count = Math.min(to, count + step);
            load.atOnce(count);
            Pause.of(Duration.ofMillis(50));
        }
        int most = load.reading();
        long lastNanos = System.nanoTime();
        while (most < to) {
            Pause.of(Duration.ofMillis(20));
            int reading = load.reading();
            if (reading > most) {
                most = reading;
                lastNanos = System.nanoTime();
            } else if (System.nanoTime() - lastNanos > PATIENCE.toNanos()) {
                throw new IOException("cannot hold " + to + " clients: " + most + " are served at once");
            }
        }
    }

    /** Bytes that the kernel holds for sockets, of both ends: its own structures, and what is on the way. */
    static long kernelBytes() throws IOException {
        long slab = number(Path.of("/proc/meminfo"), "Slab:", 1) * 1024;
        long buffers = number(Path.of("/proc/net/sockstat"), "TCP:", 10) * PAGE;
        return slab + buffers;
    }

    private static long number(Path file, String name, int word) throws IOException {
        for (String line : Files.readAllLines(file)) {
            String[] words = line.split("\\s+");
            if (words[0].equals(name)) {
                return Long.parseLong(words[word]);
            }
        }
        throw new IOException(file + " has no " + name);
    }
}
