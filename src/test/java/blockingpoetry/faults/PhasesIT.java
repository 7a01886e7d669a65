package blockingpoetry.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import blockingpoetry.Crowd;
import blockingpoetry.bench.load.Behaviour;
import blockingpoetry.process.HangingFile;
import blockingpoetry.process.Jar;
import blockingpoetry.process.JarProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A signal to end, in each phase of a server's life. */
@Tag("faults")
@Timeout(120)
class PhasesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(80);
    private static final int KILLED_BY_TERM = 143;

    @TempDir
    Path folder;

    /** The twentieth poem hangs when it is opened, as a file on a server that does not answer does. */
    @EachDesign
    void whenItReadsTheTwentiethPoem(String design) throws Exception {
        Path hanging = Files.writeString(folder.resolve("hanging"), "a poem");
        try (HangingFile file = new HangingFile(hanging);
                JarProcess server = Jar.serving(design).start(twenty(hanging.toString()))) {
            server.await("the twentieth poem", file::isAwaited);
            assertEquals(KILLED_BY_TERM, server.signal("TERM").awaitEnd().exitCode(), server::toString);
            assertEquals("", server.out());
            Fault.SIGNALS.found(design, 1, 1);
        }
    }

    /** It listens already, and is about to say so: after the first such line it knows how to stop in order. */
    @EachDesign
    void whenItStartsTheTwentiethPoem(String design) throws IOException {
        Verses poem = Verses.write(folder, 3_003);
        try (JarProcess server = Jar.serving(design).start(twenty(poem.file()))) {
            server.await("the first of twenty lines", () -> !server.addresses().isEmpty());
            assertEquals(0, server.signal("TERM").awaitEnd().exitCode(), server::toString);
            Fault.SIGNALS.found(design, 1, 1);
        }
    }

    /** Who has the whole poem loses nothing by the end of the grace period. */
    @EachDesign
    void whileItDrains(String design) throws Exception {
        int clients = design.equals("sequential") ? 1 : 20;
        Verses poem = Verses.write(folder, 3_003);
        try (JarProcess server = Jar.serving(design)
                .with("--drain-timeout", "3600", "--grace", "0.5")
                .serve(poem.file());
                Crowd crowd = Crowd.start(server.addresses(), List.of(poem.bytes()), clients, clients, PATIENCE,
                        number -> Behaviour.PLAIN.holding(3_003))) {
            server.await("all of them to have it", () -> crowd.holding() == clients);
            assertEquals(0, server.signal("TERM").awaitEnd().exitCode(), server::toString);
            crowd.release();
            Crowd.Result result = crowd.await();
            Fault.SIGNALS.found(design, clients, result.count(Crowd.End.WHOLE));
            assertEquals(Map.of(Crowd.End.WHOLE, clients), result.ends());
        }
    }

    /** Who is stuck in a poem is reset when the grace period is over. */
    @EachDesign
    void whileItWritesAndNobodyReads(String design) throws Exception {
        Verses poem = Verses.write(folder, 16 * Verses.MB);
        Behaviour stuck = Behaviour.PLAIN.withReceiveBuffer(8 * Verses.KB).holding(1);
        assertReset(design, poem, stuck, 0, "TERM");
    }

    /** The second one ends it at once. */
    @EachDesign
    void twice(String design) throws Exception {
        Verses poem = Verses.write(folder, 16 * Verses.MB);
        Behaviour stuck = Behaviour.PLAIN.withReceiveBuffer(8 * Verses.KB).holding(1);
        assertReset(design, poem, stuck, KILLED_BY_TERM, "TERM", "TERM");
    }

    private static void assertReset(String design, Verses poem, Behaviour stuck, int exitCode, String... signals)
            throws Exception {
        int clients = design.equals("sequential") ? 1 : 20;
        try (JarProcess server = Jar.serving(design)
                .with("--grace", signals.length == 1 ? "0.5" : "3600")
                .serve(poem.file());
                Crowd crowd = Crowd.start(server.addresses(), List.of(poem.bytes()), clients, clients, PATIENCE,
                        number -> stuck)) {
            server.await("all of them to be stuck", () -> crowd.holding() == clients);
            for (String signal : signals) {
                server.signal(signal).awaitLog("stopping on SIG" + signal);
            }
            assertEquals(exitCode, server.awaitEnd().exitCode(), server::toString);
            crowd.release();
            Crowd.Result result = crowd.await();
            Fault.SIGNALS.found(design, clients, result.count(Crowd.End.RESET));
            assertEquals(Map.of(Crowd.End.RESET, clients), result.ends());
        }
    }

    /** Twenty poems, of which the last is the one given. */
    private String[] twenty(String last) throws IOException {
        String[] poems = Collections.nCopies(20, Verses.write(folder, 100).file()).toArray(String[]::new);
        poems[19] = last;
        return poems;
    }
}
