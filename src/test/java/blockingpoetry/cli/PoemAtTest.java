package blockingpoetry.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PoemAtTest {
    @TempDir
    Path folder;

    @Test
    void isAFileWhetherOrNotItExists() {
        assertEquals(new PoemAt(Path.of("poems/accept.txt"), OptionalInt.empty()), PoemAt.parse("poems/accept.txt"));
        assertEquals(new PoemAt(Path.of("missing.txt"), OptionalInt.empty()), PoemAt.parse("missing.txt"));
    }

    @Test
    void mayHaveAPort() {
        assertEquals(new PoemAt(Path.of("accept.txt"), OptionalInt.of(10000)), PoemAt.parse("accept.txt@10000"));
        assertEquals(new PoemAt(Path.of("accept.txt"), OptionalInt.of(0)), PoemAt.parse("accept.txt@0"));
    }

    @Test
    void hasItsPortAfterTheLastAt() {
        assertEquals(new PoemAt(Path.of("me@home"), OptionalInt.of(10000)), PoemAt.parse("me@home@10000"));
        assertEquals(new PoemAt(Path.of("me@home/missing"), OptionalInt.empty()), PoemAt.parse("me@home/missing"));
    }

    @Test
    void isTheFileThatHasTheWholeTextAsItsName() throws IOException {
        Path file = Files.createFile(folder.resolve("poem@10000"));

        assertEquals(new PoemAt(file, OptionalInt.empty()), PoemAt.parse(file.toString()));
        assertEquals(new PoemAt(file, OptionalInt.of(10001)), PoemAt.parse(file + "@10001"));
    }

    @Test
    void refusesAPortThatIsNone() {
        assertEquals("'abc' is not a port, 0 to 65535", refusal("accept.txt@abc"));
        assertEquals("'70000' is not a port, 0 to 65535", refusal("accept.txt@70000"));
        assertEquals("'' is not a port, 0 to 65535", refusal("accept.txt@"));
    }

    @Test
    void refusesWhatNamesNoFile() {
        assertEquals("'' names no poem", refusal(""));
        assertEquals("'@10000' names no poem", refusal("@10000"));
    }

    private static String refusal(String text) {
        return assertThrows(Mistake.class, () -> PoemAt.parse(text)).getMessage();
    }
}
