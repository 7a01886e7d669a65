package blockingpoetry.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CountTest {
    @Test
    void startsAtOne() {
        assertEquals(1, Count.parse("1"));
        assertEquals(4096, Count.parse("4096"));
        assertEquals(Integer.MAX_VALUE, Count.parse("2147483647"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "2147483648", "", " ", "abc", "1.5", "1e3"})
    void isNothingElse(String text) {
        assertEquals("'" + text + "' is not a whole number, 1 or more",
                assertThrows(Mistake.class, () -> Count.parse(text)).getMessage());
    }
}
