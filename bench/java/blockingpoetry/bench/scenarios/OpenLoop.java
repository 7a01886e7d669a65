package blockingpoetry.bench.scenarios;

import blockingpoetry.bench.load.CancellableSleep;
import blockingpoetry.bench.load.Load;
import blockingpoetry.bench.load.Workload;
import blockingpoetry.bench.results.Caveats;
import blockingpoetry.bench.results.Measurement;
import blockingpoetry.bench.results.Metric;
import blockingpoetry.bench.servers.ServerProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code steady}: an open loop, at fractions of the highest rate that {@link ClosedLoop} has measured. */
public final class OpenLoop {
    public static final String NAME = "steady";

    /** With the arrivals of so many seconds in flight at the end, the server does not keep up. */
    private static final double BEHIND_SECONDS = 0.25;

    private static final Duration WARM_UP = Duration.ofSeconds(2);
    private static final double LATE_MS = 1; // a load later than that at its 99th percentile has measured itself

    static final Scenario SCENARIO = new Scenario(NAME,
            "How late are poems when clients come at a fixed rate, whether or not the server keeps up?"
                    + " Latency counts from when a client should have started.",
            List.of(new Metric("p99_ms", "latency p99", "ms", 2, Caveats.LATENCY).plotted(),
                    new Metric("p50_ms", "p50", "ms", 2, Caveats.LATENCY),
                    new Metric("p90_ms", "p90", "ms", 2, Caveats.LATENCY),
                    new Metric("p999_ms", "p99.9", "ms", 2, Caveats.LATENCY),
                    new Metric("max_ms", "worst", "ms", 1, Caveats.LATENCY),
                    new Metric("server_cpu_us_per_poem", "server CPU per poem", "µs", 1, Caveats.COST)),
            settings -> settings.measurement().multipliedBy((long) settings.rounds() * settings.fractions().size()),
            OpenLoop::run);

    private OpenLoop() {}

    private static void run(Lab lab) throws IOException {
        WarmServers servers = lab.warmServers(NAME, lab.poem());
        if (lab.ceiling() == 0) {
            ClosedLoop.measure(lab, servers, lab.settings.inFlight().getFirst(), 1);
        }
        double ceiling = lab.ceiling();
        warmUp(lab, servers.servers, ceiling * lab.settings.fractions().getFirst());
        for (double fraction : lab.settings.fractions()) {
            double perSecond = Math.max(10, Math.round(fraction * ceiling / 100) * 100.0);
            String setting = setting(perSecond) + String.format(Locale.ROOT, " (%.0f %%)", fraction * 100);
            servers.measure(NAME, setting, lab.settings.rounds(), server -> measure(lab, server, perSecond));
        }
    }

    /** Runs an open loop until the load's own code for it is compiled. */
    private static void warmUp(Lab lab, List<ServerProcess> servers, double perSecond) throws IOException {
        if (!servers.isEmpty()) {
            try (Load load = lab.load(Workload.open(servers.getFirst().address(), lab.poem().bytes(), perSecond))) {
                CancellableSleep.sleep(WARM_UP);
                servers.getFirst().served().addAndGet(load.whole());
            }
        }
    }

    private static Measurement measure(Lab lab, ServerProcess server, double perSecond) throws IOException {
        try (Load load = lab.load(Workload.open(server.address(), lab.poem().bytes(), perSecond))) {
            MeasurementWindow.Result result = MeasurementWindow.measureAll(lab, server, load);
            server.served().addAndGet(load.whole());
            return measurement(result, perSecond);
        }
    }

    public static String setting(double perSecond) {
        return String.format(Locale.ROOT, "%,.0f/s", perSecond);
    }

    /** The measurement of a window of an open loop. */
    public static Measurement measurement(MeasurementWindow.Result result, double perSecond) {
        Map<String, Double> values = result.values();
        double lag = result.all().lag.getValueAtPercentile(99) / 1000.0;
        values.put("load_lag_p99_ms", lag);
        Measurement measurement = result.measurementWithLatency(values);
        if (result.inFlight() > perSecond * BEHIND_SECONDS) {
            return measurement.with(List.of(Caveats.SATURATED));
        }
        return lag > LATE_MS ? measurement.with(List.of(Caveats.LOAD_LATE)) : measurement;
    }
}
