package blockingpoetry.operation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import blockingpoetry.process.JarProcess;
import blockingpoetry.process.ProcessResult;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class GcOverheadMonitorIT {
    @Test
    void aProcessThatDoesLittleButCollectEndsAndSaysSo() {
        assertEquals(new ProcessResult(1, "full\n", "blockingpoetry: out of memory, and so at its end\n"),
                run("-Xmx64m", FullHeap.class));
    }

    @Test
    void aProcessThatCollectsOnAHeapThatIsNotFullGoesOn() {
        assertEquals(new ProcessResult(0, "at its own end\n", ""), run("-Xmx256m", BusyCollector.class));
    }

    private static ProcessResult run(String heap, Class<?> program) {
        try (JarProcess process =
                JarProcess.start(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString(), heap,
                        "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"), program.getName()))) {
            return process.awaitEnd();
        }
    }
}
