package blockingpoetry.classroom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is sent of a value that has grown. */
class GrowthTest {
    @Test
    void nothingIfNothingHasChanged() {
        assertEquals(Map.of(), Growth.between(Map.of("steps", List.of(1)), Map.of("steps", List.of(1))));
    }

    @Test
    void whatIsNewInAList() {
        assertEquals(Map.of("steps", Map.of("2", 30)),
                Growth.between(Map.of("steps", List.of(10, 20)), Map.of("steps", List.of(10, 20, 30))));
    }

    @Test
    void whatIsNewDeepWithin() {
        assertEquals(Map.of("runs", Map.of("1", Map.of("ends", Map.of("0", "finished")))),
                Growth.between(
                        Map.of("runs", List.of(Map.of("pid", 1), Map.of("pid", 2, "ends", List.of()))),
                        Map.of("runs", List.of(Map.of("pid", 1), Map.of("pid", 2, "ends", List.of("finished"))))));
    }

    @Test
    void allOfAListThatHasBecomeShorter() {
        assertEquals(Map.of("counts", List.of(3)),
                Growth.between(Map.of("counts", List.of(1, 2)), Map.of("counts", List.of(3))));
    }

    @Test
    void nullForWhatIsNoLongerThere() {
        Map<String, ?> growth = Growth.between(Map.of("until_us", 5), Map.of());
        assertTrue(growth.containsKey("until_us"));
        assertNull(growth.get("until_us"));
    }
}
