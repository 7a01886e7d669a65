package blockingpoetry.bench.scenarios;

import blockingpoetry.bench.load.CancellableSleep;
import blockingpoetry.bench.load.Load;
import blockingpoetry.bench.load.Workload;
import blockingpoetry.bench.results.Caveats;
import blockingpoetry.bench.results.Measurement;
import blockingpoetry.bench.results.Metric;
import blockingpoetry.bench.servers.Cores;
import blockingpoetry.bench.servers.ServerProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code burst}: a closed loop with more and more clients in flight. */
public final class ClosedLoop {
    public static final String NAME = "burst";

    /** Its samples tell how much memory of a server each poem has left behind. */
    public static final String KEPT = "kept";

    private static final double SLACK_BYTES = 256; // what a poem may leave behind: less is the slack of a heap

    public static final Metric COST =
            new Metric("server_cpu_us_per_poem", "server CPU per poem", "µs", 1, Caveats.COST).plotted();

    public static final Scenario SCENARIO = new Scenario(NAME,
            "How much work is a poem, and how many come a second? K clients in flight, a closed loop.",
            List.of(COST,
                    new Metric("poems_per_second", "poems per second", "", 0, Caveats.SPEED).plotted().rate(),
                    new Metric("p50_ms", "latency p50", "ms", 2, Caveats.SPEED),
                    new Metric("p99_ms", "p99", "ms", 2, Caveats.SPEED),
                    new Metric("p999_ms", "p99.9", "ms", 2, Caveats.SPEED),
                    new Metric("server_cpu_share", "server's core in use", "", 2, Caveats.ANY)),
            settings -> settings.measurement()
                    .multipliedBy((long) settings.rounds() * settings.inFlight().size())
                    .plus(settings.expectedWarmUp()),
            ClosedLoop::run);

    private ClosedLoop() {}

    private static void run(Lab lab) throws IOException {
        WarmServers servers = lab.warmServers(NAME, lab.poem());
        Map<ServerProcess, Memory> before = new LinkedHashMap<>();
        for (ServerProcess server : servers.servers) {
            before.put(server, Memory.of(server));
        }
        int rounds = lab.settings.rounds();
        for (int inFlight : lab.settings.inFlight()) {
            measure(lab, servers, inFlight, rounds);
        }
        servers.measure(NAME, KEPT, 1, server -> kept(before.get(server), Memory.of(server)));
    }

    public static String setting(int inFlight) {
        return String.format(Locale.ROOT, "K=%,d", inFlight);
    }

    static void measure(Lab lab, WarmServers servers, int inFlight, int rounds) throws IOException {
        servers.measure(NAME, setting(inFlight), rounds, server -> measure(lab, server, inFlight));
    }

    static Measurement measure(Lab lab, ServerProcess server, int inFlight) throws IOException {
        MeasurementWindow.Result result = measure(lab, server, inFlight, lab.cores);
        return result.measurementWithLatency(result.values());
    }

    static MeasurementWindow.Result measure(Lab lab, ServerProcess server, int inFlight, Cores cores)
            throws IOException {
        try (Load load = lab.load(Workload.closed(server.address(), lab.poem().bytes(), inFlight), cores)) {
            CancellableSleep.sleep(Duration.ofMillis(inFlight / 5)); // until the first ones no longer arrive together
            MeasurementWindow.Result result = MeasurementWindow.measureAll(lab, server, load, cores);
            server.served().addAndGet(load.whole());
            return result;
        }
    }

    /** The memory of a server at one time, and how many poems it had served by then. */
    private record Memory(double bytes, long poems, boolean isHeap) {
        static Memory of(ServerProcess server) throws IOException {
            boolean java = server.isJava();
            return new Memory(java ? server.collect() : server.residentBytes(), server.served().get(), java);
        }
    }

    private static Measurement kept(Memory before, Memory after) {
        long poems = after.poems - before.poems;
        double bytes = (after.bytes - before.bytes) / Math.max(1, poems);
        Measurement measurement = Measurement.of(Map.of("kept_bytes_per_poem", bytes, "poems", (double) poems));
        return bytes > SLACK_BYTES
                ? measurement.with(List.of(after.isHeap ? Caveats.KEEPS_HEAP : Caveats.KEEPS_MEMORY))
                : measurement;
    }
}
