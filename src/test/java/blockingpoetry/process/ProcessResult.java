package blockingpoetry.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import blockingpoetry.cli.Main;
import blockingpoetry.designs.Design;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;

/** The exit code of a command that has ended, and all its output. */
public record ProcessResult(int exitCode, String out, String err) {
    /** Runs a command to its end in this process. */
    public static ProcessResult inThisProcess(List<Design> designs, String... args) {
        return inThisProcess(new ByteArrayOutputStream(), designs, args);
    }

    /** The same; {@code out} can be read meanwhile. */
    public static ProcessResult inThisProcess(ByteArrayOutputStream out, List<Design> designs, String... args) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exitCode = Main.run(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), designs, args);
        return new ProcessResult(exitCode, out.toString(UTF_8), err.toString(UTF_8));
    }

    /** The same with each time replaced by {@code T}. */
    public ProcessResult withoutTimes() {
        return new ProcessResult(exitCode, out, err.replaceAll("\\b\\d+\\.\\d{3} s\\b", "T s"));
    }
}
