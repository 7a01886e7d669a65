package blockingpoetry.bench.servers;

import static java.nio.charset.StandardCharsets.UTF_8;

import blockingpoetry.Pace;
import blockingpoetry.bench.load.CancellableSleep;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A server that the lab measures: a folder with a script {@code run}. The lab knows nothing else of it.
 *
 * <p>{@code run --port N --iface A [--num-bytes N --delay S] POEM} becomes the server, and prints
 * {@code Serving POEM on HOST:PORT.} once it accepts; exit code 3 says that it cannot do this, 127 that a tool is not
 * installed, with one sentence on stderr either way. {@code run --needs} prints the Debian packages that it needs, and
 * {@code run --build} only builds.
 */
public record Contender(String name, Path script) {
    private static final int CANNOT = 3;
    private static final int NOT_INSTALLED = 127;
    private static final Pattern SERVING = Pattern.compile("(?m)^Serving .* on .*:(\\d+)\\.$");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Below the ephemeral ports, so that no client takes the server's port. */
    private static final int FIRST_PORT = 10_000;
    private static final int LAST_PORT = 32_000;

    /** It is not installed, or cannot serve this; the message is the sentence for the report. */
    public static final class Unavailable extends IOException {
        Unavailable(String sentence) {
            super(sentence);
        }
    }

    /** All contenders of a folder, by name. */
    public static List<Contender> in(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry -> Files.isExecutable(entry.resolve("run")))
                    .sorted()
                    .map(entry -> new Contender(entry.getFileName().toString(), entry.resolve("run").toAbsolutePath()))
                    .toList();
        }
    }

    public List<String> needs() throws IOException {
        Process process = new ProcessBuilder(script.toString(), "--needs").redirectError(Redirect.DISCARD).start();
        String packages = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
        return packages.isEmpty() ? List.of() : List.of(packages.split("\\s+"));
    }

    /** Builds it, so that no measured start includes a compiler. If that fails, the start says why. */
    public void build() throws IOException {
        ProcessBuilder build = new ProcessBuilder(script.toString(), "--build");
        build.redirectOutput(Redirect.DISCARD).redirectError(Redirect.DISCARD).start().onExit().join();
    }

    /** Starts it, and blocks until it serves; its output goes to files in {@code logs}. */
    public ServerProcess start(Path poem, Optional<Pace> pace, Cores cores, Path logs) throws IOException {
        List<String> command = new ArrayList<>(cores.serverPrefix());
        command.addAll(List.of(script.toString(), "--port", Integer.toString(freePort()), "--iface", "127.0.0.1"));
        pace.ifPresent(slow -> command.addAll(List.of("--num-bytes", Integer.toString(slow.numBytes()),
                "--delay", Double.toString(slow.delay().toNanos() / 1e9))));
        command.add(poem.toString());

        Path out = Files.createTempFile(logs, name + "-", ".out");
        Path err = Files.createTempFile(logs, name + "-", ".err");
        ProcessBuilder builder = new ProcessBuilder(command).redirectInput(new File("/dev/null"))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().put("JAVA", Path.of(System.getProperty("java.home"), "bin", "java").toString());
        long startNanos = System.nanoTime();
        Process process = builder.start();
        try {
            while (System.nanoTime() - startNanos < PATIENCE.toNanos()) {
                boolean alive = process.isAlive();
                Matcher serving = SERVING.matcher(Files.readString(out));
                if (serving.find()) {
                    InetSocketAddress address = new InetSocketAddress("127.0.0.1", Integer.parseInt(serving.group(1)));
                    return new ServerProcess(this, Optional.of(process.toHandle()), address, startNanos,
                            new AtomicLong());
                }
                if (!alive) {
                    String said = Files.readString(err).strip();
                    int code = process.exitValue();
                    throw new Unavailable(code == CANNOT || code == NOT_INSTALLED
                            ? said
                            : "ended with exit code " + code + ": " + said);
                }
                CancellableSleep.sleep(Duration.ofMillis(1));
            }
            throw new Unavailable("did not say that it serves within " + PATIENCE.toSeconds() + " s");
        } catch (Throwable failure) {
            process.destroyForcibly();
            throw failure;
        }
    }

    private static int freePort() throws IOException {
        for (int tries = 0; tries < 1000; tries++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
            try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return probe.getLocalPort();
            } catch (IOException e) {
                // That one is taken.
            }
        }
        throw new IOException("no free port is left for a server");
    }
}
