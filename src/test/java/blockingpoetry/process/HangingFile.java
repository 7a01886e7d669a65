package blockingpoetry.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A regular file that hangs when it is opened, as one does on a file server that does not answer. A process of Python holds a
 * lease on it (see fcntl(2), F_SETLEASE), and Linux lets others wait for it, for 45 s at most.
 */
public final class HangingFile implements AutoCloseable {
    private static final String HOLD = """
            import fcntl, signal, sys
            signal.signal(signal.SIGIO, signal.SIG_IGN)
            file = open(sys.argv[1], "r+")
            fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_WRLCK)
            print("held", flush=True)
            signal.pause()
            """;

    private final JarProcess holder;

    /** @param file of this user, and open nowhere */
    public HangingFile(Path file) {
        holder = JarProcess.start(List.of("python3", "-c", HOLD, file.toString()));
        holder.await("the lease", () -> holder.out().equals("held\n"));
    }

    /** Whether somebody opens it, and waits. */
    public boolean isAwaited() {
        try (Stream<String> locks = Files.lines(Path.of("/proc/locks"))) {
            return locks.anyMatch(lock -> lock.matches(".* LEASE +BREAKING .* " + holder.pid() + " .*"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The file answers from now on. */
    @Override
    public void close() {
        holder.close();
    }
}
