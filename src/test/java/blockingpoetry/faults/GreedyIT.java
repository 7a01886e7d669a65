package blockingpoetry.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import blockingpoetry.Crowd;
import blockingpoetry.bench.load.Behaviour;
import blockingpoetry.process.Jar;
import blockingpoetry.process.JarProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that read as fast as they are sent to, so that the server never has to wait for them, and newcomers beside them. */
@Tag("faults")
@Timeout(120)
class GreedyIT {
    @TempDir
    Path folder;

    /** On one carrier. The large poem takes far longer than the small ones: whoever gets a small one has not waited for it. */
    @EachDesign
    void newcomersAreServedMeanwhile(String design) throws Exception {
        if (design.equals("sequential")) {
            return; // newcomers wait there, and that is what it is for
        }
        int newcomers = 20;
        Verses large = Verses.write(folder, 8 * Verses.MB);
        Verses small = Verses.write(folder, 100);
        try (JarProcess server = Jar.serving(design, "-Djdk.virtualThreadScheduler.parallelism=1")
                .with("--num-bytes", "1", "--delay", "0")
                .serve(large.file(), small.file());
                Crowd greedy = Crowd.start(server.addresses().subList(0, 1), List.of(large.bytes()), 4, 4,
                        Duration.ofSeconds(100), number -> Behaviour.PLAIN)) {
            server.await("all of them",
                    () -> server.signal("USR1").log().stream().anyMatch(line -> line.contains("open=4")));
            int served = Crowd
                    .send(server.addresses().subList(1, 2), List.of(small.bytes()), newcomers, 1,
                            Duration.ofSeconds(10))
                    .count(Crowd.End.WHOLE);
            Fault.GREEDY.found(design, newcomers, served);
            assertEquals(newcomers, served);
            assertEquals(0, greedy.ended());
        }
    }
}
