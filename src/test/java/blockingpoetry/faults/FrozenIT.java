package blockingpoetry.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import blockingpoetry.Crowd;
import blockingpoetry.bench.load.Behaviour;
import blockingpoetry.process.Jar;
import blockingpoetry.process.JarProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The server's process stands still, as on a laptop that is closed: that time is not its clients'. */
@Tag("faults")
@Timeout(120)
class FrozenIT {
    @TempDir
    Path folder;

    /** Clients wait until it stands still, and have read all that the kernel has for them when it goes on. */
    @EachDesign
    void longerThanTheStallTimeout(String design) throws Exception {
        int clients = design.equals("sequential") ? 1 : 10;
        Verses poem = Verses.write(folder, 16 * Verses.MB);
        Behaviour ready = Behaviour.PLAIN.withReceiveBuffer(8 * Verses.KB).holding(1);
        try (JarProcess server = Jar.serving(design).with("--stall-timeout", "4").serve(poem.file());
                Crowd crowd = Crowd.start(server.addresses(), List.of(poem.bytes()), clients, clients,
                        Duration.ofSeconds(60), number -> ready)) {
            server.await("all of them to be there", () -> crowd.holding() == clients);
            server.signal("STOP");
            crowd.release();
            Awaitility.await().pollDelay(Duration.ofSeconds(6)).until(() -> true); // it stands still so long
            server.signal("CONT");
            Crowd.Result result = crowd.await();
            Fault.FROZEN.found(design, clients, result.count(Crowd.End.WHOLE));
            assertEquals(Map.of(Crowd.End.WHOLE, clients), result.ends());
        }
    }
}
