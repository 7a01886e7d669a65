package blockingpoetry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class StatsTest {
    @Test
    void countEveryConnectionOnceAmongTheAccepted() {
        assertEquals(1 + 20 + 300 + 4_000, new Stats(1, 20, 300, 4_000, 50_000).accepted());
    }
}
