package blockingpoetry.cli;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The server without a terminal. Java cannot fork, so the caller's JVM runs its own command once more, in a session of its
 * own, and waits until that one serves:
 *
 * <pre>
 *   terminal        java ... --daemon POEM         setsid java -Dblockingpoetry.daemon=true ... --daemon POEM
 *      | ---------------------------> in: a pipe, in which nothing comes but the end, if the caller ends first
 *      | &lt;--------------- out, err &lt;------------------- out, err: pipes
 *      | &lt;--------------- exit code 0  &lt;--------------- in, out, err: closed, for it serves every poem
 *                                                       ...
 * </pre>
 *
 * <p>If it ends before, the caller passes on its exit code. The daemon has neither terminal nor standard streams, keeps the
 * working directory, so that names of files go on to mean the same, and takes part in no logging out. Whatever flags its
 * JVM got, both JVMs have: a port of a debugger or of JMX would be taken already.
 */
final class Daemon {
    private static final String MARK = "blockingpoetry.daemon";

    private static volatile boolean detached;

    private Daemon() {}

    /** Whether this process is the daemon, and not its caller. */
    static boolean isThis() {
        return Boolean.getBoolean(MARK);
    }

    /**
     * Starts it, and passes on what it says until it serves.
     *
     * @param poems when it has said of so many that it serves them, it is up; the JVM may say other things on its stdout
     * @return the exit code for this process
     * @throws IOException if it cannot be started
     */
    static int start(int poems, PrintStream out, PrintStream err) throws IOException, InterruptedException {
        List<String> command = command();
        Process daemon;
        try {
            daemon = new ProcessBuilder(command).start();
        } catch (IOException e) {
            throw new IOException("--daemon needs the command setsid (Debian: util-linux)", e);
        }
        int served;
        try (BufferedReader said = daemon.inputReader(); BufferedReader complaints = daemon.errorReader()) {
            Thread other = Thread.ofPlatform().start(() -> complaints.lines().forEach(err::println));
            served = (int) said.lines().peek(out::println).filter(line -> line.startsWith(Serve.SERVING)).count();
            other.join();
        }
        return served < poems ? daemon.waitFor() : Main.OK;
    }

    /** In the daemon: ends it together with its caller, as long as that waits. */
    static void endWithCaller() {
        Thread.ofPlatform().daemon().name("caller").start(() -> {
            try {
                System.in.transferTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
                // Broken or ended: the same.
            }
            if (!detached) {
                System.exit(Main.FAILURE);
            }
        });
    }

    /** In the daemon: lets the caller go. Its streams lead to /dev/null from now on. */
    static void detach() throws IOException {
        detached = true;
        // Java never closes a standard descriptor, but puts /dev/null in its place.
        new FileInputStream(FileDescriptor.in).close();
        new FileOutputStream(FileDescriptor.out).close();
        new FileOutputStream(FileDescriptor.err).close();
    }

    /** This process's own command, as the kernel has it: whatever arguments there are, they are the same. */
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
                        "-D" + MARK + "=true"));
        command.addAll(Arrays.asList(own).subList(1, own.length - 1)); // less "java", and nothing after the last end
        command.remove(Lifeline.FLAG); // a launcher ends with the caller, the daemon does not
        return command;
    }
}
