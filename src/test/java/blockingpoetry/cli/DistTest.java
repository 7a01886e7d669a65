package blockingpoetry.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import blockingpoetry.Design;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.AutoComplete;
import picocli.CommandLine;

/**
 * What an operator installs, in {@code src/main/dist}. Two of its files are made from the command line's model, anew by
 * {@code mvn test -Dtest=DistTest -Ddist.write}.
 */
class DistTest {
    private static final Path DIST = Path.of("src/main/dist");

    @TempDir
    Path folder;

    @Test
    void theManualPageSaysWhatTheHelpSays() throws IOException {
        assertCurrent("blockingpoetry.1", ManPage.of(commandLine().getCommandSpec()));
    }

    @Test
    void theCompletionKnowsEveryOption() throws IOException {
        assertCurrent("blockingpoetry.bash-completion", AutoComplete.bash("blockingpoetry", commandLine()));
    }

    @Test
    void manFindsNothingWrongWithTheManualPage() throws Exception {
        Ended man = run("man", "--warnings", "--encoding=UTF-8", "-l", DIST.resolve("blockingpoetry.1").toString());

        assertEquals(new Ended(0, man.out(), ""), man);
        for (String option : commandLine().getCommandSpec().optionsMap().keySet()) {
            if (!man.out().contains(option)) {
                fail(option + " is missing in:\n" + man.out());
            }
        }
    }

    @Test
    void systemdFindsNothingWrongWithTheUnit() throws Exception {
        String unit = Files.readString(DIST.resolve("blockingpoetry.service"))
                // It looks whether the program is there, which on this machine may be elsewhere.
                .replace("/usr/bin/java", System.getProperty("java.home") + "/bin/java");
        String file = Files.writeString(folder.resolve("blockingpoetry.service"), unit).toString();

        assertEquals(new Ended(0, "", ""), run("systemd-analyze", "verify", "--man=no", file));
        Ended hardened = run("systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager", file);
        assertEquals(0, hardened.exitCode(), hardened::out);
    }

    private static CommandLine commandLine() {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        return Main.commandLine(nowhere, nowhere, Design.ALL);
    }

    private static void assertCurrent(String name, String text) throws IOException {
        Path file = DIST.resolve(name);
        if (System.getProperty("dist.write") != null) {
            Files.writeString(file, text);
        }
        assertEquals(text, Files.readString(file), file + " is not current: mvn test -Dtest=DistTest -Ddist.write");
    }

    private static Ended run(String... command) {
        if (!Files.isExecutable(Path.of("/usr/bin", command[0]))) {
            String lack = "this machine has no " + command[0];
            if ("true".equals(System.getenv("CI"))) {
                fail(lack);
            }
            abort(lack);
        }
        try (JarProcess process = JarProcess.start(List.of(command))) {
            return process.awaitEnd();
        }
    }
}
