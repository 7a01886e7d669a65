package blockingpoetry.cli;

import java.math.BigDecimal;
import java.time.Duration;

/** A time as people type it: {@code 2}, {@code 0.7}. */
final class Seconds {
    private Seconds() {}

    /** @throws Mistake if it is none */
    static Duration parse(String text) {
        try {
            Duration duration = Duration.ofNanos(new BigDecimal(text).movePointRight(9).longValueExact());
            if (!duration.isNegative()) {
                return duration;
            }
        } catch (ArithmeticException | NumberFormatException e) {
            // NaN, for instance, or a word.
        }
        throw new Mistake("'" + text + "' is not a number of seconds, 0 or more");
    }

    static String text(Duration duration) {
        return BigDecimal.valueOf(duration.toNanos(), 9).stripTrailingZeros().toPlainString();
    }
}
