package blockingpoetry.cli;

import static blockingpoetry.Log.LOG;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;

/**
 * Ends the process when its heap is so full that it does little but collect: it lives then, and holds its clients, but
 * serves nobody. A JVM throws {@link OutOfMemoryError} only if a collection frees nothing at all.
 */
final class HeapWatch {
    /** Looks so often; a heap that fills up takes longer than that to be cleared once. */
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    /** Of an interval, the share that a server in good order never spends on collecting. */
    private static final double TOO_MUCH = 0.8;

    /** Of the heap, the share below which a collection that takes long has other reasons, such as a machine that swaps. */
    private static final double NEARLY_FULL = 0.75;

    private HeapWatch() {}

    /** From now on, on a thread of its own. */
    static void start() {
        Thread.ofPlatform().daemon().name("heap").start(HeapWatch::watch);
    }

    private static void watch() {
        rest(); // a start has enough to do
        List<GarbageCollectorMXBean> collectors;
        try {
            collectors = collectors();
        } catch (LinkageError noDescriptor) { // for the library that they are in, and the JVM tries that once
            LOG.warn("nobody watches the heap: {}", noDescriptor.getMessage());
            return;
        }
        long collecting = millis(collectors);
        long since = System.nanoTime();
        while (true) {
            rest();
            long collectingNow = millis(collectors);
            long now = System.nanoTime();
            if ((collectingNow - collecting) * 1e6 > TOO_MUCH * (now - since) && isNearlyFull()) {
                LastWords.outOfMemory();
            }
            collecting = collectingNow;
            since = now;
        }
    }

    /** What a concurrent collector calls its cycles runs beside the program; its pauses have a bean of their own. */
    private static List<GarbageCollectorMXBean> collectors() {
        return ManagementFactory.getGarbageCollectorMXBeans()
                .stream()
                .filter(collector -> !collector.getName().endsWith("Cycles"))
                .toList();
    }

    private static boolean isNearlyFull() {
        Runtime memory = Runtime.getRuntime();
        return memory.totalMemory() - memory.freeMemory() > NEARLY_FULL * memory.maxMemory();
    }

    private static void rest() {
        try {
            Thread.sleep(INTERVAL);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody does that to this thread", e);
        }
    }

    private static long millis(List<GarbageCollectorMXBean> collectors) {
        return collectors.stream().mapToLong(GarbageCollectorMXBean::getCollectionTime).sum();
    }
}
