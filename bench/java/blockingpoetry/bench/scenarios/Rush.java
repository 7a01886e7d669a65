package blockingpoetry.bench.scenarios;

import blockingpoetry.bench.load.Behaviour;
import blockingpoetry.bench.load.CancellableSleep;
import blockingpoetry.bench.load.Load;
import blockingpoetry.bench.load.Outcomes;
import blockingpoetry.bench.load.Workload;
import blockingpoetry.bench.results.Caveats;
import blockingpoetry.bench.results.Measurement;
import blockingpoetry.bench.results.Metric;
import blockingpoetry.bench.servers.ServerProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code rush}: more clients than a backlog holds, all at once, at a server that has just started. While a JVM compiles, it accepts
 * slowly, and the backlog overflows. The kernel then drops the last ACK of a handshake: the client takes itself for connected, and
 * gets its poem only after the SYN-ACK is sent again, a second or more later, or never.
 */
public final class Rush {
    public static final String NAME = "rush";
    private static final int CLIENTS = 10_000;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    static final Scenario SCENARIO = new Scenario(NAME,
            "What becomes of 10,000 clients that come at once to a server that has just started? A client that is not served within"
                    + " 20 s is lost: as a rule, the kernel has forgotten it.",
            List.of(new Metric("lost", "clients lost", "", 0, Caveats.ANY),
                    new Metric("p50_ms", "latency p50", "ms", 0, Caveats.ANY),
                    new Metric("p99_ms", "p99", "ms", 0, Caveats.ANY).plotted(),
                    new Metric("max_ms", "last poem, or 20 s", "ms", 0, Caveats.ANY),
                    new Metric("overflows", "times that the backlog was full", "", 0, Caveats.ANY)),
            settings -> Duration.ofSeconds(3).multipliedBy(settings.starts()),
            lab -> lab.measureFresh(NAME, "10,000 at once", lab.settings.starts(), Optional.empty(),
                    server -> measure(lab, server)));

    private Rush() {}

    private static Measurement measure(Lab lab, ServerProcess server) throws IOException {
        Workload workload = new Workload(List.of(new Workload.Target(server.address(), lab.poem().bytes())), CLIENTS, 0,
                CLIENTS, CLIENTS, number -> Behaviour.PLAIN, false, Optional.empty(), PATIENCE);
        long overflowsBefore = MeasurementWindow.listenOverflows();
        try (Load load = lab.load(workload)) {
            while (load.done() < CLIENTS) { // each of them has its patience
                CancellableSleep.sleep(Duration.ofMillis(20));
            }
            Outcomes outcomes = load.take();
            Map<String, Double> values = new LinkedHashMap<>();
            values.put("lost", (double) CLIENTS - outcomes.whole);
            values.put("overflows", (double) MeasurementWindow.listenOverflows() - overflowsBefore);
            values.put("poems", (double) outcomes.whole);
            return Measurement.of(values).with(outcomes).with(outcomes.latency);
        }
    }
}
