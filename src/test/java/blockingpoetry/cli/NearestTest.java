package blockingpoetry.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class NearestTest {
    @Test
    void countsLettersAddedRemovedReplacedAndSwapped() {
        assertEquals(0, Nearest.distance("port", "port"));
        assertEquals(1, Nearest.distance("port", "ports"));
        assertEquals(1, Nearest.distance("port", "ort"));
        assertEquals(1, Nearest.distance("port", "part"));
        assertEquals(1, Nearest.distance("port", "prot"));
        assertEquals(4, Nearest.distance("port", ""));
        assertEquals(3, Nearest.distance("ca", "abc")); // no letter is changed twice
    }

    @Test
    void findsTheNearestWordIfOneIsNear() {
        assertEquals("; did you mean --port?", hint("--prot"));
        assertEquals("; did you mean --log-file?", hint("--log-fle"));
        assertEquals("; did you mean --log-format?", hint("--log-fromta"));
        assertEquals("", hint("--sport-car"));
        assertEquals("", hint("x"));
        assertEquals("", hint(""));
    }

    private static String hint(String word) {
        return Nearest.hint(word, Stream.of("--port", "--log-file", "--log-format"));
    }
}
