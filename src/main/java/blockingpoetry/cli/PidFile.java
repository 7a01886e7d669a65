package blockingpoetry.cli;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * The file of {@code --pid-file}: it holds this process's id as long as the process runs.
 *
 * <p>Whether the process of a file that is already there still runs, the lock on it tells, which the kernel takes away with
 * its owner. The id in it would not: after a restart of the machine it may be that of another process.
 */
final class PidFile {
    private static final int LONGEST = 32;

    private PidFile() {}

    /**
     * Writes this process's id to a file, which is deleted when the process exits.
     *
     * @throws IOException if that cannot be done, or must not: its message is a sentence
     */
    static void create(Path path) throws IOException {
        Object before = key(path);
        FileChannel channel = open(path);
        try {
            String id = read(channel);
            if (!id.matches("\\d*")) {
                throw new IOException(path + " holds something else than the id of a process");
            }
            if (channel.tryLock() == null) {
                throw new IOException(path + " is taken: process " + id + " is running");
            }
            Object now = key(path);
            if (now == null || (before != null && !before.equals(now))) {
                channel.close(); // its owner exited just now, and took it away; there may be another by now
                create(path);
                return;
            }
            channel.truncate(0);
            channel.write(StandardCharsets.US_ASCII.encode(ProcessHandle.current().pid() + "\n"), 0);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(path, channel)));
    }

    private static FileChannel open(Path path) throws IOException {
        try {
            return new RandomAccessFile(path.toFile(), "rw").getChannel();
        } catch (IOException e) {
            throw new IOException("cannot write the process id to " + e.getMessage(), e);
        }
    }

    /** What tells a file from the next of the same name; null if there is none. */
    private static @Nullable Object key(Path path) {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        } catch (IOException e) {
            return null;
        }
    }

    private static String read(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(LONGEST);
        channel.read(bytes, 0);
        return StandardCharsets.ISO_8859_1.decode(bytes.flip()).toString().strip();
    }

    /** First the file and then the lock: without it the file may be another's. */
    private static void delete(Path path, FileChannel locked) {
        try (locked) {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            // It stays as a stale one, which the next start replaces.
        }
    }
}
