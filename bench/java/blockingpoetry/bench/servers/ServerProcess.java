package blockingpoetry.bench.servers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetSocketAddress;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A contender that serves, with the figures of its process and that process's descendants in {@code /proc}.
 *
 * @param process    none if it is not known, or on another machine: its figures are 0 then
 * @param startNanos when it was started, by {@link System#nanoTime}
 * @param served     poems received from it, including those of no figure
 */
public record ServerProcess(Contender contender, Optional<ProcessHandle> process, InetSocketAddress address,
        long startNanos,
        AtomicLong served) implements AutoCloseable {
    public static final double TICKS_PER_SECOND = 100; // USER_HZ, the same on every Linux that runs Java
    private static final long KIB = 1024;
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");
    private static final Pattern COMPILER = Pattern.compile("C[12] Compiler");

    /** No server outlives the lab, however it ends. */
    public static void killAll() {
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
    }

    /** Process ids of the server and its descendants. */
    public Stream<Long> pids() {
        return process.stream()
                .flatMap(own -> Stream.concat(Stream.of(own), own.descendants()))
                .map(ProcessHandle::pid);
    }

    /** Seconds of user and system time used so far, in steps of 10 ms. */
    public double cpuSeconds() {
        return sum(pid -> {
            String stat = Files.readString(Path.of("/proc", pid, "stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
        }) / TICKS_PER_SECOND;
    }

    /** Seconds of processor time that a JVM's compilers have used so far; 0 if it is no JVM. */
    public double compilerSeconds() {
        return sum(pid -> {
            long nanos = 0;
            try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc", pid, "task"))) {
                for (Path thread : threads) {
                    if (COMPILER.matcher(Files.readString(thread.resolve("comm"))).lookingAt()) {
                        nanos += Long.parseLong(Files.readString(thread.resolve("schedstat")).split(" ")[0]);
                    }
                }
            }
            return nanos;
        }) / 1e9;
    }

    /** Bytes of resident memory, with mapped files and shared memory. */
    public long residentBytes() {
        return sum(pid -> field(pid, "VmRSS") * KIB);
    }

    /** Threads of the operating system. */
    public long threads() {
        return sum(pid -> field(pid, "Threads"));
    }

    private static long field(String pid, String name) throws IOException {
        return wordAfter(name + ":", Path.of("/proc", pid, "status")).map(Long::parseLong).orElse(0L);
    }

    /** The word after a regular expression that matches the beginning of a line in a file, if one does. */
    public static Optional<String> wordAfter(String regex, Path file) throws IOException {
        Matcher line = Pattern.compile("(?m)^" + regex + "\\s+(\\S+)").matcher(Files.readString(file));
        return line.find() ? Optional.of(line.group(1)) : Optional.empty();
    }

    public boolean isJava() throws IOException {
        return Files.readSymbolicLink(Path.of("/proc", pid(), "exe")).endsWith("java");
    }

    /** Makes a JVM collect its garbage; returns the bytes of live objects. */
    public long collect() throws IOException {
        Process jcmd = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                pid(), "GC.class_histogram").redirectError(Redirect.DISCARD).start();
        Matcher total = TOTAL.matcher(new String(jcmd.getInputStream().readAllBytes(), UTF_8));
        if (!total.find()) {
            throw new IOException("jcmd tells nothing about the heap of " + contender.name());
        }
        return Long.parseLong(total.group(1));
    }

    private String pid() {
        return Long.toString(process.orElseThrow().pid());
    }

    /** Asks it to end, and kills it if it does not. */
    @Override
    public void close() {
        process.ifPresent(own -> {
            own.destroy();
            if (!hasEnded(own, 500)) {
                own.descendants().forEach(ProcessHandle::destroyForcibly);
                own.destroyForcibly();
                hasEnded(own, 10_000);
            }
        });
    }

    private static boolean hasEnded(ProcessHandle process, int millis) {
        try {
            process.onExit().get(millis, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException | ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private interface Field {
        long of(String pid) throws IOException;
    }

    private long sum(Field field) {
        return pids().mapToLong(pid -> {
            try {
                return field.of(Long.toString(pid));
            } catch (IOException e) {
                return 0; // it has just ended
            }
        }).sum();
    }
}
