package blockingpoetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {
    @Test
    void startsSlowModeFromTenBytesAndSevenTenthsOfASecond() {
        assertEquals(new Pace(10, Duration.ofMillis(700)), Pace.SLOW);
    }

    @Test
    void changesOneThingAtATime() {
        assertEquals(new Pace(3, Duration.ofMillis(700)), Pace.SLOW.withNumBytes(3));
        assertEquals(new Pace(10, Duration.ofSeconds(2)), Pace.SLOW.withDelay(Duration.ofSeconds(2)));
    }

    @Test
    void mayGoByteByByteWithoutAPause() {
        assertEquals(new Pace(1, Duration.ZERO), Pace.SLOW.withNumBytes(1).withDelay(Duration.ZERO));
    }

    @Test
    void refusesAnEmptyChunk() {
        assertEquals("a chunk has at least 1 byte, not 0",
                assertThrows(IllegalArgumentException.class, () -> Pace.SLOW.withNumBytes(0)).getMessage());
    }

    @Test
    void refusesANegativeDelay() {
        assertEquals("a delay is not negative: PT-1S", assertThrows(IllegalArgumentException.class,
                () -> Pace.SLOW.withDelay(Duration.ofSeconds(-1))).getMessage());
    }
}
