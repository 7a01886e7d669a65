package blockingpoetry;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What every design is told, whatever it serves.
 *
 * @param pace           how poems are cut and spread
 * @param backlog        length of the kernel's accept queue, at least 1; the kernel has a limit of its own
 * @param maxClients     connections held at once, at least 1; more wait in the backlog, unaccepted
 * @param maxClientsPerAddress how many of them may be of one address, the rest are reset; 0 is no limit
 * @param stallTimeout   a connection whose client takes nothing for so long is reset; zero is never
 * @param drainTimeout   how long to read on, after the poem, for the client's end of stream; zero closes at once
 * @param grace          how long recitals in progress may go on once the server is told to stop
 * @param logConnections whether each ended connection gets a log line
 * @param loops          threads of an event-driven design; 0 leaves it to the design
 */
public record ServerOptions(Pace pace, int backlog, int maxClients, int maxClientsPerAddress, Duration stallTimeout,
        Duration drainTimeout, Duration grace, boolean logConnections, int loops) {
    /** Descriptors left to listeners, jars, logs and the JDK itself when clients take all they may. */
    private static final int HEADROOM = 100;

    /** Bytes of the heap for each client, so that it is not used up, and for all else; most designs take a third of that. */
    private static final int HEAP_PER_CLIENT = 6 * 1024;

    private static final int HEAP_BESIDE = 8 * 1024 * 1024;

    private static final String OPEN_FILES = "Max open files";

    public static final ServerOptions DEFAULTS = new ServerOptions(Pace.AT_ONCE, 4096,
            (int) Math.min(descriptorLimit() - HEADROOM, heapLimit()), 0,
            Duration.ofSeconds(60), Duration.ofSeconds(2), Duration.ofSeconds(10), false, 0);

    /** @throws IllegalArgumentException if a value is out of its range */
    public ServerOptions {
        if (backlog < 1) {
            throw new IllegalArgumentException("a backlog holds at least 1 client, not " + backlog);
        }
        if (maxClients < 1) {
            throw new IllegalArgumentException("a server has at least 1 client at once, not " + maxClients);
        }
        if (maxClientsPerAddress < 0) {
            throw new IllegalArgumentException("an address has 0 or more clients, not " + maxClientsPerAddress);
        }
        if (stallTimeout.isNegative() || drainTimeout.isNegative() || grace.isNegative()) {
            throw new IllegalArgumentException("a timeout is not negative");
        }
        if (loops < 0) {
            throw new IllegalArgumentException("a server has 0 or more loops, not " + loops);
        }
    }

    /** Whether a connection is drained before it is closed. */
    public boolean drains() {
        return drainTimeout.isPositive();
    }

    public ServerOptions withPace(Pace pace) {
        return new ServerOptions(pace, backlog, maxClients, maxClientsPerAddress, stallTimeout, drainTimeout, grace,
                logConnections, loops);
    }

    public ServerOptions withBacklog(int backlog) {
        return new ServerOptions(pace, backlog, maxClients, maxClientsPerAddress, stallTimeout, drainTimeout, grace,
                logConnections, loops);
    }

    public ServerOptions withMaxClients(int maxClients) {
        return new ServerOptions(pace, backlog, maxClients, maxClientsPerAddress, stallTimeout, drainTimeout, grace,
                logConnections, loops);
    }

    public ServerOptions withMaxClientsPerAddress(int maxClientsPerAddress) {
        return new ServerOptions(pace, backlog, maxClients, maxClientsPerAddress, stallTimeout, drainTimeout, grace,
                logConnections, loops);
    }

    public ServerOptions withStallTimeout(Duration stallTimeout) {
        return new ServerOptions(pace, backlog, maxClients, maxClientsPerAddress, stallTimeout, drainTimeout, grace,
                logConnections, loops);
    }

    public ServerOptions withDrainTimeout(Duration drainTimeout) {
        return new ServerOptions(pace, backlog, maxClients, maxClientsPerAddress, stallTimeout, drainTimeout, grace,
                logConnections, loops);
    }

    public ServerOptions withGrace(Duration grace) {
        return new ServerOptions(pace, backlog, maxClients, maxClientsPerAddress, stallTimeout, drainTimeout, grace,
                logConnections, loops);
    }

    public ServerOptions withLogConnections(boolean logConnections) {
        return new ServerOptions(pace, backlog, maxClients, maxClientsPerAddress, stallTimeout, drainTimeout, grace,
                logConnections, loops);
    }

    public ServerOptions withLoops(int loops) {
        return new ServerOptions(pace, backlog, maxClients, maxClientsPerAddress, stallTimeout, drainTimeout, grace,
                logConnections, loops);
    }

    private static long heapLimit() {
        return Math.max(1, (Runtime.getRuntime().maxMemory() - HEAP_BESIDE) / HEAP_PER_CLIENT);
    }

    /** Linux has it in a file; the JDK's way, which works elsewhere too, makes a start a tenth longer. */
    private static int descriptorLimit() {
        long limit;
        try {
            String limits = Files.readString(Path.of("/proc/self/limits"));
            String softAndHard = limits.substring(limits.indexOf(OPEN_FILES) + OPEN_FILES.length()).strip();
            limit = Long.parseLong(softAndHard.substring(0, softAndHard.indexOf(' ')));
        } catch (IOException | RuntimeException e) { // not Linux, or no limit
            limit = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean os
                    ? os.getMaxFileDescriptorCount()
                    : Integer.MAX_VALUE;
        }
        return Math.clamp(limit, HEADROOM + 1, Integer.MAX_VALUE);
    }
}
