package blockingpoetry.bench;

import blockingpoetry.Pace;
import java.time.Duration;
import java.util.List;

/**
 * How much is measured, and for how long.
 *
 * @param rounds      of each setting, interleaved over the contenders
 * @param settle      how long a load runs before it is counted
 * @param window      how long it is counted
 * @param warmUp      one step of the warm-up
 * @param warmUpSteps after so many steps it ends, whether or not a JVM still compiles
 * @param inFlight    {@code burst}: clients in flight
 * @param fractions   {@code steady}: parts of the ceiling
 * @param held        {@code crowd}: slow clients, ascending
 * @param crowdRounds of {@code crowd} and {@code neighbours}, each with new processes
 * @param hold        {@code crowd}: how long each number of clients is observed
 * @param pace        of slow mode, in {@code crowd} and {@code neighbours}
 * @param neighbours  slow clients beside the newcomers
 * @param starts      {@code curtain}: starts of each contender
 */
record Effort(int rounds, Duration settle, Duration window, Duration warmUp, int warmUpSteps, List<Integer> inFlight,
        List<Double> fractions, List<Integer> held, int crowdRounds, Duration hold, Pace pace, int neighbours,
        int starts) {
    private static final Pace SLOW = new Pace(10, Duration.ofSeconds(2));

    static final Effort FULL = new Effort(5, Duration.ofMillis(300), Duration.ofMillis(1500), Duration.ofSeconds(1), 20,
            List.of(64, 1_000, 10_000), List.of(0.25, 0.5, 0.75), List.of(1_000, 10_000, 19_000), 2,
            Duration.ofSeconds(4), SLOW, 10_000, 3);

    static final Effort QUICK = new Effort(2, Duration.ofMillis(200), Duration.ofMillis(800), Duration.ofMillis(500), 4,
            List.of(64), List.of(0.25), List.of(500, 2_000), 1, Duration.ofSeconds(1),
            new Pace(10, Duration.ofMillis(500)), 2_000, 1);

    Effort withRounds(int count) {
        return new Effort(count, settle, window, warmUp, warmUpSteps, inFlight, fractions, held, crowdRounds, hold,
                pace, neighbours, starts);
    }
}
