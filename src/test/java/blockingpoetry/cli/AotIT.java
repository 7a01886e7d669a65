package blockingpoetry.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AotIT {
    @TempDir
    Path folder;

    @Test
    void packageMakesACacheFromWhichTheServerStarts() throws IOException {
        assumeTrue(Runtime.version().feature() >= 25, "before Java 25 a cache takes two steps");
        assumeTrue(JarProcess.AGENT.isEmpty(), "an agent that changes classes does not want them from a cache");
        Path cache = Path.of(System.getProperty("blockingpoetry.jar")).resolveSibling("blockingpoetry.aot");
        Path classes = folder.resolve("classes");
        try (JarProcess server =
                Jar.withFlags("-Xlog:aot*=off", "-XX:AOTCache=" + cache, "-Xlog:class+load:file=" + classes)
                        .serve(Poems.ACCEPT)) {
            Poems.assertServed(Poems.ACCEPT, server.address());
            assertEquals(0, server.signal("TERM").awaitEnd().exitCode());
        }
        assertTrue(Files.readString(classes).contains(" blockingpoetry.BlockingServer source: shared objects file"),
                () -> "not from the cache " + cache);
    }
}
