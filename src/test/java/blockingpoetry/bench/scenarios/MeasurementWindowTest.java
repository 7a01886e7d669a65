package blockingpoetry.bench.scenarios;

import static org.junit.jupiter.api.Assertions.assertEquals;

import blockingpoetry.bench.load.Outcomes;
import blockingpoetry.bench.results.Measurement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MeasurementWindowTest {
    private static Outcomes outcomes(int whole, int millis) {
        Outcomes outcomes = new Outcomes();
        outcomes.whole = whole;
        for (int i = 0; i < whole; i++) {
            Outcomes.record(outcomes.latency, millis * 1_000_000L);
        }
        return outcomes;
    }

    /** Poems that come after the window would make those in it look cheap, the more the further behind a server is. */
    @Test
    void costsAreThoseOfTheWindowAndLatenciesOfAllItsClients() {
        Outcomes all = outcomes(10, 1);
        all.add(outcomes(90, 1000));
        all.fail(Outcomes.Failure.RESET);
        MeasurementWindow.Result result =
                new MeasurementWindow.Result(outcomes(10, 1), all, 90, 2, 1, 0.5, 0.1, List.of());
        Measurement measurement = result.measurementWithLatency(result.values());

        assertEquals(10, measurement.values().get("poems"));
        assertEquals(5, measurement.values().get("poems_per_second"));
        assertEquals(100_000, measurement.values().get("server_cpu_us_per_poem"));
        assertEquals(1000, measurement.values().get("p50_ms"), 1);
        assertEquals(Map.of("reset", 1L), measurement.failures());
    }
}
