package blockingpoetry.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The packaged jar, as a user runs it: {@code jar.with("--delay", "1").serve("poems/accept.txt")}.
 *
 * @param command what is typed before the poems
 */
public record Jar(List<String> command) {
    /** On the Java that runs the test. */
    static final Jar JAR = on(Path.of(System.getProperty("java.home")));

    /** On a Java of one's choice. */
    static Jar on(Path javaHome, String... flags) {
        return of("blockingpoetry.jar", javaHome, flags);
    }

    /** The other jar: the bench's server, with designs that this one does not have. */
    static Jar bench() {
        return of("blockingpoetry.bench.jar", Path.of(System.getProperty("java.home"))).with("serve");
    }

    /** The one of the two that has a design, told to serve with it, with flags for the JVM. */
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
    static Jar withFlags(String... flags) {
        return on(Path.of(System.getProperty("java.home")), flags);
    }

    /** Started by another command, which is to become it: {@code setpriv}, {@code sh -c 'exec "$@"'}. */
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

    /** Starts it, and waits until it serves every poem. */
    public JarProcess serve(String... poems) {
        return start(poems).awaitServing(poems.length);
    }

    /** Runs it to its end. */
    public Ended run(String... arguments) {
        try (JarProcess process = start(arguments)) {
            return process.awaitEnd();
        }
    }
}
