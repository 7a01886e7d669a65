package blockingpoetry.bench.scenarios;

import blockingpoetry.bench.load.CancellableSleep;
import blockingpoetry.bench.load.Load;
import blockingpoetry.bench.load.Outcomes;
import blockingpoetry.bench.results.Caveats;
import blockingpoetry.bench.results.Measurement;
import blockingpoetry.bench.servers.Cores;
import blockingpoetry.bench.servers.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A measurement window: the outcomes of a load's clients, the processor time of the server and of the load, and the kernel's
 * counters of lost connections and of time that others took.
 */
public final class MeasurementWindow {
    /** If the load is busier than that, and the server is not, the figure shows the load. */
    private static final double BUSY = 0.9;

    /** If other processes, or the host of a virtual machine, take a larger part of the time, the figures cannot be trusted. */
    private static final double DISTURBED = 0.05;

    /** If a larger part of a server's time goes into compiling, a poem will cost less once that is done. */
    private static final double COMPILING = 0.05;

    /** Positions in the first line of {@code /proc/stat}, after its name. */
    private static final int USER = 0;
    private static final int NICE = 1;
    private static final int SYSTEM = 2;
    private static final int STEAL = 7;

    private final ServerProcess server;
    private final Load load;
    private final Cores cores;
    private final Counters before;

    /** The counters at one time; {@code allSeconds} is of all processes, and of the host of a virtual machine. */
    private record Counters(long nanos, double serverSeconds, double compilerSeconds, double loadSeconds,
            long overflows, double allSeconds) {
        static Counters now(ServerProcess server) throws IOException {
            long[] ticks = processorTicks();
            double loadSeconds = ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos() / 1e9;
            double allSeconds =
                    (ticks[USER] + ticks[NICE] + ticks[SYSTEM] + ticks[STEAL]) / ServerProcess.TICKS_PER_SECOND;
            return new Counters(System.nanoTime(), server.cpuSeconds(), server.compilerSeconds(), loadSeconds,
                    listenOverflows(), allSeconds);
        }
    }

    /**
     * What happened in a window.
     *
     * @param outcomes    of the clients that ended in it: costs and rates are theirs
     * @param all         the same, and of those that were in flight at its end, if they were waited for: latencies are theirs
     * @param inFlight    clients that were not done at its end
     * @param serverShare processor time of the server, as a part of what its cores have; likewise the load's
     * @param caveats     why the figures may be no finding
     */
    public record Result(Outcomes outcomes, Outcomes all, int inFlight, double seconds, double serverSeconds,
            double serverShare,
            double loadShare, List<String> caveats) {
        /** Microseconds of the server's processor time for a poem; 0 if there was none. */
        double cost() {
            return outcomes.whole == 0 ? 0 : serverSeconds * 1e6 / outcomes.whole;
        }

        /** The figures of most scenarios. */
        public Map<String, Double> values() {
            Map<String, Double> values = new LinkedHashMap<>();
            values.put("poems_per_second", outcomes.whole / seconds);
            if (outcomes.whole > 0 && serverSeconds > 0) {
                values.put("server_cpu_us_per_poem", cost());
            }
            values.put("server_cpu_share", serverShare);
            values.put("load_cpu_share", loadShare);
            values.put("seconds", seconds);
            values.put("poems", (double) outcomes.whole);
            return values;
        }

        /** Figures with the failures and the caveats of this window. */
        Measurement measurement(Map<String, Double> values) {
            return Measurement.of(values).with(all).with(caveats);
        }

        /** The same with the latencies, whose percentiles are added to the figures. */
        public Measurement measurementWithLatency(Map<String, Double> values) {
            return measurement(values).with(all.latency);
        }
    }

    public MeasurementWindow(ServerProcess server, Load load, Cores cores) throws IOException {
        this.server = server;
        this.load = load;
        this.cores = cores;
        load.take();
        this.before = Counters.now(server);
    }

    /** Lets a load settle, and measures it; the load goes on. */
    static Result measure(Lab lab, ServerProcess server, Load load) throws IOException {
        return openAndWait(lab, server, load, lab.cores).close();
    }

    /** Lets a load settle, and measures it; it starts no more clients then, and the latencies of those in flight count, too. */
    static Result measureAll(Lab lab, ServerProcess server, Load load) throws IOException {
        return measureAll(lab, server, load, lab.cores);
    }

    static Result measureAll(Lab lab, ServerProcess server, Load load, Cores cores) throws IOException {
        return openAndWait(lab, server, load, cores).close(true);
    }

    private static MeasurementWindow openAndWait(Lab lab, ServerProcess server, Load load, Cores cores)
            throws IOException {
        CancellableSleep.sleep(lab.settings.settle().dividedBy(2));
        load.raisePriority();
        CancellableSleep.sleep(lab.settings.settle().dividedBy(2));
        MeasurementWindow window = new MeasurementWindow(server, load, cores);
        CancellableSleep.sleep(lab.settings.window());
        return window;
    }

    /** Ends now; the load goes on. */
    Result close() throws IOException {
        return close(false);
    }

    /**
     * Ends now.
     *
     * @param finish whether the load then starts no more clients, and the latencies of those in flight count, too
     */
    public Result close(boolean finish) throws IOException {
        int inFlight = load.inFlight();
        Counters after = Counters.now(server);
        Outcomes outcomes = load.take();
        Outcomes all = new Outcomes();
        all.add(outcomes);
        if (finish) {
            all.add(load.finish());
        }
        double seconds = (after.nanos - before.nanos) / 1e9;
        double serverSeconds = after.serverSeconds - before.serverSeconds;
        double serverShare = serverSeconds / seconds / Math.max(1, cores.server().size());
        double loadSeconds = after.loadSeconds - before.loadSeconds;
        double loadShare = loadSeconds / seconds / cores.load().size();
        List<String> caveats = new ArrayList<>();
        if (!load.isOpen() && loadShare > BUSY && serverShare < BUSY) {
            caveats.add(Caveats.CLIENT_BOUND);
        }
        if (all.failures.containsKey(Outcomes.Failure.NO_PORT)) {
            caveats.add(Caveats.PORT_EXHAUSTED);
        }
        if (after.overflows > before.overflows) {
            caveats.add(Caveats.BACKLOG_OVERFLOWED);
        }
        if (after.compilerSeconds - before.compilerSeconds > COMPILING * serverSeconds) {
            caveats.add(Caveats.NOT_STEADY);
        }
        double others = after.allSeconds - before.allSeconds - serverSeconds - loadSeconds;
        if (server.process().isPresent()
                && others > DISTURBED * seconds * cores.withServerOnAll().server().size()) {
            caveats.add(Caveats.NOISY);
        }
        return new Result(outcomes, all, inFlight, seconds, serverSeconds, serverShare, loadShare, caveats);
    }

    /** Connections that were lost since the boot because a backlog was full. */
    static long listenOverflows() throws IOException {
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
