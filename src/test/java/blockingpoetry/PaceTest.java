package blockingpoetry;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {
    @Test
    void startsSlowModeFromTenBytesAndSevenTenthsOfASecond() {
        assertEquals(new Pace(10, Duration.ofMillis(700)), Pace.SLOW);
    }

    @Test
    void mayGoByteByByteWithoutAPause() {
        assertDoesNotThrow(() -> new Pace(1, Duration.ZERO));
    }

    @Test
    void isNotPutOffByALateChunk() {
        long dueNanos = System.nanoTime() - Duration.ofMillis(699).toNanos() / 2;
        assertEquals(dueNanos + Duration.ofMillis(700).toNanos(), Pace.SLOW.next(dueNanos));
    }

    @Test
    void countsAnewAfterAWholeLostDelay() {
        long beforeNanos = System.nanoTime();
        long nextNanos = Pace.SLOW.next(beforeNanos - Duration.ofHours(1).toNanos());
        assertTrue(nextNanos - beforeNanos >= Duration.ofMillis(700).toNanos(), "a pause before the next chunk");
    }

    @Test
    void waitsNoLongerForWhatIsOverdue() {
        assertEquals(Duration.ZERO, Pace.until(System.nanoTime() - 1));
        assertTrue(Pace.until(System.nanoTime() + Duration.ofHours(1).toNanos())
                .compareTo(Duration.ofMinutes(59)) > 0);
    }

    @Test
    void refusesAnEmptyChunk() {
        assertEquals("a chunk has at least 1 byte, not 0",
                assertThrows(IllegalArgumentException.class, () -> new Pace(0, Duration.ZERO)).getMessage());
    }

    @Test
    void refusesANegativeDelay() {
        assertEquals("a delay is not negative: PT-1S", assertThrows(IllegalArgumentException.class,
                () -> new Pace(10, Duration.ofSeconds(-1))).getMessage());
    }
}
