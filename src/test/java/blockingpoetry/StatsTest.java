package blockingpoetry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatsTest {
    private static final Stats STATS = new Stats(54_321, 1, Map.of(Outcome.FINISHED, 20L, Outcome.ABORTED, 300L,
            Outcome.STALLED, 4_000L, Outcome.REFUSED, 50_000L, Outcome.STOPPED, 600_000L, Outcome.FAILED, 7_000_000L),
            9, 8, new Stats.Histogram(List.of(), List.of(0L), 0));

    @Test
    void countAsCutWhatTheServerEndedEarly() {
        assertEquals(7_654_000, STATS.cut());
    }

    @Test
    void areOneLineOfCounters() {
        assertEquals("Stats[open=1, finished=20, aborted=300, cut=7654000, bytes=9]", STATS.toString());
    }
}
