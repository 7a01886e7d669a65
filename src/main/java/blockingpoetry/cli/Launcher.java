package blockingpoetry.cli;

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
import java.util.List;
import java.util.Optional;

/**
 * Runs {@link Main} on a JVM that is new enough: in this one, or else in one that it finds and starts.
 *
 * <pre>{@code
 *   terminal or service manager
 *        | TERM, INT, HUP, USR1                   ^ exit code
 *        v                                        |
 *   Launcher, Java 8 to 20 --- TERM, HUP, USR1 ---+--> Main, Java 21 or newer
 *                          --- stdin: the lifeline --->
 * }</pre>
 *
 * The lifeline is a pipe into which nothing is ever written. It ends when this process does, even by SIGKILL; Main,
 * told by {@code -Dblockingpoetry.lifeline=true}, then ends too. INT is passed on as TERM: a terminal's Ctrl-C reaches
 * both processes, so Main ignores INT.
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
            // A direct call: reflection would take another 15 ms.
            Main.main(args);
        } else {
            runOnNewerJava("blockingpoetry.cli.Main", args);
        }
    }

    /** Whether this JVM can load classes other than this one. */
    public static boolean isJavaNewEnough() {
        return RUNNING >= REQUIRED;
    }

    /**
     * Runs a class in a JVM that is new enough, and ends this one with its exit code.
     *
     * @param main the name of a class with a main method, on this JVM's class path
     */
    public static void runOnNewerJava(String main, String[] args)
            throws ReflectiveOperationException, InterruptedException {
        // Not exit: at its end this JVM would overwrite the flight recording of the other.
        Runtime.getRuntime().halt(run(main, args));
    }

    private static int run(String main, String[] args) throws ReflectiveOperationException, InterruptedException {
        Optional<Path> home = newest(homes());
        if (!home.isPresent()) {
            System.err.println("Java " + RUNNING + " is too old for virtual threads, and no newer one was found:"
                    + " install Java 21 or newer (Debian: openjdk-21-jre-headless; or Eclipse Temurin)"
                    + " or set JAVA_HOME to one.");
            return 2;
        }
        Path java = home.get().resolve("bin/java");
        System.err.println("Java " + RUNNING + " is too old for virtual threads; starting " + java + " instead.");
        Process child;
        try {
            child = start(java, main, args);
        } catch (IOException e) {
            System.err.println(e.getMessage());
            return 1;
        }
        long pid = pid(child);
        passOn("TERM", "TERM", pid);
        passOn("INT", "TERM", pid);
        passOn("HUP", "HUP", pid);
        passOn("USR1", "USR1", pid);
        return child.waitFor();
    }

    /** Where a Java may be found, whether or not anything is there. */
    private static List<Path> homes() {
        List<Path> homes = new ArrayList<>();
        if (System.getenv("JAVA_HOME") != null) {
            homes.add(Paths.get(System.getenv("JAVA_HOME")));
        }
        homes.addAll(entries(Paths.get("/usr/lib/jvm")));
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
            // No such folder: every system has some of them at most.
        }
        return entries;
    }

    /**
     * The newest Java that is new enough, the first such if there are several. Their {@code release} files are read,
     * because asking each {@code java -version} would take longer than all the rest.
     */
    static Optional<Path> newest(List<Path> homes) {
        Optional<Path> newest = Optional.empty();
        long newestVersion = REQUIRED * 1_000_000_000L - 1;
        for (Path home : homes) {
            long version = version(home);
            if (version > newestVersion && Files.isExecutable(home.resolve("bin/java"))) {
                newest = Optional.of(home);
                newestVersion = version;
            }
        }
        return newest;
    }

    /** For {@code JAVA_VERSION="25.0.3"} 25_000_003_000, which compares as versions do; 0 if there is none. */
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
            // Not a Java, or a broken one.
        }
        return 0;
    }

    /** Starts the child with this JVM's flags, class path, environment and streams, less stdin. */
    private static Process start(Path java, String main, String[] args) throws IOException {
        List<String> command = command(java, ManagementFactory.getRuntimeMXBean().getInputArguments(), main, args);
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO().redirectInput(ProcessBuilder.Redirect.PIPE);
        // The flags in these variables are among the input arguments; Java 8 does not know the third.
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        builder.environment().remove("_JAVA_OPTIONS");
        if (RUNNING > 8) {
            builder.environment().remove("JDK_JAVA_OPTIONS");
        }
        return builder.start();
    }

    /** What starts the child, given this JVM's flags. */
    static List<String> command(Path java, List<String> flags, String main, String[] args) {
        List<String> command = new ArrayList<>();
        command.add(java.toString());
        command.addAll(flags);
        // The port of a debugger or of JMX is already taken by this JVM.
        command.removeIf(flag -> flag.startsWith("-agentlib:jdwp") || flag.startsWith("-Xrunjdwp")
                || flag.startsWith("-Dcom.sun.management.jmxremote.port="));
        command.add("-Dblockingpoetry.lifeline=true");
        // The jars' manifests say so too, but they count only for -jar.
        command.add("--add-opens=java.base/sun.nio.ch=ALL-UNNAMED");
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(Arrays.asList("-cp", System.getProperty("java.class.path"), main));
        command.addAll(Arrays.asList(args));
        return command;
    }

    /** {@code Process.pid()} came with Java 9; before, there is only the field. */
    private static long pid(Process child) throws ReflectiveOperationException {
        if (RUNNING > 8) {
            return (Long) Process.class.getMethod("pid").invoke(child);
        }
        Field pid = child.getClass().getDeclaredField("pid");
        pid.setAccessible(true);
        return pid.getInt(child);
    }

    private static void passOn(String arriving, String leaving, long pid) {
        Signals.on(arriving, () -> {
            try {
                // Process.destroy() sends nothing but TERM, and closes the lifeline besides.
                new ProcessBuilder("sh", "-c", "kill -" + leaving + " " + pid).start();
            } catch (IOException e) {
                System.err.println("Cannot pass on " + arriving + ": " + e.getMessage());
            }
        });
    }
}
