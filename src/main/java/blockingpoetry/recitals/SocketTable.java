package blockingpoetry.recitals;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Linux's tables of TCP sockets, and what they say of the kernel's queues. Elsewhere there are none, and so no numbers. For one thread.
 *
 * <p>The files stay open until this is closed, so that they can also be read when no descriptor is left.
 */
public final class SocketTable implements AutoCloseable {
    private static final List<Path> FILES = List.of(Path.of("/proc/self/net/tcp"), Path.of("/proc/self/net/tcp6"));

    /** What an IPv4 address in an IPv6 table begins with. */
    private static final String MAPPED =
            "0000000000000000" + (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? "FFFF0000" : "0000FFFF");

    private static final String ESTABLISHED = " 01 "; // states
    private static final String CLOSE_WAIT = " 08 ";
    private static final String LISTEN = " 0A ";
    private static final int LOCAL = 1; // columns
    private static final int REMOTE = 2;
    private static final int QUEUES = 4; // two numbers, with a colon between them: to be sent, and received
    private static final int BUFFER = 64 * 1024;

    private final List<FileChannel> files = new ArrayList<>(); // empty while they could not be opened

    public SocketTable() {
        try {
            open();
        } catch (IOException e) {
            // Whoever reads tries again, and hears of it.
        }
    }

    private void open() throws IOException {
        for (Path file : FILES) {
            try {
                files.add(FileChannel.open(file));
            } catch (NoSuchFileException e) {
                // This machine has no such table.
            } catch (IOException e) {
                close();
                throw e;
            }
        }
    }

    /** An address and port in digits as the tables have them. */
    public static String key(InetSocketAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress().getAddress()).order(ByteOrder.nativeOrder());
        StringBuilder key = new StringBuilder();
        while (bytes.hasRemaining()) {
            key.append(String.format("%08X", bytes.getInt())); // words are in the machine's order of bytes
        }
        return key.append(String.format(":%04X", address.getPort())).toString().replace(MAPPED, "");
    }

    /** The name of a connection in {@link #unacknowledged}. */
    static String key(InetSocketAddress local, InetSocketAddress remote) {
        return key(local) + " " + key(remote);
    }

    /**
     * How many bytes of each of these connections have been written, and not acknowledged by the other end: that number goes down
     * with each byte a client takes, while a write goes on only when a third of the send buffer is free again. While the tables
     * change, they may leave one out. Reading them takes long if a machine has many sockets; an interrupt ends it.
     *
     * @throws java.nio.channels.ClosedByInterruptException if the thread was interrupted
     */
    Map<String, Long> unacknowledged(Set<String> keys) throws IOException {
        Map<String, Long> bytes = new HashMap<>();
        for (BufferedReader lines : tables()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.contains(ESTABLISHED) && !line.contains(CLOSE_WAIT)) {
                    continue; // a busy server leaves tens of thousands in TIME_WAIT
                }
                String[] columns = columns(line);
                String key = columns[LOCAL].replace(MAPPED, "") + " " + columns[REMOTE].replace(MAPPED, "");
                if (keys.contains(key)) {
                    String toSend = columns[QUEUES].substring(0, columns[QUEUES].indexOf(':'));
                    bytes.put(key, Long.parseLong(toSend, 16));
                }
            }
        }
        return bytes;
    }

    /** How many clients wait in the backlog of each listener of this machine, by its key. Does not read far: listeners come first. */
    public Map<String, Long> backlogs() throws IOException {
        Map<String, Long> clients = new HashMap<>();
        for (BufferedReader lines : tables()) {
            lines.readLine(); // the names of the columns
            for (String line = lines.readLine(); line != null && line.contains(LISTEN); line = lines.readLine()) {
                String[] columns = columns(line);
                String received = columns[QUEUES].substring(columns[QUEUES].indexOf(':') + 1);
                clients.put(columns[LOCAL].replace(MAPPED, ""), Long.parseLong(received, 16));
            }
        }
        return clients;
    }

    private List<BufferedReader> tables() throws IOException {
        if (files.isEmpty()) {
            open();
        }
        List<BufferedReader> tables = new ArrayList<>();
        for (FileChannel file : files) {
            file.position(0);
            tables.add(new BufferedReader(Channels.newReader(file, ISO_8859_1.newDecoder(), BUFFER)));
        }
        return tables;
    }

    private static String[] columns(String line) {
        return line.strip().split(" +", QUEUES + 2);
    }

    @Override
    public void close() {
        for (FileChannel file : files) {
            try {
                file.close();
            } catch (IOException e) {
                // It was only read.
            }
        }
        files.clear();
    }
}
