package blockingpoetry.faults;

import static blockingpoetry.process.Installed.lacks;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import blockingpoetry.Crowd;
import blockingpoetry.bench.load.Behaviour;
import blockingpoetry.process.Jar;
import blockingpoetry.process.JarProcess;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The clock of the wall is set while poems are recited: the log has other times, the poems keep their pace. */
@Tag("faults")
@Timeout(120)
class WallTimeIT {
    private static final Path LIBRARIES = Path.of("/usr/lib");
    private static final Pattern YEAR =
            Pattern.compile("(?m)^(\\d{4})-\\d\\d-\\d\\dT\\S+ INFO blockingpoetry - accepted=");

    private static final Pattern BYTES = Pattern.compile(" bytes=(\\d+) ");
    private static final int LENGTH = 200;
    private static final int CHUNK = 4;

    @TempDir
    Path folder;

    @EachDesign
    void isOfNoConcernToThePace(String design) throws Exception {
        boolean sequential = design.equals("sequential");
        int clients = sequential ? 1 : 20;
        Verses poem = Verses.write(folder, LENGTH);
        Path clock = Files.writeString(folder.resolve("clock"), "+0\n");
        Jar jar = Jar.serving(design)
                .with("--num-bytes", "" + CHUNK, "--delay", "0.1", "--stall-timeout", "5", "--drain-timeout", "5")
                .under("env", "LD_PRELOAD=" + library(), "FAKETIME_TIMESTAMP_FILE=" + clock, "FAKETIME_NO_CACHE=1",
                        "FAKETIME_DONT_FAKE_MONOTONIC=1", "DONT_FAKE_MONOTONIC=1");
        long pauseNanos = TimeUnit.MILLISECONDS.toNanos(100) * (LENGTH / CHUNK - 1);

        try (JarProcess server = jar.serve(poem.file())) {
            long startNanos = System.nanoTime();
            try (Crowd crowd = Crowd.start(server.addresses(), List.of(poem.bytes()), clients, clients,
                    Duration.ofSeconds(60), number -> Behaviour.PLAIN)) {
                for (String shift : List.of("-3600", "+31536000", "-31536000", "+31536000", "+0")) {
                    Files.writeString(clock, shift + "\n");
                    long before = bytes(server);
                    server.await("two chunks for each in that time, or the end",
                            () -> bytes(server) >= before + 2L * CHUNK * clients || crowd.ended() == clients);
                }
                Crowd.Result result = crowd.await();
                Fault.WALL_TIME.found(design, clients, result.count(Crowd.End.WHOLE));
                assertEquals(Map.of(Crowd.End.WHOLE, clients), result.ends());
            }
            long nanos = System.nanoTime() - startNanos;
            assertTrue(nanos >= pauseNanos, () -> "all pauses were made, but it took only " + nanos / 1e9 + " s");
            assertEquals(3, YEAR.matcher(server.signal("TERM").awaitEnd().err())
                    .results()
                    .map(line -> line.group(1))
                    .distinct()
                    .count(), () -> "it has seen three years: " + server);
        }
    }

    /** What it has sent so far, by its own account. */
    private static long bytes(JarProcess server) {
        int before = server.log().size();
        server.signal("USR1").await("a line", () -> server.log().size() > before);
        Matcher bytes = BYTES.matcher(server.log().getLast());
        assertTrue(bytes.find(), server::toString);
        return Long.parseLong(bytes.group(1));
    }

    private static Path library() throws IOException {
        try (DirectoryStream<Path> systems = Files.newDirectoryStream(LIBRARIES, "*-linux-gnu")) {
            for (Path system : systems) {
                Path library = system.resolve("faketime/libfaketime.so.1");
                if (Files.exists(library)) {
                    return library;
                }
            }
        }
        return lacks("no libfaketime.so.1 (Debian: faketime)");
    }
}
