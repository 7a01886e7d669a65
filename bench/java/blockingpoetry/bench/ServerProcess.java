package blockingpoetry.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A contender that serves, and what {@code /proc} says of its process and those below it. */
final class ServerProcess implements AutoCloseable {
    static final double TICKS_PER_SECOND = 100; // USER_HZ, the same on every Linux that runs Java
    private static final long KIB = 1024;
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");
    private static final Pattern COMPILER = Pattern.compile("C[12] Compiler");
    private static final Set<Process> running = ConcurrentHashMap.newKeySet();

    private final Contender contender;
    private final Process process;
    private final InetSocketAddress address;
    private final long startNanos;
    private long served;

    ServerProcess(Contender contender, Process process, InetSocketAddress address, long startNanos) {
        this.contender = contender;
        this.process = process;
        this.address = address;
        this.startNanos = startNanos;
    }

    static void remember(Process process) {
        running.add(process);
    }

    /** For the end of the lab, whatever it is: no server outlives it. */
    static void killAll() {
        running.forEach(process -> {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        });
    }

    Contender contender() {
        return contender;
    }

    InetSocketAddress address() {
        return address;
    }

    /** When it was started, as {@link System#nanoTime} has it. */
    long startNanos() {
        return startNanos;
    }

    /** Notes that so many poems more were received from it. */
    void served(long poems) {
        served += poems;
    }

    /** Poems received from it, whether they were counted for a figure or not. */
    long served() {
        return served;
    }

    /** It, and the processes that it has started. */
    Stream<Long> pids() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants()).map(ProcessHandle::pid);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Seconds of processor time used so far, in the program and in the kernel for it; counted in steps of 10 ms. */
    double cpuSeconds() {
        return sum(pid -> {
            String stat = Files.readString(Path.of("/proc", pid, "stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
        }) / TICKS_PER_SECOND;
    }

    /** Seconds of processor time that a JVM's compilers have used so far; 0 for all others. */
    double compilerSeconds() {
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

    /** Bytes of memory that are resident, files and shared ones included. */
    long residentBytes() {
        return sum(pid -> field(pid, "VmRSS") * KIB);
    }

    /** Threads that the operating system knows. */
    long threads() {
        return sum(pid -> field(pid, "Threads"));
    }

    private static long field(String pid, String name) throws IOException {
        Matcher line = Pattern.compile("(?m)^" + name + ":\\s+(\\d+)")
                .matcher(Files.readString(Path.of("/proc", pid, "status")));
        return line.find() ? Long.parseLong(line.group(1)) : 0;
    }

    /** Whether it is a JVM. */
    boolean isJava() throws IOException {
        return Files.readSymbolicLink(Path.of("/proc", Long.toString(process.pid()), "exe")).endsWith("java");
    }

    /** Makes a JVM collect its garbage; tells how many bytes of objects are left. */
    long collect() throws IOException {
        Process jcmd = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(process.pid()), "GC.class_histogram").redirectError(Cores.NOWHERE).start();
        Matcher total = TOTAL.matcher(new String(jcmd.getInputStream().readAllBytes(), UTF_8));
        if (!total.find()) {
            throw new IOException("jcmd tells nothing about the heap of " + contender);
        }
        return Long.parseLong(total.group(1));
    }

    /** Asks it to end, and sees to it. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(500, TimeUnit.MILLISECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                process.waitFor(10, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        running.remove(process);
    }

    private interface Reading {
        long of(String pid) throws IOException;
    }

    private long sum(Reading reading) {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants()).mapToLong(one -> {
            try {
                return reading.of(Long.toString(one.pid()));
            } catch (IOException e) {
                return 0; // it has just ended
            }
        }).sum();
    }
}
