package blockingpoetry;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** How many clients this process has room for, by its limits of descriptors and heap, and of threads and memory. */
final class ProcessLimits {
    private static final int OTHER_DESCRIPTORS = 100; // of listeners, jars, logs and the JDK itself
    private static final int HEAP_PER_CLIENT = 6 * 1024; // bytes; most designs take a third of that
    private static final int OTHER_HEAP = 8 * 1024 * 1024; // bytes for all else
    private static final int OTHER_THREADS = 40; // of the JVM, the server, and the JDK for each signal that comes
    private static final int MEMORY_PER_THREAD = 128 * 1024; // bytes, outside the heap, that one which serves a client takes
    private static final int OTHER_MEMORY = 96 * 1024 * 1024; // bytes, outside the heap, for all else

    private ProcessLimits() {}

    /** At least 1. */
    static int clients() {
        long byHeap = Math.max(1, (Runtime.getRuntime().maxMemory() - OTHER_HEAP) / HEAP_PER_CLIENT);
        return (int) Math.min(descriptors() - OTHER_DESCRIPTORS, byHeap);
    }

    /** How many of them may each have a platform thread; at least 1. */
    static int threads() {
        // To Linux, threads are processes. The bean knows the limit of a control group, too.
        long memory = ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean os
                ? os.getTotalMemorySize()
                : Long.MAX_VALUE;
        long processes = Math.min(limit("Max processes"),
                processesOfGroup(Path.of("/proc/self/cgroup"), Path.of("/sys/fs/cgroup")));
        return threads(processes, memory, Runtime.getRuntime().maxMemory());
    }

    /**
     * The least {@code pids.max} of its control group and those around it, as systemd and containers set it.
     *
     * @param groups lines like {@code 0::/a/b} of version 2, which has one tree, or {@code 8:pids:/a/b} of version 1
     * @param root   where the trees are
     */
    static long processesOfGroup(Path groups, Path root) {
        long least = Integer.MAX_VALUE;
        try {
            for (String line : Files.readAllLines(groups)) {
                String[] fields = line.split(":", 3);
                if (fields[1].isEmpty() || fields[1].equals("pids")) {
                    Path top = root.resolve(fields[1]);
                    Path group = top.resolve(fields[2].substring(1)).normalize(); // in a container, it may be no folder here
                    for (; group != null && group.startsWith(top); group = group.getParent()) {
                        least = Math.min(least, pidsMax(group));
                    }
                }
            }
        } catch (IOException | RuntimeException e) {
            // Not Linux.
        }
        return least;
    }

    private static long pidsMax(Path group) {
        try {
            return Long.parseLong(Files.readString(group.resolve("pids.max")).strip());
        } catch (IOException | NumberFormatException e) { // no limit: "max"
            return Integer.MAX_VALUE;
        }
    }

    static int threads(long processes, long memory, long heap) {
        long byMemory = (memory - heap - OTHER_MEMORY) / MEMORY_PER_THREAD;
        return Math.clamp(Math.min(processes - OTHER_THREADS, byMemory), 1, Integer.MAX_VALUE);
    }

    private static int descriptors() {
        return Math.clamp(limit("Max open files"), OTHER_DESCRIPTORS + 1, Integer.MAX_VALUE);
    }

    /** Linux has the limits in a file. The JDK's bean, which knows some on other systems too, makes a start a tenth slower. */
    private static long limit(String name) {
        try {
            String limits = Files.readString(Path.of("/proc/self/limits"));
            String softAndHard = limits.substring(limits.indexOf(name) + name.length()).strip();
            return Long.parseLong(softAndHard.substring(0, softAndHard.indexOf(' ')));
        } catch (IOException | RuntimeException e) { // not Linux, or no limit
            return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean os
                    && name.equals("Max open files") ? os.getMaxFileDescriptorCount() : Integer.MAX_VALUE;
        }
    }
}
