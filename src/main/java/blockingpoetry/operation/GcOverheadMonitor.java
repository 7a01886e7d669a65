package blockingpoetry.operation;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/**
 * Ends the process when its heap is so full that it does little but collect garbage: then it holds its clients, but serves
 * nobody. A JVM throws {@link OutOfMemoryError} only if a collection frees nothing at all.
 */
public final class GcOverheadMonitor {
    /** Time between two looks: a single collection, even of a nearly full heap, does not take most of two of them. */
    private static final Duration INTERVAL = Duration.ofMillis(2_500);

    /** Share of an interval that a healthy server never spends in collections. */
    private static final double TOO_MUCH = 0.8;

    /** Share of the heap in use below which slow collections have other reasons, such as a machine that swaps. */
    private static final double NEARLY_FULL = 0.75;

    private GcOverheadMonitor() {}

    /**
     * Monitors this process from now on, on a thread of its own. Before clients come: the beans' library takes descriptors, and the JVM
     * tries only once to load it.
     */
    public static void start() {
        long collecting = collectingMillis();
        Thread.ofPlatform().daemon().name("gc-overhead").start(() -> monitor(collecting));
    }

    private static void monitor(long collectingBefore) {
        long collecting = collectingBefore;
        long since = System.nanoTime();
        boolean isSecond = false; // a collection in which the process stood still takes most of one interval, but not of two
        while (true) {
            pause();
            long collectingNow = collectingMillis();
            long now = System.nanoTime();
            boolean isTooMuch = (collectingNow - collecting) * 1e6 > TOO_MUCH * (now - since) && isNearlyFull();
            if (isTooMuch && isSecond) {
                FatalErrorHandler.outOfMemory();
            }
            isSecond = isTooMuch;
            collecting = collectingNow;
            since = now;
        }
    }

    /** Without the cycles of a concurrent collector, which have a bean of their own: the program runs on beside them. */
    private static long collectingMillis() {
        return ManagementFactory.getGarbageCollectorMXBeans()
                .stream()
                .filter(collector -> !collector.getName().endsWith("Cycles"))
                .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                .sum();
    }

    private static boolean isNearlyFull() {
        Runtime memory = Runtime.getRuntime();
        return memory.totalMemory() - memory.freeMemory() > NEARLY_FULL * memory.maxMemory();
    }

    private static void pause() {
        try {
            Thread.sleep(INTERVAL);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts this thread", e);
        }
    }
}
