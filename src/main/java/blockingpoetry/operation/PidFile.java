package blockingpoetry.operation;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The file of {@code --pid-file}: it holds this process's id as long as the process runs.
 *
 * <p>Its owner holds a lock on it, which the kernel releases when the owner ends. So an unlocked file is stale. The id in it
 * proves nothing: after a restart of the machine another process may have it.
 */
public final class PidFile {
    /** How long an exit waits for a file system to delete the file. */
    private static final Duration DELETE_TIME = Duration.ofSeconds(2);

    private static final String ID = ProcessHandle.current().pid() + "\n";

    private PidFile() {}

    /**
     * Writes this process's id to a file, which is deleted when the process exits.
     *
     * @throws IOException if the file cannot be written, belongs to a running process, or holds something else; its
     *         message is a sentence
     */
    public static void create(Path path) throws IOException {
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new IOException(path + " is not a regular file, to keep the id of a process in");
        }
        while (!createOnce(path)) {
            // Its owner has just exited and deleted it; another may have created a new one.
        }
    }

    /** Creates a file, unless there is one, that others may not write to, whatever the umask. */
    static void createIfMissing(Path path) {
        try {
            Files.createFile(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--")));
        } catch (IOException e) {
            // There is one, or to open it will fail, too.
        }
    }

    /** Opens, locks and writes the file; false if the path leads to another file by then. */
    private static boolean createOnce(Path path) throws IOException {
        FileChannel channel = open(path);
        boolean owned = false;
        try {
            String id = read(channel);
            if (!id.matches("\\d*")) {
                throw new IOException(path + " holds something else than the id of a process");
            }
            if (channel.tryLock() == null) {
                throw new IOException(path + " is taken: process " + id + " is running");
            }
            Object key = key(path);
            if (key == null || !isOpen(key)) {
                return false;
            }
            write(channel, path);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> deleteInTime(path, channel, key)));
            owned = true;
            return true;
        } finally {
            if (!owned) {
                channel.close();
            }
        }
    }

    private static FileChannel open(Path path) throws IOException {
        createIfMissing(path);
        try {
            return new RandomAccessFile(path.toFile(), "rw").getChannel();
        } catch (IOException e) {
            throw new IOException("cannot write the process id to " + e.getMessage(), e);
        }
    }

    /** Identifies the regular file to which a path leads now; null if there is none. Another has the same only after its end. */
    private static @Nullable Object key(Path path) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return attributes.isRegularFile() ? attributes.fileKey() : null;
        } catch (IOException e) {
            return null;
        }
    }

    /** Whether this process has the file open. It opens no pid file but the one that it has locked. */
    private static boolean isOpen(Object key) throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/dev/fd"))) {
            return descriptors.anyMatch(descriptor -> key.equals(key(descriptor)));
        }
    }

    private static String read(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(32); // more than any id takes
        channel.read(bytes, 0);
        return StandardCharsets.ISO_8859_1.decode(bytes.flip()).toString().strip();
    }

    private static void write(FileChannel channel, Path path) throws IOException {
        try {
            channel.truncate(0);
            channel.write(StandardCharsets.US_ASCII.encode(ID), 0);
        } catch (IOException e) {
            Files.delete(path); // it is empty now
            throw new IOException("cannot write the process id to " + path + " (" + e.getMessage() + ")", e);
        }
    }

    /** On a thread of its own, for if the file system hangs, an exit must not: the file then stays behind, stale. */
    private static void deleteInTime(Path path, FileChannel locked, Object key) {
        try {
            Thread.ofPlatform().daemon().start(() -> delete(path, locked, key)).join(DELETE_TIME);
        } catch (InterruptedException e) {
            // Nothing interrupts this thread; an interrupt would only end the wait early.
        }
    }

    /** Deletes the file if it is still the one that was locked, with the id that was written. The lock goes last: then it may be another process's. */
    private static void delete(Path path, FileChannel locked, Object key) {
        try (locked) {
            if (key.equals(key(path)) && read(locked).equals(ID.strip())) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            // It stays behind, stale, and the next start replaces it.
        }
    }
}
