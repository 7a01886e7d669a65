package blockingpoetry.operation;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a server prints while it runs: lines to stdout, and the log to stderr or a file, together with all that goes to {@link
 * System#err}. Neither keeps it waiting.
 */
public final class ServerOutput implements AutoCloseable {
    private static final Duration MOST = Duration.ofSeconds(1); // that a stop waits for whoever takes the output

    private final PrintStream stderr = System.err;
    private final @Nullable LogFile logFile;
    private final QueuedOutput log;
    private final QueuedOutput out;
    private final PrintStream lines;

    /** If the file cannot be opened, the message is a sentence. */
    public ServerOutput(PrintStream out, Optional<Path> logFile, boolean asJson) throws IOException {
        this.logFile = logFile.isEmpty() ? null : new LogFile(logFile.get());
        OutputStream last = this.logFile == null ? stderr : this.logFile;
        Charset charset = this.logFile == null && !asJson ? stderr.charset() : StandardCharsets.UTF_8;
        this.log = QueuedOutput.replaceStderr(asJson ? new JsonLines(last) : last, charset);
        this.out = QueuedOutput.of(out);
        this.lines = new PrintStream(this.out, false, out.charset());
    }

    public void println(String line) {
        lines.println(line);
    }

    /** After a rotation: opens the log file again, when the next line is written. */
    void reopen() {
        if (logFile != null) {
            logFile.reopen();
        }
    }

    /** Blocks until all is printed, but no longer than a while. */
    public void drain() {
        out.drain(MOST);
        log.drain(MOST);
    }

    @Override
    public void close() {
        drain();
        System.setErr(stderr);
    }
}
