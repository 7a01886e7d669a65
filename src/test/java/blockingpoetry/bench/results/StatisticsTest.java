package blockingpoetry.bench.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StatisticsTest {
    @Test
    void takesTheMiddleOrTheMeanOfTheTwoMiddleOnes() {
        assertEquals(2, Statistics.median(3, 1, 2));
        assertEquals(2.5, Statistics.median(4, 1, 2, 3));
    }

    @Test
    void oneRoundHasNoSpread() {
        assertEquals(new Statistics.Estimate(7, 7, 7, 1), Statistics.estimate(List.of(7.0)));
    }

    @Test
    void fewRoundsSpanFromTheLowestToTheHighest() {
        assertEquals(new Statistics.Estimate(3, 1, 9, 5), Statistics.estimate(List.of(9.0, 1.0, 3.0, 2.0, 4.0)));
    }

    /** A 95 % interval holds the true median about 95 times in a hundred; with 15 rounds a little less often. */
    @Test
    void intervalHoldsTheTrueMedianAsOftenAsItSays() {
        Random random = new Random(1);
        int held = 0;
        for (int i = 0; i < 200; i++) {
            List<Double> rounds = Stream.generate(() -> 100 + random.nextGaussian()).limit(15).toList();
            Statistics.Estimate estimate = Statistics.estimate(rounds);
            if (estimate.low() <= 100 && 100 <= estimate.high()) {
                held++;
            }
        }

        assertTrue(held >= 175 && held <= 200, "held " + held);
        assertTrue(held < 200, "an interval that always holds it is too wide");
    }

    @Test
    void differsOnlyIfTheWholeIntervalDoes() {
        assertTrue(new Statistics.Estimate(1.2, 1.1, 1.3, 5).differsFrom(1));
        assertTrue(new Statistics.Estimate(0.8, 0.7, 0.9, 5).differsFrom(1));
        assertFalse(new Statistics.Estimate(1.2, 0.9, 1.3, 5).differsFrom(1));
    }

    @Test
    void findsTheSlopeOfALine() {
        assertEquals(3, Statistics.slope(new double[]{1, 2, 10}, new double[]{4, 7, 31}), 1e-9);
    }
}
