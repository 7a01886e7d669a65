package blockingpoetry.cli;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The file of {@code --log-file}. It stands in for {@link System#err}, to which the logger writes, so that all else that is
 * said there, such as the end of a thread by a bug, is kept as well. What a rotation has moved away is written to until
 * {@link #reopen}.
 */
final class LogFile extends OutputStream {
    private final Path path;
    private OutputStream file; // guarded by this

    private LogFile(Path path) throws IOException {
        this.path = path;
        this.file = append(path);
    }

    /**
     * Appends to a file from now on what is written to {@link System#err}.
     *
     * @throws IOException if that cannot be done; its message is a sentence
     */
    static LogFile open(Path path) throws IOException {
        LogFile log = new LogFile(path);
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        return log;
    }

    /**
     * Goes on with the file that has the name now, which is made if there is none.
     *
     * @throws IOException if that cannot be done; the log goes on where it was
     */
    synchronized void reopen() throws IOException {
        OutputStream last = file;
        file = append(path);
        last.close();
    }

    @Override
    public synchronized void write(int value) throws IOException {
        file.write(value);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
        file.write(bytes, offset, length);
    }

    private static OutputStream append(Path path) throws IOException {
        try {
            return new FileOutputStream(path.toFile(), true);
        } catch (IOException e) {
            throw new IOException("cannot log to " + e.getMessage(), e);
        }
    }
}
