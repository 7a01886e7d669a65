package blockingpoetry.bench.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsTest {
    @TempDir
    private Path folder;

    private Path lines;

    @BeforeEach
    void writeTwo() throws IOException {
        Results results = Results.create(folder, Map.of("commit", "none"));
        results.add(sample(1, 40.5));
        results.add(sample(2, 41));
        lines = folder.resolve("samples.jsonl");
    }

    private static Sample sample(int round, double micros) {
        return new Sample("burst", "K=64", "virtual", round,
                Measurement.of(Map.of("server_cpu_us_per_poem", micros)).with(List.of(Caveats.NOISY)));
    }

    @Test
    void whatWasWrittenIsReadAgain() throws IOException {
        assertEquals(List.of(sample(1, 40.5), sample(2, 41)), Results.read(folder).samples());
    }

    @Test
    void aRunGoesOnAfterALineThatWasCutOff() throws IOException {
        Files.writeString(lines, sample(3, 42).toJson().substring(0, 20), StandardOpenOption.APPEND);

        assertEquals(2, Results.read(folder).samples().size());
        Results.resume(folder).add(sample(3, 43));
        assertEquals(List.of(sample(1, 40.5), sample(2, 41), sample(3, 43)), Results.read(folder).samples());
    }

    @Test
    void saysWhichLineIsNoSample() throws IOException {
        Files.writeString(lines, "{\n{}\n");

        assertEquals(folder + ": line 1 of samples.jsonl is no sample",
                assertThrows(IOException.class, () -> Results.read(folder)).getMessage());
    }

    @Test
    void readsAFolderWithoutAnEnvironment() throws IOException {
        Files.delete(folder.resolve("environment.json"));

        assertEquals("unknown", Results.read(folder).environment("cpu"));
    }
}
