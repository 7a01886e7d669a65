package blockingpoetry.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import blockingpoetry.Design;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;

/** How a command ended: its exit code, and all that it said. */
public record Ended(int exitCode, String out, String err) {
    /** Runs a command to its end in this process. */
    static Ended inThisProcess(List<Design> designs, String... args) {
        return inThisProcess(new ByteArrayOutputStream(), designs, args);
    }

    /** The same, for those who want to look at its output meanwhile. */
    static Ended inThisProcess(ByteArrayOutputStream out, List<Design> designs, String... args) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exitCode = Main.run(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), designs, args);
        return new Ended(exitCode, out.toString(UTF_8), err.toString(UTF_8));
    }

    /** The same without what no two runs have in common: how long it took. */
    Ended withoutTimes() {
        return new Ended(exitCode, out, err.replaceAll("\\b\\d+\\.\\d{3} s\\b", "T s"));
    }
}
