package blockingpoetry.operation;

import static blockingpoetry.recitals.Log.LOG;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The file of {@code --log-file}. After a rotation has renamed the file, it is still written to until {@link #reopen}. One thread
 * writes.
 */
final class LogFile extends OutputStream {
    private final Path path;
    private OutputStream file;
    private volatile boolean isOutdated;

    /** Opens a file, to append to it. If that fails, the message is a sentence. */
    LogFile(Path path) throws IOException {
        this.path = path;
        this.file = append(path);
    }

    /**
     * Goes on with the file that now has the name, or creates it, when the next line is written. If that fails, the log stays where it
     * was, and says so.
     */
    void reopen() {
        isOutdated = true;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[]{(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (isOutdated) {
            isOutdated = false;
            try {
                OutputStream last = file;
                file = append(path);
                last.close();
            } catch (IOException e) {
                LOG.warn("{}; the log goes on where it was", e.getMessage());
            }
        }
        file.write(bytes, offset, length);
    }

    private static OutputStream append(Path path) throws IOException {
        PidFile.createIfMissing(path);
        boolean pipe = Files.exists(path) && !Files.isRegularFile(path); // or a device, or a directory, which is refused
        try {
            // Opened for reading, too, a pipe does not wait for a reader.
            return pipe
                    ? new FileOutputStream(new RandomAccessFile(path.toFile(), "rw").getFD())
                    : new FileOutputStream(path.toFile(), true);
        } catch (IOException e) {
            throw new IOException("cannot log to " + e.getMessage(), e);
        }
    }
}
