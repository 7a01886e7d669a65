package blockingpoetry.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import blockingpoetry.Crowd;
import blockingpoetry.bench.load.Behaviour;
import blockingpoetry.process.Jar;
import blockingpoetry.process.JarProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that leave: afterwards the server has as many descriptors as before, nothing to complain of, and serves. */
@Tag("faults")
@Timeout(120)
class LeaversIT {
    private static final Duration PATIENCE = Duration.ofSeconds(80);

    @TempDir
    Path folder;

    /** A byte at a time, half of them with a reset and half with a mere close. */
    @EachDesign
    void atEachByteOfAPoem(String design) throws IOException {
        int length = 60;
        int leavers = 2 * (length + 1);
        Verses poem = Verses.write(folder, length);
        IntFunction<Behaviour> behaviours = number -> number % 2 == 0
                ? Behaviour.PLAIN.resetting(number / 2)
                : Behaviour.PLAIN.leaving(number / 2);
        try (JarProcess server = Jar.serving(design)
                .with("--num-bytes", "1", "--delay", "0.002")
                .serve(poem.file())) {
            poem.assertServed(server.address());
            int descriptors = server.descriptors();

            Crowd.Result result =
                    Crowd.send(server.addresses(), List.of(poem.bytes()), leavers, leavers, PATIENCE, behaviours);
            assertUnharmed(server, poem, descriptors);
            Fault.LEAVERS.found(design, leavers, result.count(Crowd.End.LEFT));
            assertEquals(Map.of(Crowd.End.LEFT, leavers), result.ends());
        }
    }

    /** Some while the server accepts, and some while it cannot: it is stopped, and finds them dead when it goes on. */
    @EachDesign
    void beforeTheyAreServed(String design) throws IOException {
        int leavers = 1_000;
        Verses poem = Verses.write(folder, 3_003);
        IntFunction<Behaviour> behaviours = number -> number % 2 == 0
                ? Behaviour.PLAIN.resetting(0)
                : Behaviour.PLAIN.leaving(0);
        try (JarProcess server = Jar.serving(design).serve(poem.file())) {
            poem.assertServed(server.address());
            int descriptors = server.descriptors();

            Crowd.Result alive =
                    Crowd.send(server.addresses(), List.of(poem.bytes()), leavers, 100, PATIENCE, behaviours);
            server.signal("STOP");
            Crowd.Result stopped =
                    Crowd.send(server.addresses(), List.of(poem.bytes()), leavers, 100, PATIENCE, behaviours);
            server.signal("CONT");

            assertUnharmed(server, poem, descriptors);
            Fault.VANISHED.found(design, 2 * leavers,
                    alive.count(Crowd.End.LEFT) + stopped.count(Crowd.End.LEFT));
            assertEquals(Map.of(Crowd.End.LEFT, leavers), alive.ends());
            assertEquals(Map.of(Crowd.End.LEFT, leavers), stopped.ends());
        }
    }

    private static void assertUnharmed(JarProcess server, Verses poem, int descriptors) throws IOException {
        poem.assertServed(server.address());
        // And two, for what the JDK opens for itself when it first needs it.
        server.await("as many descriptors as before, " + descriptors, () -> server.descriptors() <= descriptors + 2);
        assertEquals(1, server.log().size(), server::toString);
    }
}
