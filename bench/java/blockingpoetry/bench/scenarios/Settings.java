package blockingpoetry.bench.scenarios;

import blockingpoetry.Pace;
import java.time.Duration;
import java.util.List;

/**
 * The settings of a run: how much is measured, and for how long.
 *
 * @param rounds      measurements of each setting, interleaved over the contenders
 * @param settle      how long a load runs before it is measured
 * @param window      how long it is measured
 * @param warmUp      one step of the warm-up
 * @param warmUpSteps the most steps, even if a JVM still compiles after them
 * @param inFlight    {@code burst}: clients in flight
 * @param fractions   {@code steady}: fractions of the highest rate
 * @param held        {@code crowd}: slow clients, ascending
 * @param heldRounds  rounds of {@code crowd} and {@code neighbours}, each with new processes
 * @param hold        {@code crowd}: how long each number of clients is measured
 * @param pace        of slow mode, in {@code crowd} and {@code neighbours}
 * @param neighbours  {@code neighbours}: slow clients beside the newcomers
 * @param starts      {@code curtain} and {@code rush}: starts of each contender
 */
public record Settings(int rounds, Duration settle, Duration window, Duration warmUp, int warmUpSteps,
        List<Integer> inFlight, List<Double> fractions, List<Integer> held, int heldRounds, Duration hold, Pace pace,
        int neighbours, int starts) {
    private static final Pace SLOW = new Pace(10, Duration.ofSeconds(2));

    public static final Settings FULL =
            new Settings(5, Duration.ofMillis(300), Duration.ofMillis(1500), Duration.ofSeconds(1), 20,
                    List.of(64, 1_000, 10_000), List.of(0.25, 0.5, 0.75), List.of(1_000, 10_000, 19_000), 2,
                    Duration.ofSeconds(4), SLOW, 10_000, 3);

    public static final Settings QUICK =
            new Settings(2, Duration.ofMillis(200), Duration.ofMillis(800), Duration.ofMillis(500), 16,
                    List.of(64), List.of(0.25), List.of(500, 2_000), 1, Duration.ofSeconds(1),
                    new Pace(10, Duration.ofMillis(500)), 2_000, 1);

    public Settings withRounds(int count) {
        return new Settings(count, settle, window, warmUp, warmUpSteps, inFlight, fractions, held, heldRounds, hold,
                pace, neighbours, starts);
    }

    /** How long a measurement of a warm server takes. */
    Duration measurement() {
        return settle.plus(window);
    }

    /** How long a server's warm-up takes, roughly. */
    Duration expectedWarmUp() {
        return warmUp.multipliedBy(warmUpSteps / 2);
    }
}
