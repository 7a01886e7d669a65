package blockingpoetry.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/** How late are poems at a fixed rate of arrivals? An open loop, at parts of the ceiling that {@link Burst} measured. */
final class Steady implements Scenario {
    static final String NAME = "steady";

    /** If so many seconds' arrivals are in flight at the end, the server does not keep up. */
    private static final double BEHIND_SECONDS = 0.25;

    /** A load that is so late at its 99th percentile has measured itself. */
    private static final long LATE_MICROS = 1_000;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Duration planned(Lab lab) {
        Effort effort = lab.effort();
        return effort.settle()
                .plus(effort.window())
                .multipliedBy((long) effort.rounds() * effort.fractions().size() * lab.contenders().size());
    }

    @Override
    public void run(Lab lab) throws IOException {
        Stage stage = lab.stage(NAME, lab.poem());
        double ceiling = lab.ceiling();
        for (double fraction : lab.effort().fractions()) {
            double perSecond = Math.max(10, Math.round(fraction * ceiling / 100) * 100.0);
            stage.rounds(NAME, setting(perSecond, fraction), lab.effort().rounds(),
                    server -> measure(lab, server, perSecond));
        }
    }

    static String setting(double perSecond, double fraction) {
        return String.format(Locale.ROOT, "%,.0f/s (%.0f %%)", perSecond, fraction * 100);
    }

    private static Reading measure(Lab lab, ServerProcess server, double perSecond) throws IOException {
        try (Load load = lab.load(Plan.open(server.address(), lab.poem().bytes(), perSecond))) {
            Pause.of(lab.effort().settle());
            Window window = Window.open(server, load, lab.cores());
            Pause.of(lab.effort().window());
            boolean behind = load.inFlight() > perSecond * BEHIND_SECONDS;
            Window.Counted counted = window.closeAndFinish();
            server.served(load.whole());
            Map<String, Double> values = counted.values();
            Window.Counted.percentiles(values, "", counted.tally().latency);
            double lag = counted.tally().lag.getValueAtPercentile(99);
            values.put("load_lag_p99_ms", lag / 1000);
            Reading reading = Reading.of(counted, values);
            if (behind) {
                reading = reading.marked(Sample.SATURATED);
            } else if (lag > LATE_MICROS) {
                reading = reading.marked(Sample.LOAD_LATE);
            }
            return reading;
        }
    }
}
