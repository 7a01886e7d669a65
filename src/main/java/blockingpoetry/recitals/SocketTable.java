package blockingpoetry.recitals;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Linux's tables of TCP connections: how many bytes of each have been written and not acknowledged by the other end. That number goes
 * down with each byte a client takes, while a write goes on only when a third of the send buffer is free again.
 *
 * <p>Elsewhere there are no such tables, and so no numbers.
 */
public final class SendQueues {
    private static final List<Path> TABLES = List.of(Path.of("/proc/self/net/tcp"), Path.of("/proc/self/net/tcp6"));
    private static final String MAPPED = "0000000000000000FFFF0000"; // what an IPv4 address in an IPv6 table begins with
    private static final String ESTABLISHED = " 01 "; // states
    private static final String CLOSE_WAIT = " 08 ";
    private static final int LOCAL = 1; // columns
    private static final int REMOTE = 2;
    private static final int QUEUES = 4;

    private SendQueues() {}

    /** The name of a connection: our port, and the client's address and port, in digits as the tables have them. */
    public static String key(int localPort, InetSocketAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress().getAddress()).order(ByteOrder.nativeOrder());
        StringBuilder key = new StringBuilder(String.format("%04X ", localPort)); // words are in the machine's order of bytes
        while (bytes.hasRemaining()) {
            key.append(String.format("%08X", bytes.getInt()));
        }
        return key.append(String.format(":%04X", address.getPort())).toString();
    }

    /** Bytes of each of these connections that the kernel shows: while the tables change, it may leave one out. Reads files. */
    public static Map<String, Long> unacknowledged(Set<String> keys) {
        Map<String, Long> bytes = new HashMap<>();
        for (Path table : TABLES) {
            try (BufferedReader lines = Files.newBufferedReader(table)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (!line.contains(ESTABLISHED) && !line.contains(CLOSE_WAIT)) {
                        continue; // a busy server leaves tens of thousands that are only waiting for their time to pass
                    }
                    String[] columns = line.strip().split(" +", QUEUES + 2);
                    String localPort = columns[LOCAL].substring(columns[LOCAL].indexOf(':') + 1);
                    String key = localPort + " " + columns[REMOTE].replace(MAPPED, "");
                    if (keys.contains(key)) {
                        String queue = columns[QUEUES].substring(0, columns[QUEUES].indexOf(':'));
                        bytes.put(key, Long.parseLong(queue, 16));
                    }
                }
            } catch (IOException e) {
                // This machine has no such table.
            }
        }
        return bytes;
    }
}
