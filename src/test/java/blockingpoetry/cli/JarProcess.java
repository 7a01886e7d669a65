package blockingpoetry.cli;

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

/** A process of the jar: what it says is collected while it runs; every wait ends in a failure that shows it. */
public final class JarProcess implements AutoCloseable {
    /** What the coverage profile starts Java with, in order to count processes, too; else empty. */
    static final String AGENT = System.getProperty("blockingpoetry.agent", "");

    private static final Duration PATIENCE = Duration.ofSeconds(50);
    private static final Pattern SERVING = Pattern.compile("Serving .* on (.*):(\\d+)\\.");

    /** A JVM that sees one of these has more to say than the jar. */
    private static final List<String> FLAGS = List.of("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS");

    private final Process process;
    private final Collector out;
    private final Collector err;

    private JarProcess(Process process) {
        this.process = process;
        out = new Collector(process.getInputStream());
        err = new Collector(process.getErrorStream());
    }

    static JarProcess start(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectInput(new File("/dev/null"));
        FLAGS.forEach(builder.environment()::remove);
        try {
            return new JarProcess(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for the line that each poem gets. */
    public JarProcess awaitServing(int poems) {
        try {
            await("the line of every poem", () -> addresses().size() >= poems || !process.isAlive());
            if (addresses().size() < poems) {
                throw new AssertionError("serves too little: " + this);
            }
            return awaitLog("design="); // the line that ends the start
        } catch (Throwable failure) {
            close();
            throw failure;
        }
    }

    /** Where it serves, as it says itself. */
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

    /** All it has said on stdout so far. */
    public String out() {
        return out.text();
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
            throw new AssertionError("nothing is left to signal " + name + " to: " + this); // its id may be another's
        }
        try {
            // Not Process.destroy: that knows only TERM and KILL.
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

    /** Waits until it is over, and nobody holds its streams any more. */
    public Ended awaitEnd() {
        await("the end", () -> !process.isAlive() && out.isAtEnd() && err.isAtEnd());
        return new Ended(process.exitValue(), out.text(), err.text());
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /** How many descriptors it has open. */
    public int descriptors() {
        String[] names = Path.of("/proc/" + process.pid() + "/fd").toFile().list();
        return names == null ? 0 : names.length;
    }

    /** How many threads of the operating system it has. */
    public int threads() {
        return proc("status").lines()
                .filter(line -> line.startsWith("Threads:"))
                .mapToInt(line -> Integer.parseInt(line.substring("Threads:".length()).strip()))
                .findFirst()
                .orElseThrow();
    }

    /** What it takes of the processors over a while: 1 is one of them. */
    public double coresUsed(Duration time) {
        long ticks = ticks();
        long startNanos = System.nanoTime();
        Awaitility.await().pollDelay(time).until(() -> true);
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        return (ticks() - ticks) / 100.0 / seconds; // Linux tells programs of 100 ticks a second, whatever it uses
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

    /** The processes that it has started itself. */
    Stream<ProcessHandle> children() {
        return process.children();
    }

    /** Kills it, if it is still there, and what it has started. */
    @Override
    public void close() {
        if (!AGENT.isEmpty()) {
            endInOrder();
        }
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        await("its death", () -> !process.isAlive());
    }

    /** A process that is killed cannot say which branches it has taken. */
    private void endInOrder() {
        process.destroy();
        try {
            process.waitFor(3, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for a condition, and shows the process if it does not come. */
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

    /** Reads a stream on a thread of its own, so that the process never waits for us. */
    private static final class Collector {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final Thread thread;

        Collector(InputStream stream) {
            thread = Thread.ofVirtual().start(() -> {
                try (stream) {
                    stream.transferTo(bytes);
                } catch (IOException e) {
                    // The process was killed, and this end of the pipe closed.
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
