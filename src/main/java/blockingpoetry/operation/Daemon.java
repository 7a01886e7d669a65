package blockingpoetry.operation;

import blockingpoetry.cli.Main;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The server without a terminal. Java cannot fork, so the caller runs its own command again, in a session of its own, and
 * waits until that second JVM serves:
 *
 * <pre>
 *   terminal        java ... --daemon POEM         setsid java -Dblockingpoetry.daemon=true ... --daemon POEM
 *      | ---------------------------> in: a pipe for {@link ParentWatch}
 *      | &lt;--------------- out, err &lt;------------------- out, err: pipes
 *      | &lt;--------------- exit code 0  &lt;--------------- in, out, err: closed, when every poem is served
 *                                                       ...
 * </pre>
 *
 * <p>If the daemon ends before that, the caller passes on its exit code; if the caller ends, so does the daemon. Later the
 * daemon has neither terminal nor standard streams, and logging out does not end it. It keeps the working directory, so
 * relative file names stay valid. Both JVMs get the same flags: one that opens a port, of a debugger or of JMX, fails in the
 * daemon.
 */
public final class Daemon {
    private static final String PROPERTY = "blockingpoetry.daemon";

    private static volatile boolean detached;

    private Daemon() {}

    /** Whether this process is the daemon, and not its caller. */
    public static boolean isThisProcess() {
        return Boolean.getBoolean(PROPERTY);
    }

    /**
     * In the caller: starts the daemon, and prints what it prints until it serves. Blocks until then.
     *
     * @param serving how the daemon's line for a served poem begins; its JVM may print other lines
     * @param poems   how many such lines there are to wait for
     * @return the exit code for this process
     * @throws IOException if the daemon cannot be started; its message is a sentence
     */
    public static int start(String serving, int poems, PrintStream out, PrintStream err)
            throws IOException, InterruptedException {
        List<String> command = command();
        Process daemon;
        try {
            daemon = new ProcessBuilder(command).start();
        } catch (IOException e) {
            throw new IOException("--daemon needs the command setsid (Debian: util-linux)", e);
        }
        int served;
        try (BufferedReader stdout = daemon.inputReader(); BufferedReader stderr = daemon.errorReader()) {
            Thread errors = Thread.ofPlatform().start(() -> stderr.lines().forEach(err::println));
            served = (int) stdout.lines().peek(out::println).filter(line -> line.startsWith(serving)).count();
            errors.join();
        }
        return served < poems ? daemon.waitFor() : Main.OK;
    }

    /** In the daemon: until {@link #detach}, it ends when its caller does. */
    public static void followCaller() {
        ParentWatch.onEnd(() -> {
            if (!detached) {
                System.exit(Main.FAILURE);
            }
        });
    }

    /** In the daemon: whether a path leads to a stream that {@link #detach} closes: a second descriptor for it would keep the caller waiting. */
    public static boolean closes(Path path) throws IOException {
        for (String stream : List.of("/dev/stdin", "/dev/stdout", "/dev/stderr")) {
            if (Files.exists(path) && Files.isSameFile(path, Path.of(stream))) {
                return true;
            }
        }
        return false;
    }

    /** In the daemon: lets the caller go. From now on the standard streams lead to /dev/null. */
    public static void detach() throws IOException {
        detached = true;
        // Java does not close a standard descriptor, but puts /dev/null in its place.
        new FileInputStream(FileDescriptor.in).close();
        new FileOutputStream(FileDescriptor.out).close();
        new FileOutputStream(FileDescriptor.err).close();
    }

    /**
     * This process's own command, less "java". The kernel has it word for word, unlike the JVM, from which {@link Launcher}
     * has to take it where there is no /proc.
     */
    private static List<String> command() throws IOException {
        byte[] line;
        try {
            line = Files.readAllBytes(Path.of("/proc/self/cmdline"));
        } catch (IOException e) {
            throw new IOException("--daemon needs Linux", e);
        }
        String[] own = new String(line, Charset.forName(System.getProperty("sun.jnu.encoding"))).split("\0", -1);
        List<String> command = new ArrayList<>(
                List.of("setsid", Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-D" + PROPERTY + "=true"));
        command.addAll(Arrays.asList(own).subList(1, own.length - 1)); // each word ends with \0, so the last piece is empty
        command.remove(ParentWatch.LAUNCHED_FLAG); // the daemon's parent is its caller, not a launcher
        return command;
    }
}
