package blockingpoetry.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * A time in which is counted: the clients of a load, the processor time of the server and of the load, and what the kernel
 * says of lost connections and of time that others took.
 */
final class Window {
    /** A load that is that busy, with a server that is less so, is what the figure measures. */
    private static final double BUSY = 0.9;

    /** If other processes, or the host of a virtual machine, took that part of the time, the figures are not to be trusted. */
    private static final double DISTURBED = 0.05;

    /** If that part of a server's time went into compiling it, it will cost less once that is done. */
    private static final double COMPILING = 0.05;

    /** Words of {@code /proc/stat}'s first line, after its name. */
    private static final int USER = 0;
    private static final int NICE = 1;
    private static final int SYSTEM = 2;
    private static final int STEAL = 7;

    private final ServerProcess server;
    private final Load load;
    private final Cores cores;
    private final Counters before;

    /** What the counters say at one time. */
    private record Counters(long nanos, double serverSeconds, double compilerSeconds, double loadSeconds,
            long overflows, double allSeconds, double stolenSeconds) {
        static Counters now(ServerProcess server) throws IOException {
            long[] ticks = processorTicks();
            double loadSeconds = ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos() / 1e9;
            return new Counters(System.nanoTime(), server.cpuSeconds(), server.compilerSeconds(), loadSeconds,
                    listenOverflows(),
                    (ticks[USER] + ticks[NICE] + ticks[SYSTEM]) / ServerProcess.TICKS_PER_SECOND,
                    ticks[STEAL] / ServerProcess.TICKS_PER_SECOND);
        }
    }

    /** What was counted. */
    record Counted(Tally tally, double seconds, double serverSeconds, double serverShare, double loadShare,
            List<String> marks) {
        /** The figures that every load has. */
        Map<String, Double> values() {
            Map<String, Double> values = new LinkedHashMap<>();
            values.put("poems_per_second", tally.whole / seconds);
            if (tally.whole > 0) {
                values.put("server_cpu_us_per_poem", serverSeconds * 1e6 / tally.whole);
            }
            values.put("server_cpu_share", serverShare);
            values.put("load_cpu_share", loadShare);
            values.put("seconds", seconds);
            values.put("poems", (double) tally.whole);
            return values;
        }

        /** Percentiles in milliseconds. */
        static void percentiles(Map<String, Double> values, String prefix, Histogram histogram) {
            if (histogram.getTotalCount() > 0) {
                values.put(prefix + "p50_ms", histogram.getValueAtPercentile(50) / 1000.0);
                values.put(prefix + "p90_ms", histogram.getValueAtPercentile(90) / 1000.0);
                values.put(prefix + "p99_ms", histogram.getValueAtPercentile(99) / 1000.0);
                values.put(prefix + "p999_ms", histogram.getValueAtPercentile(99.9) / 1000.0);
                values.put(prefix + "max_ms", histogram.getMaxValue() / 1000.0);
            }
        }
    }

    private Window(ServerProcess server, Load load, Cores cores, Counters before) {
        this.server = server;
        this.load = load;
        this.cores = cores;
        this.before = before;
    }

    /** From now on. */
    static Window open(ServerProcess server, Load load, Cores cores) throws IOException {
        load.take();
        return new Window(server, load, cores, Counters.now(server));
    }

    /** Up to now; the load goes on. */
    Counted close() throws IOException {
        Counters after = Counters.now(server);
        return count(after, load.take());
    }

    /** Up to now; the load starts no more clients, and what becomes of the rest is counted, too. */
    Counted closeAndFinish() throws IOException {
        Counters after = Counters.now(server);
        Tally tally = load.take();
        tally.add(load.finish());
        return count(after, tally);
    }

    private Counted count(Counters after, Tally tally) {
        double seconds = (after.nanos - before.nanos) / 1e9;
        double serverSeconds = after.serverSeconds - before.serverSeconds;
        double serverShare = serverSeconds / seconds / cores.server().size();
        double loadShare = (after.loadSeconds - before.loadSeconds) / seconds / cores.load().size();
        List<String> marks = new ArrayList<>();
        if (!load.isOpen() && loadShare > BUSY && serverShare < BUSY) {
            marks.add(Sample.CLIENT_BOUND);
        }
        if (tally.failures.containsKey(Tally.Failure.NO_PORT)) {
            marks.add(Sample.PORT_EXHAUSTED);
        }
        if (after.overflows > before.overflows) {
            marks.add(Sample.BACKLOG_OVERFLOWED);
        }
        if (after.compilerSeconds - before.compilerSeconds > COMPILING * serverSeconds) {
            marks.add(Sample.NOT_STEADY);
        }
        double others = after.allSeconds - before.allSeconds - serverSeconds - (after.loadSeconds - before.loadSeconds)
                + after.stolenSeconds - before.stolenSeconds;
        if (others > DISTURBED * seconds * (cores.apart() ? cores.server().size() + cores.load().size() : 1)) {
            marks.add(Sample.NOISY);
        }
        if (tally.failed() > 0) {
            marks.add(Sample.FAILURES);
        }
        return new Counted(tally, seconds, serverSeconds, serverShare, loadShare, marks);
    }

    /** Connections that the kernel refused because a backlog was full, since it was started. */
    private static long listenOverflows() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("/proc/net/netstat"))
                .stream()
                .filter(line -> line.startsWith("TcpExt:"))
                .toList();
        List<String> names = List.of(lines.get(0).split(" "));
        return Long.parseLong(lines.get(1).split(" ")[names.indexOf("ListenOverflows")]);
    }

    /** Ticks of all cores by kind: user, nice, system, idle, iowait, irq, softirq, steal. */
    private static long[] processorTicks() throws IOException {
        String line = Files.readAllLines(Path.of("/proc/stat")).getFirst();
        return Arrays.stream(line.split("\\s+")).skip(1).mapToLong(Long::parseLong).toArray();
    }
}
