package blockingpoetry.recitals;

import static org.junit.jupiter.api.Assertions.assertEquals;

import blockingpoetry.Stats;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class DurationsTest {
    private static final long MILLI = 1_000_000;

    private final Durations durations = new Durations();

    @Test
    void countEachDurationInItsClass() {
        LongStream.of(0, MILLI, MILLI + 1, 3_000_000 * MILLI, 3_000_000 * MILLI + 1, Long.MAX_VALUE / 4)
                .forEach(durations::add);

        List<Long> counts = durations.histogram().counts();
        assertEquals(2, counts.get(0));
        assertEquals(1, counts.get(1));
        assertEquals(1, counts.get(counts.size() - 2));
        assertEquals(2, counts.get(counts.size() - 1));
        assertEquals(6, counts.stream().mapToLong(Long::longValue).sum());
    }

    @Test
    void addUpAllOfThem() {
        durations.add(250 * MILLI);
        durations.add(500 * MILLI);

        assertEquals(0.75, durations.histogram().sumSeconds());
    }

    @Test
    void haveOneClassMoreThanBounds() {
        Stats.Histogram nothing = durations.histogram();

        assertEquals(Collections.nCopies(nothing.boundsSeconds().size() + 1, 0L), nothing.counts());
        assertEquals(nothing.boundsSeconds().stream().sorted().toList(), nothing.boundsSeconds());
    }
}
