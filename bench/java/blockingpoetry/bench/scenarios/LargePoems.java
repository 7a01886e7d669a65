package blockingpoetry.bench.scenarios;

import blockingpoetry.bench.load.Load;
import blockingpoetry.bench.load.Workload;
import blockingpoetry.bench.results.Caveats;
import blockingpoetry.bench.results.Measurement;
import blockingpoetry.bench.results.Metric;
import blockingpoetry.bench.servers.ServerProcess;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code anthology}: a closed loop of clients that read large poems. */
public final class LargePoems {
    public static final String NAME = "anthology";
    private static final int SIZE = 16 << 20;
    private static final int READERS = 16;

    static final Scenario SCENARIO = new Scenario(NAME, "How fast do large poems flow? 16 MiB each, 16 readers.",
            List.of(new Metric("gb_per_second", "throughput", "GB/s", 2, Caveats.SPEED).plotted().rate(),
                    new Metric("server_cpu_s_per_gb", "server CPU per GB", "s", 3, Caveats.COST).plotted()),
            settings -> settings.measurement().multipliedBy(settings.rounds()).plus(settings.expectedWarmUp()),
            LargePoems::run);

    private LargePoems() {}

    private static void run(Lab lab) throws IOException {
        GeneratedPoem poem = lab.poem(SIZE);
        lab.warmServers(NAME, poem)
                .measure(NAME, "16 MiB", lab.settings.rounds(), server -> measure(lab, server, poem));
    }

    private static Measurement measure(Lab lab, ServerProcess server, GeneratedPoem poem) throws IOException {
        try (Load load = lab.load(Workload.closed(server.address(), poem.bytes(), READERS))) {
            MeasurementWindow.Result result = MeasurementWindow.measure(lab, server, load);
            double gigabytes = result.outcomes().bytes / 1e9;
            Map<String, Double> values = new LinkedHashMap<>();
            values.put("gb_per_second", gigabytes / result.seconds());
            values.put("server_cpu_s_per_gb", result.serverSeconds() / Math.max(gigabytes, 1e-9));
            values.put("server_cpu_share", result.serverShare());
            values.put("load_cpu_share", result.loadShare());
            return result.measurement(values).with(load.finish());
        }
    }
}
