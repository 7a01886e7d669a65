package blockingpoetry.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The lab as a process, on servers with flaws that it has to find, beside a sound one. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class LabIT {
    @TempDir
    private static Path folder;

    private static int exitCode;
    private static String out;
    private static Results results;

    @BeforeAll
    @Timeout(value = 4, unit = TimeUnit.MINUTES)
    static void measure() throws IOException, InterruptedException {
        exitCode = lab(folder.resolve("out"), "--scenarios", "burst,steady,crowd", "--base", "sound", "--out", folder
                .resolve("results")
                .toString()).waitFor();
        out = Files.readString(folder.resolve("out"));
        results = Results.read(folder.resolve("results"));
    }

    /** Starts the lab; a clock of its own ends it, should it hang. */
    private static Process lab(Path out, String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC", "-Xms1g", "-Xmn800m", "-jar",
                        System.getProperty("blockingpoetry.bench.jar"), "lab",
                        "--quick", "--contenders-dir", "src/test/contenders"));
        command.addAll(List.of(arguments));
        Process lab = new ProcessBuilder(command).redirectError(out.resolveSibling("log").toFile())
                .redirectOutput(out.toFile())
                .start();
        lab.onExit().orTimeout(200, TimeUnit.SECONDS).exceptionally(late -> {
            lab.descendants().forEach(ProcessHandle::destroyForcibly);
            return lab.destroyForcibly();
        });
        return lab;
    }

    @Test
    void findsOneWrongByteInAMillion() {
        assertEquals(1, exitCode, out);
        assertTrue(results.failures().get("wrong-byte").get("wrong-byte") > 0, out);
        assertTrue(out.contains("FAILED: wrong-byte failed clients: "), out);
        for (String other : List.of("sound", "stall", "leak")) {
            assertFalse(results.failures().containsKey(other), out);
        }
    }

    @Test
    void findsAStallOfOneConnectionInAHundred() {
        assertTrue(out.contains("STALLS: stall: "), out);
        for (String other : List.of("sound", "wrong-byte", "leak")) {
            assertFalse(out.contains("STALLS: " + other + ": "), out);
        }
    }

    @Test
    void findsALeakOfAKilobyteAConnection() {
        assertTrue(out.contains("LEAK: leak keeps 1,0"), out);
        for (String other : List.of("sound", "wrong-byte", "stall")) {
            assertFalse(out.contains("LEAK: " + other + " "), out);
        }
    }

    @Test
    void saysWhyAContenderIsMissing() throws IOException {
        assertEquals("cannot: it has no slow mode", results.absent("crowd").get("sound"));
        assertTrue(Files.readString(results.folder().resolve("report.md"))
                .contains(
                        "- sound: cannot: it has no slow mode\n"));
    }

    @Test
    void leavesAReportAtCtrlCAndGoesOnFromThere() throws IOException, InterruptedException {
        Path place = folder.resolve("interrupted");
        Path said = folder.resolve("interrupted-out");
        Process lab = lab(said, "--scenarios", "burst", "--contenders", "sound", "--rounds", "4", "--out", place
                .toString());
        Awaitility.await()
                .atMost(Duration.ofSeconds(50))
                .until(() -> Files.exists(place.resolve("samples.jsonl"))
                        && Files.readAllLines(place.resolve("samples.jsonl")).size() >= 2);
        new ProcessBuilder("sh", "-c", "kill -INT " + lab.pid()).start().waitFor();

        assertEquals(130, lab.waitFor());
        assertTrue(Files.exists(place.resolve("report.html")));
        List<String> before = Files.readAllLines(place.resolve("samples.jsonl"));
        assertTrue(before.size() < 5, () -> before.size() + " samples: it was done before");
        assertEquals(0, lab(said, "--scenarios", "burst", "--contenders", "sound", "--rounds", "4", "--resume", place
                .toString()).waitFor());
        List<String> after = Files.readAllLines(place.resolve("samples.jsonl"));
        assertEquals(before, after.subList(0, before.size()));
        assertEquals(5, after.size()); // four rounds, and what was kept
    }
}
