package blockingpoetry.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class PortTest {
    @Test
    void hasSixteenBits() {
        assertEquals(0, new Port().convert("0"));
        assertEquals(10000, new Port().convert("10000"));
        assertEquals(65535, new Port().convert("65535"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"65536", "70000", "-1", "99999999999999999999", "", " ", "abc", "80.0", "0x50"})
    void isNothingElse(String text) {
        assertEquals("'" + text + "' is not a port, 0 to 65535",
                assertThrows(TypeConversionException.class, () -> new Port().convert(text)).getMessage());
    }
}
