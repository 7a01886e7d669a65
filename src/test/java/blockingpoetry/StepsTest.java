package blockingpoetry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The comments by which two designs can be laid side by side. */
class StepsTest {
    private static final List<String> STEPS = List.of("// STEP 1: listen", "// STEP 2: accept", "// STEP 3: write",
            "// STEP 4: wait", "// STEP 5: finish", "// STEP 6: close");

    @ParameterizedTest
    @ValueSource(strings = {"src/main/java/blockingpoetry/BlockingServer.java",
            "src/main/java/blockingpoetry/SelectorServer.java", "src/main/java/blockingpoetry/ReactorServer.java",
            "src/main/java/blockingpoetry/CompletionServer.java", "bench/java/blockingpoetry/NettyServer.java"})
    void everyDesignTakesTheSameStepsInTheSameOrder(Path file) throws IOException {
        List<String> steps = Files.readAllLines(file)
                .stream()
                .map(String::strip)
                .filter(line -> line.contains("STEP"))
                .toList();
        assertEquals(STEPS, steps);
    }
}
