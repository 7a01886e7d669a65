package blockingpoetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerOptionsTest {
    private static final ServerOptions DEFAULTS = ServerOptions.defaults();
    private static final Duration NEGATIVE = Duration.ofNanos(-1);

    @Test
    void leaveRoomBelowTheLimitsOfDescriptorsAndHeapByDefault() {
        assumeTrue(ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean,
                "only Unix has a limit of descriptors");
        UnixOperatingSystemMXBean os = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        int maxClients = (int) Math.min(Math.min(os.getMaxFileDescriptorCount(), Integer.MAX_VALUE) - 100,
                (Runtime.getRuntime().maxMemory() - 8 * 1024 * 1024) / (6 * 1024));

        assertEquals(
                Map.of("pace", Pace.AT_ONCE, "backlog", 4096, "maxClients", maxClients, "stallTimeout",
                        Duration.ofSeconds(60), "drainTimeout", Duration.ofSeconds(2), "grace", Duration.ofSeconds(10),
                        "logConnections", false, "loops", 0, "maxClientsPerAddress", 0),
                components(DEFAULTS));
    }

    @Test
    void changeOneThingAtATime() {
        Duration nine = Duration.ofSeconds(9);

        assertEquals(Map.of("pace", Pace.SLOW), changes(DEFAULTS.withPace(Pace.SLOW)));
        assertEquals(Map.of("backlog", 9), changes(DEFAULTS.withBacklog(9)));
        assertEquals(Map.of("maxClients", 9), changes(DEFAULTS.withMaxClients(9)));
        assertEquals(Map.of("maxClientsPerAddress", 9), changes(DEFAULTS.withMaxClientsPerAddress(9)));
        assertEquals(Map.of("stallTimeout", nine), changes(DEFAULTS.withStallTimeout(nine)));
        assertEquals(Map.of("drainTimeout", nine), changes(DEFAULTS.withDrainTimeout(nine)));
        assertEquals(Map.of("grace", nine), changes(DEFAULTS.withGrace(nine)));
        assertEquals(Map.of("logConnections", true), changes(DEFAULTS.withLogConnections(true)));
        assertEquals(Map.of("loops", 9), changes(DEFAULTS.withLoops(9)));
    }

    @Test
    void drainUnlessToldToCloseAtOnce() {
        assertTrue(DEFAULTS.drains());
        assertTrue(DEFAULTS.withDrainTimeout(Duration.ofNanos(1)).drains());
        assertFalse(DEFAULTS.withDrainTimeout(Duration.ZERO).drains());
    }

    @Test
    void mayBeAsSmallAsMakesSense() {
        assertEquals(1, DEFAULTS.withBacklog(1).backlog());
        assertEquals(Duration.ZERO, DEFAULTS.withStallTimeout(Duration.ZERO).stallTimeout());
        assertEquals(Duration.ZERO, DEFAULTS.withGrace(Duration.ZERO).grace());
    }

    @Test
    void refuseWhatCannotBe() {
        assertEquals("a backlog holds at least 1 client, not 0", refusal(() -> DEFAULTS.withBacklog(0)));
        assertEquals("a server has at least 1 client at once, not 0", refusal(() -> DEFAULTS.withMaxClients(0)));
        assertEquals("a server has 0 or more loops, not -1", refusal(() -> DEFAULTS.withLoops(-1)));
        assertEquals("an address has 0 or more clients, not -1",
                refusal(() -> DEFAULTS.withMaxClientsPerAddress(-1)));
        assertEquals("a timeout is not negative", refusal(() -> DEFAULTS.withStallTimeout(NEGATIVE)));
        assertEquals("a timeout is not negative", refusal(() -> DEFAULTS.withDrainTimeout(NEGATIVE)));
        assertEquals("a timeout is not negative", refusal(() -> DEFAULTS.withGrace(NEGATIVE)));
    }

    /** What differs from the defaults. */
    private static Map<String, Object> changes(ServerOptions options) {
        Map<String, Object> changes = components(options);
        changes.entrySet().removeAll(components(DEFAULTS).entrySet());
        return changes;
    }

    private static Map<String, Object> components(ServerOptions options) {
        Map<String, Object> values = new HashMap<>();
        for (RecordComponent component : ServerOptions.class.getRecordComponents()) {
            try {
                values.put(component.getName(), component.getAccessor().invoke(options));
            } catch (ReflectiveOperationException e) {
                throw new LinkageError(e.getMessage(), e);
            }
        }
        return values;
    }

    private static String refusal(Runnable change) {
        return assertThrows(IllegalArgumentException.class, change::run).getMessage();
    }

    @Test
    void platformThreadsLeaveRoomForOthersAndForTheHeap() {
        long mib = 1024 * 1024;
        assertEquals(20, ProcessLimits.threads(60, Long.MAX_VALUE, 64 * mib));
        assertEquals(768, ProcessLimits.threads(100_000, 256 * mib, 64 * mib));
        assertEquals(1, ProcessLimits.threads(30, Long.MAX_VALUE, 64 * mib));
        assertEquals(1, ProcessLimits.threads(100_000, 64 * mib, 64 * mib));
        assertEquals(Integer.MAX_VALUE, ProcessLimits.threads(Long.MAX_VALUE, Long.MAX_VALUE, 0));
    }

    @ParameterizedTest
    @CsvSource({"0::/a/b, a/b", "0::/a/b, a", "0::/a/b, ''", "0::/elsewhere/c, ''", "8:pids:/a/b, pids/a",
            "8:pids:/, pids"})
    void platformThreadsKeepToTheControlGroupAndThoseAroundIt(String line, String limited, @TempDir Path root)
            throws IOException {
        Path groups = Files.writeString(root.resolve("groups"), "4:memory:/x\n" + line + "\n");
        Files.createDirectories(root.resolve("a/b"));
        Files.createDirectories(root.resolve("pids/a/b"));
        Files.writeString(root.resolve("a/b/pids.max"), "max\n");
        Files.writeString(root.resolve("a/pids.max"), "900\n");
        Files.writeString(root.resolve(limited).resolve("pids.max"), "800\n");

        assertEquals(800, ProcessLimits.processesOfGroup(groups, root));
    }

    @Test
    void noControlGroupIsNoLimit(@TempDir Path root) {
        assertEquals(Integer.MAX_VALUE, ProcessLimits.processesOfGroup(root.resolve("none"), root));
    }
}
