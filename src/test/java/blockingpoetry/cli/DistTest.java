package blockingpoetry.cli;

import static blockingpoetry.process.Installed.needs;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import blockingpoetry.designs.Design;
import blockingpoetry.process.JarProcess;
import blockingpoetry.process.ProcessResult;
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
 * The files that an operator installs, in {@code src/main/dist}. Two of them are generated from the commands' options and
 * help: {@code mvn test -Dtest=DistTest -Ddist.write}.
 */
class DistTest {
    private static final Path DIST = Path.of("src/main/dist");
    private static final PrintStream NOWHERE = new PrintStream(OutputStream.nullOutputStream());

    @TempDir
    Path folder;

    @Test
    void theManualPageSaysWhatTheHelpSays() throws IOException {
        assertCurrent("blockingpoetry.1",
                ManPage.of(new Serve(NOWHERE, NOWHERE, Design.ALL), new Get(NOWHERE, NOWHERE)));
    }

    @Test
    void theCompletionKnowsEveryOption() throws IOException {
        assertCurrent("blockingpoetry.bash-completion", Completion.script(Design.ALL));
    }

    @Test
    void bashCompletesOptionsDesignsAndFiles() {
        assertEquals("--log-connections --log-file --log-format", completed("--log"));
        assertEquals("-h --help", completed("--port", "1", "-h") + " " + completed("get", "--h"));
        assertEquals("sequential selector", completed("--design", "se"));
        assertEquals("sequential selector", completed("--design", "=", "se"));
        assertEquals("text json", completed("--log-format", ""));
        assertEquals("poems/accept.txt", completed("poems/ac"));
        assertEquals("README.md", completed("--log-file", "READ"));
        assertEquals("src/main", completed("get", "--save", "src/mai"));
        assertEquals("get", completed("ge"));
        assertEquals("", completed("--port", ""));
    }

    @Test
    void bashCompletesANameThatLooksLikeAPattern() throws IOException {
        Files.createFile(folder.resolve("poem[1] of *.txt"));
        Files.createFile(folder.resolve("poem1 of 2.txt"));

        assertEquals(folder.resolve("poem[1] of *.txt").toString(), completed(folder.resolve("poem[").toString()));
    }

    @Test
    void manAcceptsTheManualPage() throws Exception {
        needs("man", "man-db");
        ProcessResult man =
                run("man", "--warnings", "--encoding=UTF-8", "-l",
                        DIST.resolve("blockingpoetry.1").toString());

        assertEquals(new ProcessResult(0, man.out(), ""), man);
        for (Option option : Serve.OPTIONS.getOptions()) {
            for (String name : Help.names(option)) {
                if (!man.out().contains(name)) {
                    fail(name + " is missing in:\n" + man.out());
                }
            }
        }
    }

    @Test
    void theManualPageHasTheSectionsOfOne() throws IOException {
        List<String> sections = Files.readAllLines(DIST.resolve("blockingpoetry.1"))
                .stream()
                .filter(line -> line.startsWith(".SH "))
                .map(line -> line.substring(4))
                .toList();

        assertTrue(sections.containsAll(List.of("NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXAMPLES", "FILES",
                "ENVIRONMENT", "EXIT STATUS", "SIGNALS", "SEE ALSO")), sections::toString);
    }

    @Test
    void theExamplesOfTheHelpAreCommandsThatFit() {
        List<String> examples = new Serve(NOWHERE, NOWHERE, Design.ALL).help()
                .sections()
                .stream()
                .filter(section -> section.title().equals("Examples"))
                .flatMap(section -> section.items().stream())
                .map(item -> item.term().substring("blockingpoetry ".length()))
                .toList();

        assertEquals(3, examples.size());
        for (String example : examples) {
            if (example.startsWith("get ")) {
                Arguments.parse(Get.OPTIONS, example.substring(4).split(" "));
            } else {
                assertEquals(0, ProcessResult.inThisProcess(Design.ALL, ("--check " + example).split(" ")).exitCode(),
                        example);
            }
        }
    }

    /** It tells the server: a process that ends on SIGHUP stands for it. */
    @Test
    void logrotateRotatesTheLog() throws Exception {
        needs("logrotate", "logrotate");
        Path log = Files.writeString(folder.resolve("log"), "a line\n");
        Process server = new ProcessBuilder("sleep", "50").start();
        try {
            Path pid = Files.writeString(folder.resolve("pid"), server.pid() + "\n");
            String rules = Files.readString(DIST.resolve("blockingpoetry.logrotate"))
                    .replace("/var/log/blockingpoetry.log", log.toString())
                    .replace("/run/blockingpoetry.pid", pid.toString());
            Path file = Files.writeString(folder.resolve("rules"), rules);

            assertEquals(new ProcessResult(0, "", ""), run("logrotate", "--force", "--state",
                    folder.resolve("state").toString(), file.toString()));
            assertEquals("a line\n", Files.readString(folder.resolve("log.1")));
            assertEquals(128 + 1, server.waitFor());
        } finally {
            server.destroyForcibly();
        }
    }

    @Test
    void systemdAcceptsTheUnit() throws Exception {
        needs("systemd-analyze", "systemd");
        String unit = Files.readString(DIST.resolve("blockingpoetry.service"))
                // It checks that the program exists.
                .replace("=/usr/bin/blockingpoetry", "=" + DIST.resolve("blockingpoetry").toAbsolutePath());
        String file = Files.writeString(folder.resolve("blockingpoetry.service"), unit).toString();

        assertEquals(new ProcessResult(0, "", ""), run("systemd-analyze", "verify", "--man=no", file));
        ProcessResult hardened =
                run("systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager", file);
        assertEquals(0, hardened.exitCode(), hardened::out);
    }

    /** The completions that bash offers for the last of some words. */
    private static String completed(String... words) {
        String complete = "source " + DIST.resolve("blockingpoetry.bash-completion")
                + "; COMP_WORDS=(blockingpoetry \"$@\") COMP_CWORD=$#; _blockingpoetry; echo \"${COMPREPLY[*]}\"";
        List<String> command = new ArrayList<>(List.of("bash", "-c", complete, "bash"));
        command.addAll(List.of(words));
        ProcessResult bash = run(command.toArray(new String[0]));
        assertEquals(new ProcessResult(0, bash.out(), ""), bash);
        return bash.out().strip();
    }

    private static void assertCurrent(String name, String text) throws IOException {
        Path file = DIST.resolve(name);
        if (System.getProperty("dist.write") != null) {
            Files.writeString(file, text);
        }
        assertEquals(text, Files.readString(file), file + " is not current: mvn test -Dtest=DistTest -Ddist.write");
    }

    private static ProcessResult run(String... command) {
        try (JarProcess process = JarProcess.start(List.of(command))) {
            return process.awaitEnd();
        }
    }
}
