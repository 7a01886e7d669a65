package blockingpoetry.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class HeapWatchIT {
    @Test
    void whoDoesLittleButCollectEndsAndSaysSo() {
        try (JarProcess program =
                JarProcess.start(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-Xmx64m", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
                        FullHeap.class.getName()))) {
            Ended ended = program.awaitEnd();

            assertEquals("blockingpoetry: out of memory, and so at its end\n", ended.err());
            assertEquals("full\n", ended.out());
            assertEquals(1, ended.exitCode());
        }
    }
}
