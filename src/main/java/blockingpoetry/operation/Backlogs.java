package blockingpoetry.operation;

import blockingpoetry.recitals.SendQueues;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How many clients wait in the backlog of each listener, by Linux's tables of sockets. Elsewhere there are no such tables. */
final class Backlogs {
    private static final List<Path> TABLES = List.of(Path.of("/proc/self/net/tcp"), Path.of("/proc/self/net/tcp6"));
    private static final String MAPPED = "0000000000000000FFFF0000"; // what an IPv4 address in an IPv6 table begins with
    private static final String LISTEN = "0A"; // a state
    private static final int LOCAL = 1; // columns
    private static final int STATE = 3;
    private static final int QUEUES = 4;

    private Backlogs() {}

    /** The listener's name in {@link #all}: its address as the tables have it. */
    static String key(InetSocketAddress listener) {
        return SendQueues.key(0, listener).replaceFirst("^0000 ", "").replace(MAPPED, "");
    }

    /** The clients in the backlog of each listener of this machine. Reads files, but not far: listeners come first. */
    static Map<String, Long> all() {
        Map<String, Long> clients = new HashMap<>();
        for (Path table : TABLES) {
            try (BufferedReader lines = Files.newBufferedReader(table)) {
                lines.readLine(); // the names of the columns
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    String[] columns = line.strip().split(" +", QUEUES + 2);
                    if (!columns[STATE].equals(LISTEN)) {
                        break;
                    }
                    String queue = columns[QUEUES].substring(columns[QUEUES].indexOf(':') + 1);
                    clients.put(columns[LOCAL].replace(MAPPED, ""), Long.parseLong(queue, 16));
                }
            } catch (IOException e) {
                // This machine has no such table.
            }
        }
        return clients;
    }
}
