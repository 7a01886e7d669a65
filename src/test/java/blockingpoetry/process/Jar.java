package blockingpoetry.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The packaged jar, as a user runs it: {@code jar.with("--delay", "1").serve("poems/accept.txt")}.
 *
 * @param command the words before the poems
 */
public record Jar(List<String> command) {
    /** On the Java that runs the test. */
    public static final Jar JAR = on(Path.of(System.getProperty("java.home")));

    /** On another Java. */
    public static Jar on(Path javaHome, String... flags) {
        return of("blockingpoetry.jar", javaHome, flags);
    }

    /** The server in the bench's jar, which has one more design. */
    public static Jar bench() {
        return of("blockingpoetry.bench.jar", Path.of(System.getProperty("java.home"))).with("serve");
    }

    /** The classroom in the bench's jar. */
    public static Jar classroom() {
        return of("blockingpoetry.bench.jar", Path.of(System.getProperty("java.home"))).with("classroom");
    }

    /** The jar that has a design, serving with it, with flags for the JVM. */
    public static Jar serving(String design, String... flags) {
        Path javaHome = Path.of(System.getProperty("java.home"));
        Jar jar = design.equals("netty")
                ? of("blockingpoetry.bench.jar", javaHome, flags).with("serve")
                : of("blockingpoetry.jar", javaHome, flags);
        return jar.with("--design", design);
    }

    private static Jar of(String property, Path javaHome, String... flags) {
        String jar = System.getProperty(property);
        if (jar == null || !Files.exists(Path.of(jar))) {
            throw new IllegalStateException(
                    "no jar to test: say -D" + property + "=FILE, or run mvn verify, which does");
        }
        Jar java = new Jar(List.of(javaHome.resolve("bin/java").toString()));
        return (JarProcess.AGENT.isEmpty() ? java : java.with(JarProcess.AGENT)).with(flags).with("-jar", jar);
    }

    /** On the Java that runs the test, with flags for the JVM. */
    public static Jar withFlags(String... flags) {
        return on(Path.of(System.getProperty("java.home")), flags);
    }

    /** Without what lets root read and write any file. */
    public Jar withoutRootsPrivilege() throws IOException {
        boolean root = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        String less = "-dac_override,-dac_read_search";
        return root ? under("setpriv", "--bounding-set=" + less, "--inh-caps=" + less) : this;
    }

    /** Started by a command that replaces itself by it: {@code setpriv}, {@code sh -c 'exec "$@"'}. */
    public Jar under(String... starter) {
        return new Jar(Stream.concat(Stream.of(starter), command.stream()).toList());
    }

    /** With more arguments. */
    public Jar with(String... arguments) {
        return new Jar(Stream.concat(command.stream(), Stream.of(arguments)).toList());
    }

    public JarProcess start(String... arguments) {
        return JarProcess.start(with(arguments).command);
    }

    /** Starts it in the foreground of a terminal, which is closed when the process that this returns ends. */
    public JarProcess startInTerminal(String... arguments) {
        String words = with(arguments).command.stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "));
        return JarProcess.start(List.of("script", "-qec", words, "/dev/null"));
    }

    /** Starts it, and waits until it serves every poem. */
    public JarProcess serve(String... poems) {
        return start(poems).awaitServing(poems.length);
    }

    /** Runs it to its end. */
    public ProcessResult run(String... arguments) {
        try (JarProcess process = start(arguments)) {
            return process.awaitEnd();
        }
    }
}
