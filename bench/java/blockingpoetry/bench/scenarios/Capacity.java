package blockingpoetry.bench.scenarios;

import blockingpoetry.bench.load.Load;
import blockingpoetry.bench.load.Workload;
import blockingpoetry.bench.results.Caveats;
import blockingpoetry.bench.results.Measurement;
import blockingpoetry.bench.results.Metric;
import blockingpoetry.bench.servers.ProcessorQuota;
import blockingpoetry.bench.servers.ServerProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code capacity}: a closed loop against a server that has only a part of its core. A client costs the load as much as a good
 * server, so that on two cores alike the load would be the limit; here the server is.
 */
public final class Capacity {
    public static final String NAME = "capacity";

    /** The part of a core that a server has. */
    private static final double PART = 0.25;

    /** With less of it in use, the server was not the limit. */
    private static final double BUSY = 0.95;

    private static final int IN_FLIGHT = 1_000;

    static final Scenario SCENARIO = new Scenario(NAME,
            "What can a core do? The server is held to a quarter of its core by a control group, so that it is the limit, and not"
                    + " the load; poems are counted for each second of its processor time.",
            List.of(new Metric("poems_per_core_second", "poems per second and core", "", 0, Caveats.SPEED).plotted()
                    .rate(),
                    new Metric("quota_share", "of its part of the core in use", "", 3, Caveats.ANY),
                    new Metric("poems_per_second", "poems per second", "", 0, Caveats.SPEED).rate()),
            settings -> settings.measurement().multipliedBy(settings.rounds()), Capacity::run);

    private Capacity() {}

    private static void run(Lab lab) throws IOException {
        WarmServers servers = lab.warmServers(NAME, lab.poem());
        for (ServerProcess server : servers.servers) {
            try (ProcessorQuota probe = new ProcessorQuota(server, PART)) {
                break; // it is allowed
            } catch (IOException e) {
                lab.absent(NAME, Map.of(server.contender().name(), e.getMessage() + "; likewise all others"));
                return;
            }
        }
        servers.measure(NAME, ClosedLoop.setting(IN_FLIGHT), lab.settings.rounds(), server -> measure(lab, server));
    }

    private static Measurement measure(Lab lab, ServerProcess server) throws IOException {
        Duration patience = Duration.ofSeconds(30);
        try (ProcessorQuota quota = new ProcessorQuota(server, PART);
                Load load = lab.load(Workload.closed(server.address(), lab.poem().bytes(), IN_FLIGHT, patience))) {
            MeasurementWindow.Result result = MeasurementWindow.measure(lab, server, load);
            quota.close();
            load.finish();
            server.served().addAndGet(load.whole());
            double share = result.serverSeconds() / result.seconds() / PART;
            Map<String, Double> values = new LinkedHashMap<>(result.values());
            values.put("quota_share", share);
            values.put("poems_per_core_second", result.outcomes().whole / Math.max(result.serverSeconds(), 1e-9));
            List<String> caveats = new ArrayList<>(result.caveats());
            caveats.remove(Caveats.CLIENT_BOUND); // which is judged by the whole core
            if (share < BUSY) {
                caveats.add(Caveats.CLIENT_BOUND);
            }
            return Measurement.of(values).with(result.all()).with(caveats);
        }
    }
}
