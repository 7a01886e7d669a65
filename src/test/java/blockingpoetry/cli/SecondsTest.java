package blockingpoetry.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecondsTest {
    @Test
    void mayHaveAFraction() {
        assertEquals(Duration.ofSeconds(2), Seconds.parse("2"));
        assertEquals(Duration.ofMillis(700), Seconds.parse("0.7"));
        assertEquals(Duration.ofMillis(700), Seconds.parse(".7"));
        assertEquals(Duration.ofMillis(1), Seconds.parse("1e-3"));
        assertEquals(Duration.ofNanos(1), Seconds.parse("0.000000001"));
    }

    @Test
    void mayBeZero() {
        assertEquals(Duration.ZERO, Seconds.parse("0"));
        assertEquals(Duration.ZERO, Seconds.parse("-0.0"));
    }

    @Test
    void goAsFarAsNanosecondsInALong() {
        assertEquals(Duration.ofNanos(Long.MAX_VALUE), Seconds.parse("9223372036.854775807"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "-0.000000001", "NaN", "Infinity", "", " ", "2 ", "abc", "0x2", "1s", "1,5",
            "0.0000000001", "9223372036.854775808", "1e999999999", "1e-999999999"})
    void areNothingElse(String text) {
        assertEquals("'" + text + "' is not a number of seconds, 0 or more",
                assertThrows(Mistake.class, () -> Seconds.parse(text)).getMessage());
    }

    @Test
    void areWrittenAsTheyAreTyped() {
        assertEquals("2", Seconds.text(Duration.ofSeconds(2)));
        assertEquals("0.7", Seconds.text(Duration.ofMillis(700)));
        assertEquals("0", Seconds.text(Duration.ZERO));
        assertEquals("100", Seconds.text(Duration.ofSeconds(100)));
        assertEquals("0.000000001", Seconds.text(Duration.ofNanos(1)));
    }
}
