package blockingpoetry.classroom;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import tools.jackson.jr.ob.JSON;

/** A {@link WatchedServer} as the classroom has it: orders in, JSON values out, each given to a listener on a thread of this object. */
final class ServerProcess implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 30;

    private final Process process;
    private final PrintStream orders;
    private final CompletableFuture<Integer> port = new CompletableFuture<>();
    private final Thread reader;
    private volatile CompletableFuture<Long> clock = new CompletableFuture<>();
    private volatile Consumer<Object> listener = value -> {};

    /** Times of the server's clock, and how wrong they may be. */
    record Clock(long offsetNanos, long errorNanos) {}

    private ServerProcess(Process process) {
        this.process = process;
        this.orders = new PrintStream(process.getOutputStream(), true, UTF_8);
        this.reader = Thread.ofPlatform().daemon().name("server " + process.pid()).unstarted(this::read);
    }

    /** Starts a server, and waits until it listens. */
    static ServerProcess start(Lesson lesson, Lesson.Server server) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", "-Djava.net.preferIPv4Stack=true",
                "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED", "--enable-native-access=ALL-UNNAMED"));
        server.parallelism()
                .ifPresent(count -> command.addAll(List.of(
                        "-Djdk.virtualThreadScheduler.parallelism=" + count,
                        "-Djdk.virtualThreadScheduler.maxPoolSize=" + count)));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), WatchedServer.class.getName(),
                server.design(), String.valueOf(lesson.poem().size()), String.valueOf(lesson.numBytes()),
                String.valueOf(lesson.delay().toMillis()), String.valueOf(lesson.stallTimeout().toMillis())));
        ServerProcess started =
                new ServerProcess(new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
        started.reader.start();
        try {
            OutputStream in = started.process.getOutputStream();
            in.write(lesson.poem().bytes());
            in.flush();
            await(started.port);
            return started;
        } catch (IOException | InterruptedException e) {
            started.kill();
            throw e;
        }
    }

    int port() {
        return port.join();
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** How it ended, if not by itself. */
    Optional<String> signal() {
        int code = process.isAlive() ? 0 : process.exitValue();
        return code > 128 ? Optional.of("signal " + (code - 128)) : Optional.empty();
    }

    /** Gives each value that comes from now on to a listener. */
    void listen(Consumer<Object> next) {
        listener = next;
    }

    /** Sends an order; a server that has ended takes none. */
    synchronized void order(String text) {
        orders.println(text);
    }

    /** Compares clocks: five times, and the shortest round trip counts. */
    Clock clock() throws IOException, InterruptedException {
        Clock best = new Clock(0, Long.MAX_VALUE);
        for (int i = 0; i < 5; i++) {
            clock = new CompletableFuture<>();
            long startNanos = System.nanoTime();
            order("clock");
            long theirNanos = await(clock);
            long halfNanos = (System.nanoTime() - startNanos) / 2;
            if (halfNanos < best.errorNanos) {
                best = new Clock(theirNanos - startNanos - halfNanos, halfNanos);
            }
        }
        return best;
    }

    void kill() {
        process.destroyForcibly();
    }

    /** Ends the server by the end of its input, and blocks until all that it said has been heard. */
    @Override
    public void close() {
        orders.close();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            reader.join();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private void read() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Object value = JSON.std.anyFrom(line);
                if (value instanceof java.util.Map<?, ?> map && map.get("port") instanceof Integer number) {
                    port.complete(number);
                } else if (value instanceof java.util.Map<?, ?> map && map.get("clock") instanceof Number nanos) {
                    clock.complete(nanos.longValue());
                } else {
                    listener.accept(value);
                }
            }
        } catch (IOException e) {
            // It was killed while it spoke.
        }
        IOException ended = new IOException("the server process " + process.pid() + " has ended");
        port.completeExceptionally(ended);
        clock.completeExceptionally(ended);
    }

    private static <T> T await(CompletableFuture<T> answer) throws IOException, InterruptedException {
        try {
            return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("a server of the classroom does not answer", e);
        }
    }
}
