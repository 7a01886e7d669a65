package blockingpoetry.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PortTest {
    @Test
    void hasSixteenBits() {
        assertEquals(0, Port.parse("0"));
        assertEquals(10000, Port.parse("10000"));
        assertEquals(65535, Port.parse("65535"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"65536", "70000", "-1", "99999999999999999999", "", " ", "abc", "80.0", "0x50"})
    void isNothingElse(String text) {
        assertEquals("'" + text + "' is not a port, 0 to 65535",
                assertThrows(Mistake.class, () -> Port.parse(text)).getMessage());
    }
}
