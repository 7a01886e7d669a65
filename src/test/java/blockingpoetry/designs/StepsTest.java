package blockingpoetry.designs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The comments by which two designs can be laid side by side. */
class StepsTest {
    private static final List<String> STEPS = List.of("// STEP 1: listen", "// STEP 2: accept", "// STEP 3: write",
            "// STEP 4: wait", "// STEP 5: finish", "// STEP 6: close");

    @ParameterizedTest
    @ValueSource(strings = {"src/main/java/blockingpoetry/designs/BlockingServer.java",
            "src/main/java/blockingpoetry/designs/SelectorServer.java",
            "src/main/java/blockingpoetry/designs/ReactorServer.java",
            "src/main/java/blockingpoetry/designs/CompletionServer.java",
            "bench/java/blockingpoetry/designs/NettyServer.java"})
    void everyDesignTakesTheSameStepsInTheSameOrder(Path file) throws IOException {
        List<String> steps = Files.readAllLines(file)
                .stream()
                .map(String::strip)
                .filter(line -> line.contains("STEP"))
                .toList();
        assertEquals(STEPS, steps);
    }

    /** The reactor takes the loop away, and each wait names what follows it. Whatever else differs is an oversight in one of them. */
    @Test
    void selectorAndReactorDifferInLittleElseThanTheLoop() throws IOException {
        Path folder = Path.of("src/main/java/blockingpoetry/designs");
        List<String> selector = code(folder.resolve("SelectorServer.java"));
        List<String> reactor = code(folder.resolve("ReactorServer.java"));
        List<String> onlySelector = selector.stream().filter(line -> !reactor.contains(line)).toList();
        List<String> onlyReactor = reactor.stream().filter(line -> !selector.contains(line)).toList();
        assertTrue(onlySelector.size() <= 45, () -> onlySelector.size() + ": " + onlySelector);
        assertTrue(onlyReactor.size() <= 30, () -> onlyReactor.size() + ": " + onlyReactor);
    }

    /** Lines of the class that say something, without remarks. */
    private static List<String> code(Path file) throws IOException {
        return Files.readAllLines(file)
                .stream()
                .dropWhile(line -> !line.startsWith("final class"))
                .map(line -> line.replaceFirst("//.*", "").strip())
                .filter(line -> line.matches(".*\\w.*"))
                .toList();
    }
}
