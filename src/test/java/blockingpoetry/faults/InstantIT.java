package blockingpoetry.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import blockingpoetry.Crowd;
import blockingpoetry.process.Jar;
import blockingpoetry.process.JarProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** More clients in the same instant than the kernel's queue holds: the rest come back by themselves, and all are served. */
@Tag("faults")
@Timeout(120)
class InstantIT {
    private static final int CLIENTS = 10_000;

    @TempDir
    Path folder;

    @EachDesign
    void allAreServed(String design) throws IOException {
        Verses poem = Verses.write(folder, 3_003);
        try (JarProcess server = Jar.serving(design).serve(poem.file())) {
            Crowd.Result result = Crowd.send(server.addresses(), List.of(poem.bytes()), CLIENTS, CLIENTS,
                    Duration.ofSeconds(80));
            Fault.INSTANT.found(design, CLIENTS, result.count(Crowd.End.WHOLE));
            assertEquals(Map.of(Crowd.End.WHOLE, CLIENTS), result.ends());
        }
    }
}
