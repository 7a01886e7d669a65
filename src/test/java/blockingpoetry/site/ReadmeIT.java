package blockingpoetry.site;

import static blockingpoetry.process.Installed.needs;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import blockingpoetry.process.FreePorts;
import blockingpoetry.process.Jar;
import blockingpoetry.process.JarProcess;
import blockingpoetry.process.ProcessResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the README and of two pages, as they are typed there, but on free ports and on the Java that runs the test. */
class ReadmeIT {
    private static final Page OPERATING = Page.of(Path.of("src/site/markdown/operating.md"));

    @TempDir
    Path folder;

    @Test
    void eachClientGetsThePoem() throws IOException {
        needs("nc", "netcat-openbsd");
        needs("curl", "curl");
        String poem = Files.readString(Path.of("poems/accept.txt"));
        try (JarProcess server = Jar.JAR.serve("poems/accept.txt")) {
            List<String> clients =
                    Page.readme().commands().stream().filter(command -> command.contains("41389")).toList();
            assertEquals(3, clients.size());
            for (String client : clients) {
                String port = "" + server.address().getPort();
                assertEquals(poem, run(typed(client).replace("41389", port)).out(), client);
            }
        }
    }

    /** Its own clients fetch what the example serves, and it does not take their time here. */
    @Test
    void theExamplesServe() {
        int free = FreePorts.inARow(2);
        List<JarProcess> servers = new ArrayList<>();
        try {
            for (String command : Page.readme().commands()) {
                String typed = onFreePorts(command, free);
                if (command.startsWith("java ") && !command.contains(" get ")) {
                    int poems = command.split(" poems/", -1).length - 1;
                    servers.add(JarProcess.start(bash(typed.replaceFirst("--delay \\S+", "--delay 0.01")))
                            .awaitServing(poems));
                } else if (command.contains(" get 10000")) {
                    assertEquals(0, run(typed).exitCode(), command);
                }
            }
            assertEquals(2, servers.size());
        } finally {
            servers.forEach(JarProcess::close);
        }
    }

    /** In a folder of its own, which has the poems and the jar. */
    @Test
    void theOperatorStartsReloadsAndStopsADaemon() throws IOException {
        List<String> commands = OPERATING.commands().stream().limit(3).toList();
        assertTrue(commands.getFirst().contains("--daemon"));
        Files.createSymbolicLink(folder.resolve("target"), Path.of(System.getProperty("blockingpoetry.jar"))
                .toAbsolutePath()
                .getParent());
        Files.createSymbolicLink(folder.resolve("poems"), Path.of("poems").toAbsolutePath());
        Path pid = folder.resolve("poetry.pid");
        Path log = folder.resolve("poetry.log");
        int free = FreePorts.one();

        ProcessResult daemon = run("cd " + folder + " && " + onFreePorts(commands.get(0), free));
        assertEquals("Serving poems/accept.txt on 127.0.0.1:" + free + ".\n", daemon.out());
        long id = Long.parseLong(Files.readString(pid).strip());
        try (JarProcess waiter = JarProcess.start(bash("tail --pid=" + id + " -f /dev/null"))) {
            assertEquals(0, run("cd " + folder + " && " + commands.get(1)).exitCode());
            waiter.await("the poems read again", () -> read(log).contains("SIGHUP"));
            assertEquals(0, run("cd " + folder + " && " + commands.get(2)).exitCode());
            assertEquals(0, waiter.awaitEnd().exitCode());
        } finally {
            ProcessHandle.of(id).ifPresent(ProcessHandle::destroyForcibly);
        }
        assertTrue(read(log).contains("stopped: "));
        assertTrue(Files.notExists(pid));
    }

    @Test
    void theOtherStartsServe() {
        List<String> starts = OPERATING.commands().stream().skip(3).filter(line -> line.startsWith("java ")).toList();
        assertEquals(2, starts.size());
        for (String start : starts) {
            JarProcess.start(bash(typed(start))).awaitServing(1).close();
        }
    }

    @Test
    void theFlightRecorderShowsEachRecital() {
        String tools = Path.of(System.getProperty("java.home"), "bin") + "/";
        StringBuilder shown = new StringBuilder();
        try (JarProcess server = Jar.JAR.serve("poems/accept.txt")) {
            for (String command : Page.of(Path.of("src/site/markdown/reading-the-code.md")).commands()) {
                if (command.matches("(jcmd|jfr) .*")) {
                    ProcessResult result =
                            run("cd " + folder + " && " + tools + command.replace("PID", "" + server.pid()));
                    assertEquals(0, result.exitCode(), command);
                    shown.append(result.out());
                    assertEquals(0, Jar.JAR.run("get", "" + server.address().getPort()).exitCode());
                }
            }
        }
        assertTrue(shown.toString().matches("(?s).*virtual +127.0.0.1:\\d+ +poems/accept.txt +801 finished.*"),
                shown::toString);
    }

    private static String read(Path file) {
        return Page.of(file).text();
    }

    private static ProcessResult run(String command) {
        try (JarProcess process = JarProcess.start(bash(command))) {
            return process.awaitEnd();
        }
    }

    private static List<String> bash(String command) {
        return List.of("bash", "-c", command);
    }

    private static String onFreePorts(String command, int free) {
        return typed(command).replace("10000", "" + free).replace("10001", "" + (free + 1));
    }

    private static String typed(String command) {
        String java = Path.of(System.getProperty("java.home"), "bin/java") + " " + JarProcess.AGENT;
        return command.replaceFirst("^java ", java + " ");
    }
}
