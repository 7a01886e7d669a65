package blockingpoetry.operation;

import blockingpoetry.cli.Main;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Runs {@link Main} on a JVM that is new enough: in this one, or else in a child that it starts on a newer Java.
 *
 * <pre>{@code
 *   terminal or service manager
 *        | TERM, INT, HUP, USR1                        ^ exit code
 *        v                                             |
 *   Launcher, Java 8 to 20 --- TERM, INT, HUP, USR1 ---+--> Main, Java 21 or newer
 *                          --- stdin: a pipe for ParentWatch --->
 * }</pre>
 *
 * It says nothing about that where it works: the server's log has the version of the Java that it runs on, and so has --version.
 * <p>
 * A terminal's Ctrl-C reaches the child twice, directly and by way of this process: see {@link SignalHandler}.
 * <p>
 * Plain Java 8, so that an old JVM can load it. Windows is left out: it has neither these signals nor these folders.
 */
public final class Launcher {
    private static final int REQUIRED = 21;
    private static final int RUNNING =
            Integer.parseInt(System.getProperty("java.specification.version").replace("1.8", "8"));

    private Launcher() {}

    public static void main(String[] args) throws Exception {
        if (isJavaNewEnough()) {
            // A direct call: reflection would take 12 ms more.
            Main.main(args);
        } else {
            runOnNewerJava(args);
        }
    }

    /** Whether this JVM can load the classes that are not for Java 8. */
    public static boolean isJavaNewEnough() {
        return RUNNING >= REQUIRED;
    }

    /** Runs this JVM's jar in a child on a newer Java, and ends this JVM with the exit code of that. */
    public static void runOnNewerJava(String[] args) throws ReflectiveOperationException, InterruptedException {
        // Not exit: with the same flags, this JVM's flight recording would overwrite the child's.
        Runtime.getRuntime().halt(run(args));
    }

    private static int run(String[] args) throws ReflectiveOperationException, InterruptedException {
        Optional<Path> home = choose(javaHome(), homes());
        if (!home.isPresent()) {
            System.err.println("Java " + RUNNING + " is too old for virtual threads, and no newer one was found:"
                    + " install Java 21 or newer (Debian: openjdk-21-jre-headless; or Eclipse Temurin)"
                    + " or set JAVA_HOME to one.");
            return 2;
        }
        Path java = home.get().resolve("bin/java");
        List<String> command = command(java, ManagementFactory.getRuntimeMXBean().getInputArguments(), args);
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO().redirectInput(ProcessBuilder.Redirect.PIPE);
        // The flags in these variables are among the input arguments already; Java 8 ignores the third.
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        builder.environment().remove("_JAVA_OPTIONS");
        if (RUNNING > 8) {
            builder.environment().remove("JDK_JAVA_OPTIONS");
        }
        Process child;
        try {
            child = builder.start();
        } catch (IOException e) {
            System.err.println(e.getMessage());
            return 1;
        }
        long pid = pid(child);
        for (String signal : Arrays.asList("TERM", "INT", "HUP", "USR1")) {
            passOn(signal, pid);
        }
        return child.waitFor();
    }

    private static List<Path> javaHome() {
        String home = System.getenv("JAVA_HOME");
        return home == null ? Collections.emptyList() : Collections.singletonList(Paths.get(home));
    }

    private static List<Path> homes() {
        List<Path> homes = new ArrayList<>(entries(Paths.get("/usr/lib/jvm")));
        homes.addAll(entries(Paths.get(System.getProperty("user.home"), ".sdkman/candidates/java")));
        for (Path bundle : entries(Paths.get("/Library/Java/JavaVirtualMachines"))) {
            homes.add(bundle.resolve("Contents/Home"));
        }
        return homes;
    }

    private static List<Path> entries(Path folder) {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            stream.forEach(entries::add);
        } catch (IOException e) {
            // No such folder: no system has all of them.
        }
        return entries;
    }

    /** The preferred one, if it is new enough; otherwise the newest of the others. */
    static Optional<Path> choose(List<Path> preferred, List<Path> others) {
        Optional<Path> home = newest(preferred);
        return home.isPresent() ? home : newest(others);
    }

    /**
     * The newest Java that is new enough; among equals, the first. The {@code release} files tell: to run each
     * {@code java -version} would take longer than all the rest.
     */
    static Optional<Path> newest(List<Path> homes) {
        return homes.stream()
                .filter(home -> version(home) >= REQUIRED * 1_000_000_000L)
                .filter(home -> Files.isExecutable(home.resolve("bin/java")))
                .filter(home -> Files.exists(home.resolve("lib/modules"))) // a java that only looks like one has no classes
                .reduce((best, home) -> version(home) > version(best) ? home : best);
    }

    /** A number that compares as versions do: 25_000_003_000 for {@code JAVA_VERSION="25.0.3"}; 0 without a version. */
    private static long version(Path home) {
        try {
            for (String line : Files.readAllLines(home.resolve("release"), StandardCharsets.ISO_8859_1)) {
                if (line.startsWith("JAVA_VERSION=\"")) {
                    String[] numbers = line.substring("JAVA_VERSION=\"".length()).split("[^0-9]+");
                    long version = 0;
                    for (int i = 0; i < 4; i++) {
                        version = version * 1_000 + (i < numbers.length ? Integer.parseInt(numbers[i]) : 0);
                    }
                    return version;
                }
            }
        } catch (IOException | NumberFormatException e) {
            // No Java, or a broken one.
        }
        return 0;
    }

    static List<String> command(Path java, List<String> flags, String[] args) {
        List<String> command = new ArrayList<>();
        command.add(java.toString());
        command.addAll(flags);
        // This JVM has taken the port of a debugger or of JMX.
        command.removeIf(flag -> flag.startsWith("-agentlib:jdwp") || flag.startsWith("-Xrunjdwp")
                || flag.startsWith("-Dcom.sun.management.jmxremote.port="));
        command.add(ParentWatch.LAUNCHED_FLAG); // a constant: the class for Java 21 is not loaded
        // The jar's manifest has the rest. With -cp and flags instead, an AOT cache would not fit.
        command.addAll(Arrays.asList("-jar", System.getProperty("java.class.path")));
        command.addAll(Arrays.asList(args));
        return command;
    }

    /** Java 8 has no {@code Process.pid()}, only a private field. */
    private static long pid(Process child) throws ReflectiveOperationException {
        if (RUNNING > 8) {
            return (Long) Process.class.getMethod("pid").invoke(child);
        }
        Field pid = child.getClass().getDeclaredField("pid");
        pid.setAccessible(true);
        return pid.getInt(child);
    }

    private static void passOn(String signal, long pid) {
        Signals.on(signal, () -> {
            try {
                // Process.destroy() can only send TERM, and would close the child's stdin.
                new ProcessBuilder("sh", "-c", "kill -" + signal + " " + pid).start();
            } catch (IOException e) {
                System.err.println("Cannot pass on " + signal + ": " + e.getMessage());
            }
        });
    }
}
