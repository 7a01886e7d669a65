package blockingpoetry.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** A process of the jar. Its output is collected while it runs; a wait that takes too long fails, and shows the output. */
public final class JarProcess implements AutoCloseable {
    /** A flag for Java from the coverage profile, which counts the jar's processes, too; otherwise empty. */
    public static final String AGENT = System.getProperty("blockingpoetry.agent", "");

    private static final Duration PATIENCE = Duration.ofSeconds(50);
    private static final Pattern SERVING = Pattern.compile("Serving .* on (.*):(\\d+)\\.");

    /** Variables that make a JVM print a line of its own. */
    private static final List<String> VARIABLES = List.of("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS");

    private final Process process;
    private final Collector out;
    private final Collector err;

    private JarProcess(Process process) {
        this.process = process;
        out = new Collector(process.getInputStream());
        err = new Collector(process.getErrorStream());
    }

    public static JarProcess start(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectInput(new File("/dev/null"));
        VARIABLES.forEach(builder.environment()::remove);
        try {
            return new JarProcess(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until it serves so many poems, by the lines that it prints. */
    public JarProcess awaitServing(int poems) {
        try {
            await("the line of every poem", () -> addresses().size() >= poems || !process.isAlive());
            if (addresses().size() < poems) {
                throw new AssertionError("serves too little: " + this);
            }
            return awaitLog("design="); // the last line of the start
        } catch (Throwable failure) {
            close();
            throw failure;
        }
    }

    /** Its addresses, by the lines that it has printed. */
    public List<InetSocketAddress> addresses() {
        List<InetSocketAddress> addresses = new ArrayList<>();
        out().lines().forEach(line -> {
            Matcher serving = SERVING.matcher(line);
            if (serving.matches()) {
                addresses.add(new InetSocketAddress(serving.group(1), Integer.parseInt(serving.group(2))));
            }
        });
        return addresses;
    }

    /** The address of its only poem. */
    public InetSocketAddress address() {
        return addresses().getFirst();
    }

    /** Its stdout so far. */
    public String out() {
        return out.text();
    }

    /** Its stderr so far. */
    public String err() {
        return err.text();
    }

    /** The lines of its log so far, without their times. */
    public List<String> log() {
        return err.text().lines().map(line -> line.replaceFirst("^\\d{4}-\\d\\d-\\d\\dT\\S+ ", "")).toList();
    }

    /** Waits until it has logged a line with these words. */
    public JarProcess awaitLog(String words) {
        await("'" + words + "' on stderr", () -> log().stream().anyMatch(line -> line.contains(words)));
        return this;
    }

    /** Sends it a signal: {@code TERM}. */
    public JarProcess signal(String name) {
        if (!process.isAlive()) {
            // Its id may be that of another process by now.
            throw new AssertionError("nothing is left to signal " + name + " to: " + this);
        }
        try {
            // Not Process.destroy, which can send only TERM and KILL.
            Process kill = new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid()).start();
            if (!kill.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || kill.exitValue() != 0) {
                throw new AssertionError("kill -" + name + " failed: " + this);
            }
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits until it has ended, and no child of it holds its streams. */
    public ProcessResult awaitEnd() {
        await("the end", () -> !process.isAlive() && out.isAtEnd() && err.isAtEnd());
        return new ProcessResult(process.exitValue(), out.text(), err.text());
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /** The number of its open descriptors. */
    public int descriptors() {
        String[] names = Path.of("/proc/" + process.pid() + "/fd").toFile().list();
        return names == null ? 0 : names.length;
    }

    /** The number of its platform threads. */
    public int threads() {
        return proc("status").lines()
                .filter(line -> line.startsWith("Threads:"))
                .mapToInt(line -> Integer.parseInt(line.substring("Threads:".length()).strip()))
                .findFirst()
                .orElseThrow();
    }

    /** Processor time over a while, in cores: 1 is one core all the time. */
    public double coresUsed(Duration time) {
        long ticks = ticks();
        long startNanos = System.nanoTime();
        Awaitility.await().pollDelay(time).until(() -> true);
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        return (ticks() - ticks) / 100.0 / seconds; // to programs, Linux always counts 100 ticks a second
    }

    /** User and system time; see proc(5), fields 14 and 15, which follow the name in parentheses. */
    private long ticks() {
        String stat = proc("stat");
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }

    private String proc(String file) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/" + file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its children. */
    public Stream<ProcessHandle> children() {
        return process.children();
    }

    /** Kills it and its descendants, if it still runs. */
    @Override
    public void close() {
        if (!AGENT.isEmpty()) {
            endInOrder();
        }
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        await("its death", () -> !process.isAlive());
    }

    /** A process that is killed writes no coverage data. */
    private void endInOrder() {
        process.destroy();
        try {
            process.waitFor(3, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for a condition; if it does not become true, fails and shows the process. */
    public void await(String what, BooleanSupplier condition) {
        try {
            Awaitility.await()
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(10))
                    .atMost(PATIENCE)
                    .until(condition::getAsBoolean);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(what + " does not come: " + this, e);
        }
    }

    @Override
    public String toString() {
        return process + "\nstdout:\n" + out.text() + "stderr:\n" + err.text();
    }

    /** Reads a stream on a platform thread of its own, so that the process never waits for the test, whatever keeps the carriers. */
    private static final class Collector {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final Thread thread;

        Collector(InputStream stream) {
            thread = Thread.ofPlatform().daemon().start(() -> {
                try (stream) {
                    stream.transferTo(bytes);
                } catch (IOException e) {
                    // The process was killed, and with it this end of the pipe was closed.
                }
            });
        }

        String text() {
            return bytes.toString(UTF_8);
        }

        boolean isAtEnd() {
            return !thread.isAlive();
        }
    }
}
