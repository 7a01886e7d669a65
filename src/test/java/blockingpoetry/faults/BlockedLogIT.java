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

/** The log leads to a pipe that is full, and that nobody reads: the server says what it has to say to nobody, and goes on. */
@Tag("faults")
@Timeout(120)
class BlockedLogIT {
    /** Opens a pipe for both ends, so that opening does not wait, fills it, and starts the server with it as file 9. */
    private static final String FULL =
            "mkfifo \"$0\" && exec 9<>\"$0\" && dd if=/dev/zero of=\"$0\" bs=4096 oflag=nonblock"
                    + " conv=notrunc 2>/dev/null; exec \"$@\" 2>&9";

    @TempDir
    Path folder;

    @EachDesign
    void standardError(String design) throws Exception {
        assertServesAndStops(design, Jar.serving(design).with("--log-connections"), "");
    }

    /** A full pipe takes the place of the log file before it is opened again. */
    @EachDesign
    void aLogFileThatBecomesAPipe(String design) throws Exception {
        Path log = folder.resolve("log");
        Jar jar = Jar.serving(design).with("--log-connections", "--log-file", log.toString());
        assertServesAndStops(design, jar, "rm -f " + log + " && mkfifo " + log);
    }

    private void assertServesAndStops(String design, Jar jar, String then) throws Exception {
        int clients = 300;
        Verses poem = Verses.write(folder, 3_003);
        Jar blocked = jar.under("sh", "-c", FULL, folder.resolve("pipe").toString());
        try (JarProcess server = blocked.with("--max-clients", "8").start(poem.file())) {
            server.await("its line on stdout", () -> server.addresses().size() == 1);
            if (!then.isEmpty()) {
                assertEquals(0, new ProcessBuilder("sh", "-c", then).inheritIO().start().waitFor());
                server.signal("HUP");
            }
            Map<Crowd.End, Integer> ends =
                    Crowd.send(server.addresses(), List.of(poem.bytes()), clients, 20, Duration.ofSeconds(40)).ends();
            Fault.BLOCKED_LOG.found(design, clients, ends.getOrDefault(Crowd.End.WHOLE, 0));
            assertEquals(Map.of(Crowd.End.WHOLE, clients), ends);
            assertEquals(0, server.signal("TERM").awaitEnd().exitCode());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
