package blockingpoetry.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import blockingpoetry.bench.results.Results;
import blockingpoetry.bench.results.Series;
import blockingpoetry.bench.scenarios.OpenLoop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The lab as a process, on servers with flaws that it has to find, beside a sound one. */
@Tag("slow")
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class LabIT {
    /** Runs a command in a network namespace, in which some of /proc/sys/net is missing. */
    private static final String NETWORK =
            "exec unshare --map-root-user --net sh -c 'ip link set lo up && exec \"$@\"' sh \"$@\"";

    private static final Path FLAWED = Path.of("src/test/contenders");
    private static final Path PAGE = Path.of("src/site/markdown/your-own-server.md");

    @TempDir
    private static Path folder;

    private static int exitCode;
    private static String out;
    private static Results results;

    @BeforeAll
    @Timeout(value = 4, unit = TimeUnit.MINUTES)
    static void measure() throws IOException, InterruptedException {
        exitCode =
                lab(folder.resolve("out"), "sound,stall,leak,wrong-byte", "--scenarios", "burst,capacity,steady,crowd",
                        "--base", "sound", "--out", folder
                                .resolve("results")
                                .toString())
                        .waitFor();
        out = Files.readString(folder.resolve("out"));
        results = Results.read(folder.resolve("results"));
    }

    private static Process lab(Path out, String contenders, String... arguments) throws IOException {
        return labBy("exec \"$@\"", out, FLAWED, contenders, arguments);
    }

    /** Starts the lab by a script; a clock of its own ends it, should it hang. */
    private static Process labBy(String script, Path out, Path place, String contenders, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", script, "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC", "-Xms1g",
                "-Xmn800m",
                "-jar", System.getProperty("blockingpoetry.bench.jar"), "lab", "--quick", "--contenders-dir", place
                        .toString(),
                "--contenders", contenders));
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

    /** A stall takes 50 ms and more. A machine that halts for as long while it measures the base allows no verdict. */
    @Test
    void findsAStallOfOneConnectionInAHundred() {
        for (String setting : results.settings(OpenLoop.NAME)) {
            Series stall = results.series(OpenLoop.NAME, setting, "stall");
            Series sound = results.series(OpenLoop.NAME, setting, "sound");
            assertTrue(stall.estimate("p999_ms").orElseThrow().low() >= 50, out);
            boolean isQuiet = stall.caveats().isEmpty() && sound.caveats().isEmpty()
                    && sound.estimate("p999_ms").orElseThrow().median() < 20;
            assertTrue(!isQuiet || out.contains("STALLS: stall: " + setting), out);
        }
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

    /** Held to a part of its core, a server has no more than that; or the report says why it cannot be held. */
    @Test
    void measuresWhatACoreCanDo() {
        Series sound = results.series("capacity", "K=1,000", "sound");
        if (sound.rounds().isEmpty()) {
            assertTrue(results.absent("capacity").toString().contains("no control group may be made here"), out);
        } else {
            assertTrue(sound.estimate("quota_share").orElseThrow().high() < 1.2, out);
            assertTrue(sound.estimate("poems_per_core_second").orElseThrow().low() > 0, out);
        }
    }

    @Test
    void setsAllCoresBesideOne() throws IOException, InterruptedException {
        Path place = folder.resolve("cores");
        Process lab = lab(folder.resolve("cores-out"), "sound", "--scenarios", "cores", "--out", place.toString());
        assertEquals(0, lab.waitFor());
        Results cores = Results.read(place);
        if (Runtime.getRuntime().availableProcessors() == 1) {
            assertEquals("this machine has one core", cores.absent("cores").get("sound"));
            return;
        }
        Series sound = cores.series("cores", "K=1,000", "sound");
        double one = sound.estimate("one_cpu_us_per_poem").orElseThrow().median();
        double all = sound.estimate("all_cpu_us_per_poem").orElseThrow().median();
        assertTrue(one > 0 && all > one / 3 && all < one * 3, one + " and " + all);
        assertTrue(sound.estimate("all_cores_in_use").orElseThrow().median() > 0);
        assertTrue(Files.readString(place.resolve("report.md")).contains("CPU per poem on all cores, × on one"));
    }

    @Test
    void countsTheClientsThatAServerLosesAtItsStart() throws IOException, InterruptedException {
        Path place = folder.resolve("rush");
        Process lab = lab(folder.resolve("rush-out"), "sound,lose", "--scenarios", "rush", "--out", place.toString());
        assertEquals(0, lab.waitFor());
        Results rush = Results.read(place);
        double lost = rush.series("rush", "10,000 at once", "lose").estimate("lost").orElseThrow().median();
        assertTrue(lost >= 90, "every hundredth is lost, and not " + lost);
        assertEquals((long) lost, rush.failures().get("lose").get("timeout"));
        assertTrue(rush.series("rush", "10,000 at once", "sound").estimate("lost").orElseThrow().median() < lost);
    }

    @Test
    void saysWhyAContenderIsMissing() throws IOException {
        assertEquals("cannot: it has no slow mode", results.absent("crowd").get("sound"));
        assertTrue(Files.readString(results.folder().resolve("report.md"))
                .contains(
                        "- sound: cannot: it has no slow mode\n"));
    }

    /** The load needs more descriptors than it may have: that is no server's fault, and no figure. */
    @Test
    void saysThatTheLoadItselfHasFailed() throws IOException, InterruptedException {
        Path place = folder.resolve("starved");
        Process lab =
                labBy("ulimit -n 90; exec \"$@\"", folder.resolve("starved-out"), FLAWED, "sound", "--scenarios",
                        "curtain",
                        "--out", place.toString());

        assertEquals(1, lab.waitFor());
        String said = Files.readString(folder.resolve("log"));
        assertTrue(said.contains("blockingpoetry-bench: the load itself has failed: Too many open files\n"), said);
    }

    @Test
    void measuresInANetworkOfItsOwn() throws IOException, InterruptedException {
        Path place = folder.resolve("network");
        assumeTrue(new ProcessBuilder("sh", "-c", NETWORK, "sh", "true").start().waitFor() == 0,
                "this container allows no network of one's own");
        Process lab = labBy(NETWORK, folder.resolve("network-out"), FLAWED, "sound", "--scenarios",
                "curtain", "--out", place.toString());

        assertEquals(0, lab.waitFor(), () -> "see " + folder);
        assertTrue(Results.read(place).environment().toString().contains("net.ipv4.tcp_mem=unknown"));
    }

    /** The contender that a page shows, as it is there. */
    @Test
    void measuresAServerOfTwelveLines() throws IOException, InterruptedException {
        Matcher python = Pattern.compile("(?s)```python\n(.*?)```").matcher(Files.readString(PAGE));
        assertTrue(python.find());
        assertEquals(12, python.group(1).lines().count());
        Path run = Files.createDirectories(folder.resolve("mine/threads")).resolve("run");
        Files.writeString(run, python.group(1));
        Files.setPosixFilePermissions(run, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path place = folder.resolve("own");

        assertEquals(0,
                labBy("exec \"$@\"", folder.resolve("own-out"), folder.resolve("mine"), "threads", "--scenarios",
                        "burst,crowd", "--out", place.toString()).waitFor());
        Results own = Results.read(place);
        assertTrue(own.series("burst", "K=64", "threads").estimate("server_cpu_us_per_poem").isPresent());
        assertEquals(Map.of(), own.failures());
        assertEquals(Map.of("threads", "cannot: it has no slow mode"), own.absent("crowd"));
    }

    @Test
    void leavesAReportAtCtrlCAndGoesOnFromThere() throws IOException, InterruptedException {
        Path place = folder.resolve("interrupted");
        Path said = folder.resolve("interrupted-out");
        Process lab = lab(said, "sound", "--scenarios", "burst", "--rounds", "4", "--out", place
                .toString());
        Awaitility.await()
                .atMost(Duration.ofSeconds(50))
                .until(() -> Files.exists(place.resolve("samples.jsonl"))
                        && Files.readAllLines(place.resolve("samples.jsonl")).size() >= 2);
        new ProcessBuilder("sh", "-c", "kill -INT " + lab.pid()).start().waitFor();

        assertEquals(130, lab.waitFor());
        assertTrue(Files.readString(said).contains("--resume=" + place + " "),
                () -> said + " does not say how to go on");
        assertTrue(Files.exists(place.resolve("report.html")));
        List<String> before = Files.readAllLines(place.resolve("samples.jsonl"));
        assertTrue(before.size() < 5, () -> before.size() + " samples: it was done before");
        assertEquals(0, lab(said, "sound", "--scenarios", "burst", "--rounds", "4", "--resume", place
                .toString()).waitFor());
        List<String> after = Files.readAllLines(place.resolve("samples.jsonl"));
        assertEquals(before, after.subList(0, before.size()));
        assertEquals(5, after.size()); // four rounds, and what was kept
    }
}
