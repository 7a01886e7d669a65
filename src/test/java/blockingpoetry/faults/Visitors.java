package blockingpoetry.faults;

import blockingpoetry.Manner;
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
    static Manner any(Random random, int length) {
        int[] moments = random.ints(random.nextInt(5), 0, length + 1).toArray();
        Arrays.sort(moments);
        Manner manner = random.nextInt(4) == 0
                ? Manner.PLAIN.withReceiveBuffer(16 * Verses.KB + random.nextInt(64 * Verses.KB))
                : Manner.PLAIN;
        for (int moment : moments) {
            switch (random.nextInt(6)) {
                case 0 -> manner = manner.pausing(moment, Duration.ofMillis(random.nextInt(5)));
                case 1 -> {
                    return random.nextBoolean() ? manner.leaving(moment) : manner.resetting(moment);
                }
                case 2 -> {
                    return manner.shuttingDown(moment);
                }
                default -> {
                    byte[] words = new byte[1 << random.nextInt(14)];
                    random.nextBytes(words);
                    manner = manner.saying(moment, words);
                }
            }
        }
        return manner;
    }
}
