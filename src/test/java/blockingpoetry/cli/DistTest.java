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
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.cli.Option;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());

        assertCurrent("blockingpoetry.1",
                ManPage.of(new Serve(nowhere, nowhere, Design.ALL), new Get(nowhere, nowhere)));
    }

    @Test
    void theCompletionKnowsEveryOption() throws IOException {
        assertCurrent("blockingpoetry.bash-completion", Completion.script(Design.ALL));
    }

    @Test
    void bashCompletesOptionsDesignsAndFiles() {
        assertEquals("--log-connections --log-file", completed("--log"));
        assertEquals("-h --help", completed("--port", "1", "-h") + " " + completed("get", "--h"));
        assertEquals("sequential selector", completed("--design", "se"));
        assertEquals("sequential selector", completed("--design", "=", "se"));
        assertEquals("poems/accept.txt", completed("poems/ac"));
        assertEquals("README.md", completed("--log-file", "READ"));
        assertEquals("src/main", completed("get", "--save", "src/mai"));
        assertEquals("get", completed("ge"));
        assertEquals("", completed("--port", ""));
    }

    @Test
    void manFindsNothingWrongWithTheManualPage() throws Exception {
        Ended man = run("man", "--warnings", "--encoding=UTF-8", "-l", DIST.resolve("blockingpoetry.1").toString());

        assertEquals(new Ended(0, man.out(), ""), man);
        for (Option option : Serve.OPTIONS.getOptions()) {
            for (String name : Help.names(option)) {
                if (!man.out().contains(name)) {
                    fail(name + " is missing in:\n" + man.out());
                }
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

    /** What bash makes of some words, the last of which is being typed. */
    private static String completed(String... words) {
        String complete = "source " + DIST.resolve("blockingpoetry.bash-completion")
                + "; COMP_WORDS=(blockingpoetry \"$@\") COMP_CWORD=$#; _blockingpoetry; echo \"${COMPREPLY[*]}\"";
        List<String> command = new ArrayList<>(List.of("bash", "-c", complete, "bash"));
        command.addAll(List.of(words));
        Ended bash = run(command.toArray(new String[0]));
        assertEquals(new Ended(0, bash.out(), ""), bash);
        return bash.out().strip();
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
