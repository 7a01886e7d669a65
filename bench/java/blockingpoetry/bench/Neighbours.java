package blockingpoetry.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/**
 * Do slow clients hurt others? Newcomers at a fixed rate who leave at their first byte, first alone, then beside thousands of
 * slow clients of the same server.
 */
final class Neighbours implements Scenario {
    static final String NAME = "neighbours";
    private static final double PER_SECOND = 1_000;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Duration planned(Lab lab) {
        Effort effort = lab.effort();
        return effort.window()
                .plus(effort.settle())
                .multipliedBy(3)
                .plusMillis(effort.neighbours() / 3)
                .multipliedBy((long) effort.crowdRounds() * lab.contenders().size());
    }

    @Override
    public void run(Lab lab) throws IOException {
        Effort effort = lab.effort();
        lab.starts(NAME, String.format(Locale.ROOT, "N=%,d", effort.neighbours()), effort.crowdRounds(),
                Optional.of(effort.pace()), server -> measure(lab, server));
    }

    private static Reading measure(Lab lab, ServerProcess server) throws IOException {
        Effort effort = lab.effort();
        ByteBuffer poem = lab.poem().bytes();
        newcomers(lab, server); // whom nobody counts: the server warms up
        Window.Counted alone = newcomers(lab, server);
        try (Load crowd = lab.load(Plan.held(server.address(), poem, 0, effort.pace()))) {
            Slow.grow(crowd, 0, effort.neighbours());
            crowd.take();
            Window.Counted beside = newcomers(lab, server);
            Map<String, Double> values = new LinkedHashMap<>();
            Histogram before = alone.tally().firstByte;
            Histogram after = beside.tally().firstByte;
            Window.Counted.percentiles(values, "alone_", before);
            Window.Counted.percentiles(values, "beside_", after);
            values.put("p99_ratio", after.getValueAtPercentile(99) / (double) Math.max(1, before.getValueAtPercentile(
                    99)));
            return new Reading(values, Map.of(), beside.marks(), Optional.empty()).with(alone.tally())
                    .with(beside.tally())
                    .with(crowd.take());
        }
    }

    private static Window.Counted newcomers(Lab lab, ServerProcess server) throws IOException {
        try (Load load = lab.load(Plan.newcomers(server.address(), lab.poem().bytes(), PER_SECOND))) {
            Pause.of(lab.effort().settle());
            Window window = Window.open(server, load, lab.cores());
            Pause.of(lab.effort().window());
            return window.closeAndFinish();
        }
    }
}
