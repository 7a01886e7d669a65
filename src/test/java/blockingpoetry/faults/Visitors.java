package blockingpoetry.faults;

import blockingpoetry.bench.load.Behaviour;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;

/** Clients of all kinds, as chance has it. */
final class Visitors {
    private Visitors() {}

    /**
     * One who reads; and, by chance, says a thing or some, of random bytes and at random bytes of the poem, shuts down its
     * output, pauses, or leaves. Together it is no more than a server listens to.
     *
     * @param length of the poem
     */
    static Behaviour any(Random random, int length) {
        int[] moments = random.ints(random.nextInt(5), 0, length + 1).toArray();
        Arrays.sort(moments);
        Behaviour behaviour = random.nextInt(4) == 0
                ? Behaviour.PLAIN.withReceiveBuffer(16 * Verses.KB + random.nextInt(64 * Verses.KB))
                : Behaviour.PLAIN;
        for (int moment : moments) {
            switch (random.nextInt(6)) {
                case 0 -> behaviour = behaviour.pausing(moment, Duration.ofMillis(random.nextInt(5)));
                case 1 -> {
                    return random.nextBoolean() ? behaviour.leaving(moment) : behaviour.resetting(moment);
                }
                case 2 -> {
                    return behaviour.shuttingDown(moment);
                }
                default -> {
                    byte[] words = new byte[1 << random.nextInt(14)];
                    random.nextBytes(words);
                    behaviour = behaviour.sending(moment, words);
                }
            }
        }
        return behaviour;
    }
}
