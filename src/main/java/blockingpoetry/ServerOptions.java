package blockingpoetry;

import java.time.Duration;

/**
 * The options of a server, the same for every design.
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
    /** Slow mode off, a backlog of 4,096, as many clients as this process has room for, and timeouts that suit the internet. */
    public static ServerOptions defaults() {
        return new ServerOptions(Pace.AT_ONCE, 4096, ProcessLimits.clients(), 0, Duration.ofSeconds(60),
                Duration.ofSeconds(2), Duration.ofSeconds(10), false, 0);
    }

    /** As many clients as this process has room for if each has a platform thread: some threads are left for signals. */
    public static int maxClientsOnPlatformThreads() {
        return Math.min(ProcessLimits.clients(), ProcessLimits.threads());
    }

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
}
