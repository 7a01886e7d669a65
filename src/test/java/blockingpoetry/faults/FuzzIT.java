package blockingpoetry.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import blockingpoetry.Crowd;
import blockingpoetry.process.Jar;
import blockingpoetry.process.JarProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ten thousand random clients for each design, many at once: who does not leave gets the whole poem, and so do honest ones
 * in between. The seed is printed; {@code -Dfaults.seed=N} tries the same again.
 */
@Tag("faults")
@Timeout(180)
class FuzzIT {
    private static final long SEED = Long.getLong("faults.seed", System.nanoTime());

    @TempDir
    Path folder;

    @EachDesign
    void nobodyIsHarmedByRandomClients(String design) throws IOException {
        System.out.println("faults: seed " + SEED);
        Random random = new Random(SEED);
        List<Verses> poems = List.of(Verses.write(folder, 100), Verses.write(folder, 3_003),
                Verses.write(folder, 40 * Verses.KB));
        List<byte[]> bytes = List.of(poems.get(0).bytes(), poems.get(1).bytes(), poems.get(2).bytes());
        int tried = 0;
        int survived = 0;
        try (JarProcess server = Jar.serving(design)
                .with("--num-bytes", "25000", "--delay", "0.001")
                .serve(poems.stream().map(Verses::file).toArray(String[]::new))) {
            for (int round = 0; round < 10; round++) {
                Crowd.Result result = Crowd.send(server.addresses(), bytes, 1_000, 200, Duration.ofSeconds(60),
                        number -> Visitors.any(random, bytes.get(number % 3).length));
                tried += 1_000;
                survived += result.count(Crowd.End.WHOLE) + result.count(Crowd.End.LEFT);
                poems.get(round % 3).assertServed(server.addresses().get(round % 3));
                assertEquals(tried, survived, result::toString);
            }
            Fault.FUZZ.found(design, tried, survived);
            assertEquals(1, server.log().size(), server::toString);
        }
    }
}
