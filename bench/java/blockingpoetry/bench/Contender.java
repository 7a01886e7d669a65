package blockingpoetry.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import blockingpoetry.Pace;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
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
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A server that the lab measures: a folder with a script {@code run}, of which the lab knows nothing else.
 *
 * <p>{@code run --port N --iface A [--num-bytes N --delay S] POEM} becomes the server, and prints
 * {@code Serving POEM on HOST:PORT.} once it accepts; exit code 3 says that it cannot do this, 127 that a tool is not
 * installed, with one sentence on stderr either way. {@code run --needs} prints the Debian packages that it needs, and
 * {@code run --build} only builds.
 */
record Contender(String name, Path script) {
    private static final int CANNOT = 3;
    private static final int NOT_INSTALLED = 127;
    private static final Pattern SERVING = Pattern.compile("(?m)^Serving .* on .*:(\\d+)\\.$");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Below the ports that the kernel gives to clients, so that no client has the server's. */
    private static final int FIRST_PORT = 10_000;
    private static final int LAST_PORT = 32_000;

    /** It is not there, or not able; the message is the sentence for the report. */
    static final class Unavailable extends IOException {
        Unavailable(String sentence) {
            super(sentence);
        }
    }

    /** How a server is to be started. */
    record Terms(Path poem, Optional<Pace> pace, Cores cores, Path logs) {}

    /** All contenders of a folder, by name. */
    static List<Contender> in(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry -> Files.isExecutable(entry.resolve("run")))
                    .sorted()
                    .map(entry -> new Contender(entry.getFileName().toString(), entry.resolve("run").toAbsolutePath()))
                    .toList();
        }
    }

    /** The Debian packages that it needs. */
    List<String> needs() throws IOException {
        Process process = new ProcessBuilder(script.toString(), "--needs").redirectError(Cores.NOWHERE).start();
        String packages = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
        return packages.isEmpty() ? List.of() : List.of(packages.split("\\s+"));
    }

    /** Compiles what it has to, so that no start is measured with a compiler in it; if it cannot, its start says why. */
    void build() throws IOException {
        Process process = new ProcessBuilder(script.toString(), "--build").redirectOutput(Cores.NOWHERE)
                .redirectError(Cores.NOWHERE)
                .start();
        process.onExit().join();
    }

    /** Starts it, and waits until it serves. */
    ServerProcess start(Terms terms) throws IOException {
        List<String> command = new ArrayList<>(terms.cores().serverPrefix());
        command.addAll(List.of(script.toString(), "--port", Integer.toString(freePort()), "--iface", "127.0.0.1"));
        terms.pace()
                .ifPresent(pace -> command.addAll(List.of("--num-bytes", Integer.toString(pace.numBytes()),
                        "--delay", seconds(pace.delay()))));
        command.add(terms.poem().toString());

        File out = Files.createTempFile(terms.logs(), name + "-", ".out").toFile();
        File err = Files.createTempFile(terms.logs(), name + "-", ".err").toFile();
        ProcessBuilder builder = new ProcessBuilder(command).redirectInput(new File("/dev/null"))
                .redirectOutput(out)
                .redirectError(err);
        builder.environment().put("JAVA", Path.of(System.getProperty("java.home"), "bin", "java").toString());
        long startNanos = System.nanoTime();
        Process process = builder.start();
        ServerProcess.remember(process);
        try {
            while (System.nanoTime() - startNanos < PATIENCE.toNanos()) {
                boolean alive = process.isAlive();
                Matcher serving = SERVING.matcher(Files.readString(out.toPath()));
                if (serving.find()) {
                    InetSocketAddress address = new InetSocketAddress("127.0.0.1", Integer.parseInt(serving.group(1)));
                    return new ServerProcess(this, process, address, startNanos);
                }
                if (!alive) {
                    String said = Files.readString(err.toPath()).strip();
                    int code = process.exitValue();
                    throw new Unavailable(code == CANNOT || code == NOT_INSTALLED
                            ? said
                            : "ended with exit code " + code + ": " + said);
                }
                Pause.of(Duration.ofMillis(1));
            }
            throw new Unavailable("did not say that it serves within " + PATIENCE.toSeconds() + " s");
        } catch (Throwable failure) {
            process.destroyForcibly();
            throw failure;
        }
    }

    /** A port that nobody listens on. */
    private static int freePort() {
        for (int tries = 0; tries < 1000; tries++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
            try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return probe.getLocalPort();
            } catch (IOException e) {
                // That one is taken.
            }
        }
        throw new UncheckedIOException(new IOException("no free port is left for a server"));
    }

    private static String seconds(Duration time) {
        return Double.toString(time.toNanos() / (double) TimeUnit.SECONDS.toNanos(1));
    }

    @Override
    public String toString() {
        return name;
    }
}
