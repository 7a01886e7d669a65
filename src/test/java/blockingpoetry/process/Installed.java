package blockingpoetry.process;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What some tests need on a machine beside Java. */
public final class Installed {
    private Installed() {}

    /** Leaves the test out if there is no such program; {@code debian} is the package that has it. */
    public static void needs(String program, String debian) {
        if (Stream.of("/usr/bin", "/usr/sbin").noneMatch(bin -> Files.isExecutable(Path.of(bin, program)))) {
            lacks("no " + program + " (Debian: " + debian + ")");
        }
    }

    /** Leaves the test out, and never returns. In CI the test fails instead: what a test needs is installed there. */
    public static Path lacks(String what) {
        return "true".equals(System.getenv("CI")) ? fail(what) : abort(what);
    }
}
