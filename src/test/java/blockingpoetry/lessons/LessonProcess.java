package blockingpoetry.lessons;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A lesson that runs as a student starts it, from its source file, on any free port; killed at the latest after a minute. */
final class LessonProcess implements AutoCloseable {
    private static final Pattern SERVING = Pattern.compile("Serving (.*) on 127\\.0\\.0\\.1:(\\d+)\\.");

    private final Process process;
    private final InetSocketAddress address;

    private LessonProcess(Process process, InetSocketAddress address) {
        this.process = process;
        this.address = address;
    }

    /**
     * Starts a lesson, and waits for the line that says where it serves.
     *
     * @param more arguments after the port
     */
    static LessonProcess start(Path lesson, Path poem, String... more) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = new ArrayList<>(List.of(java, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")); // start fastest
        command.addAll(List.of(lesson.toString(), poem.toString(), "0"));
        command.addAll(List.of(more));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.onExit().orTimeout(1, TimeUnit.MINUTES).exceptionally(tooLong -> process.destroyForcibly());
        try {
            return new LessonProcess(process, address(process.inputReader(), poem));
        } catch (Throwable failure) {
            process.destroyForcibly();
            throw failure;
        }
    }

    private static InetSocketAddress address(BufferedReader output, Path poem) throws IOException {
        StringBuilder before = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            Matcher serving = SERVING.matcher(line);
            if (serving.matches() && serving.group(1).equals(poem.toString())) {
                return new InetSocketAddress("127.0.0.1", Integer.parseInt(serving.group(2)));
            }
            before.append(line).append('\n');
        }
        throw new AssertionError("It serves nothing, but says: " + before);
    }

    InetSocketAddress address() {
        return address;
    }

    /** Sends it SIGTERM. */
    void terminate() {
        process.destroy();
    }

    /** Waits until it ends by itself; returns the exit code. */
    int awaitEnd() throws InterruptedException {
        return process.waitFor();
    }

    /** Kills it, and waits for its end. */
    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}
