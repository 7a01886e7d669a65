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
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/**
 * {@code neighbours}: newcomers at a fixed rate, which leave at their first byte, first alone, then beside thousands of slow
 * clients of the same server.
 */
public final class SlowNeighbours {
    public static final String NAME = "neighbours";
    private static final double PER_SECOND = 1_000;

    static final Scenario SCENARIO = new Scenario(NAME,
            "Do slow clients hurt others? Newcomers at a fixed rate, alone and beside a crowd.",
            List.of(new Metric("beside_p99_ms", "first byte p99 beside the crowd", "ms", 2, Caveats.LATENCY).plotted(),
                    new Metric("alone_p99_ms", "p99 alone", "ms", 2, Caveats.LATENCY),
                    new Metric("beside_p50_ms", "p50 beside the crowd", "ms", 2, Caveats.LATENCY),
                    new Metric("alone_p50_ms", "p50 alone", "ms", 2, Caveats.LATENCY)),
            settings -> settings.measurement()
                    .multipliedBy(3)
                    .plusMillis(settings.neighbours() / 3)
                    .multipliedBy(settings.heldRounds()),
            lab -> lab.measureFresh(NAME, String.format(Locale.ROOT, "N=%,d", lab.settings.neighbours()),
                    lab.settings.heldRounds(), Optional.of(lab.settings.pace()), server -> measure(lab, server)));

    private SlowNeighbours() {}

    private static Measurement measure(Lab lab, ServerProcess server) throws IOException {
        newcomers(lab, server); // not counted: the server warms up
        MeasurementWindow.Result alone = newcomers(lab, server);
        Workload slow = Workload.held(server.address(), lab.poem().bytes(), lab.settings.pace());
        try (Load crowd = lab.load(slow)) {
            HeldConnections.grow(crowd, 0, lab.settings.neighbours());
            crowd.take();
            MeasurementWindow.Result beside = newcomers(lab, server);
            Histogram before = alone.all().firstByte;
            Histogram after = beside.all().firstByte;
            Map<String, Double> values = new LinkedHashMap<>();
            Measurement.putPercentiles(values, "alone_", before);
            Measurement.putPercentiles(values, "beside_", after);
            values.put("p99_ratio",
                    after.getValueAtPercentile(99) / (double) Math.max(1, before.getValueAtPercentile(99)));
            return beside.measurement(values).with(alone.all()).with(crowd.take());
        }
    }

    private static MeasurementWindow.Result newcomers(Lab lab, ServerProcess server) throws IOException {
        try (Load load = lab.load(Workload.newcomers(server.address(), lab.poem().bytes(), PER_SECOND))) {
            return MeasurementWindow.measureAll(lab, server, load);
        }
    }
}
