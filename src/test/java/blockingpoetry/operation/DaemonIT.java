package blockingpoetry.operation;

import static blockingpoetry.process.Jar.JAR;
import static blockingpoetry.process.Poems.ACCEPT;
import static blockingpoetry.process.Poems.MACHI;
import static blockingpoetry.process.Poems.assertServed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import blockingpoetry.process.FreePorts;
import blockingpoetry.process.HangingFile;
import blockingpoetry.process.Jar;
import blockingpoetry.process.JarProcess;
import blockingpoetry.process.ProcessResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The server without a terminal: what its caller sees, and what runs on afterwards. */
class DaemonIT {
    @TempDir
    Path folder;

    private Path log;
    private Path pid;

    @BeforeEach
    void nameFiles() {
        log = folder.resolve("log");
        pid = folder.resolve("pid");
    }

    @AfterEach
    void killWhatIsLeft() {
        if (Files.exists(pid)) {
            ProcessHandle.of(Long.parseLong(text(pid).strip())).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    @Test
    void returnsOnceEveryPoemIsServed() throws Exception {
        int first = FreePorts.inARow(2);
        ProcessResult result = withFiles(JAR).run("--port", "" + first, ACCEPT, MACHI);

        String out = "Serving poems/accept.txt on 127.0.0.1:%d.\nServing poems/machi.txt on 127.0.0.1:%d.\n"
                .formatted(first, first + 1);
        assertEquals(new ProcessResult(0, out, ""), result);
        assertServed(ACCEPT, local(first));
        assertServed(MACHI, local(first + 1));
        assertHasNoTerminal(daemon());
        stop(daemon());
        assertTrue(text(log).contains(" stopping on SIGTERM: "), text(log));
    }

    @Test
    void printsItsLogUntilThenIfThereIsNoFileForIt() throws Exception {
        int port = FreePorts.one();
        ProcessResult result = JAR.with("--daemon", "--pid-file", pid.toString()).run("--port", "" + port, ACCEPT);

        assertEquals(new ProcessResult(0, "Serving poems/accept.txt on 127.0.0.1:" + port + ".\n", result.err()),
                result);
        assertTrue(result.err().matches("\\S+ INFO blockingpoetry - design=virtual .*\n"), result.err());
        assertServed(ACCEPT, local(port));
        assertHasNoTerminal(daemon());
        stop(daemon());
    }

    @Test
    void passesOnTheSentenceAndCodeOfAFailure() throws IOException {
        Jar jar = withFiles(JAR);
        assertEquals(new ProcessResult(2, "", "blockingpoetry: no poem to serve; try --help\n"), jar.run());
        assertEquals(new ProcessResult(2, "", "blockingpoetry: '70000' is not a port, 0 to 65535\n"),
                jar.run(ACCEPT + "@70000"));
        assertEquals(new ProcessResult(1, "", "blockingpoetry: missing.txt does not exist\n"),
                jar.run(ACCEPT, "missing.txt"));
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertEquals(
                    new ProcessResult(1, "",
                            "blockingpoetry: poems/machi.txt cannot be served on 127.0.0.1:" + other.getLocalPort()
                                    + ": Address already in use\n"),
                    jar.run(ACCEPT, MACHI + "@" + other.getLocalPort()));
        }
        assertTrue(Files.notExists(pid));
    }

    @Test
    void doesNotCountLinesOfTheJvmAsServedPoems() {
        ProcessResult result = withFiles(Jar.withFlags("-Xlog:gc")).run("missing.txt");

        assertTrue(result.out().contains("Using "), result::out);
        assertEquals(new ProcessResult(1, result.out(), "blockingpoetry: missing.txt does not exist\n"), result);
    }

    @Test
    void doesNotTakeThePidFileOfARunningOne() {
        assertEquals(0, withFiles(JAR).run(ACCEPT).exitCode());

        assertEquals(new ProcessResult(1, "",
                "blockingpoetry: " + pid + " is taken: process " + daemon().pid() + " is running\n"),
                withFiles(JAR).run(ACCEPT));
        assertTrue(daemon().isAlive());
    }

    @Test
    void outlivesItsTerminal() throws Exception {
        int port = FreePorts.one();
        try (JarProcess terminal = withFiles(JAR).startInTerminal("--port", "" + port, ACCEPT)) {
            assertEquals(0, terminal.awaitEnd().exitCode(), terminal::toString);
        }

        assertHasNoTerminal(daemon());
        signal(daemon(), "USR1");
        await(() -> text(log).contains(" accepted="));
        assertFalse(text(log).contains("SIGHUP"), text(log));
        assertServed(ACCEPT, local(port));
        stop(daemon());
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "KILL, 137"})
    void endsWithItsCallerAsLongAsThatWaits(String signal, int exitCode) throws Exception {
        Path poem = Files.writeString(folder.resolve("poem"), "a poem");
        try (HangingFile hanging = new HangingFile(poem);
                JarProcess caller = withFiles(JAR).start(poem.toString())) {
            caller.await("the daemon", () -> caller.children().findAny().isPresent());
            ProcessHandle daemon = caller.children().findAny().orElseThrow();

            assertEquals(exitCode, caller.signal(signal).awaitEnd().exitCode());
            await(() -> !daemon.isAlive());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/dev/stderr", "/dev/stdout", "/proc/self/fd/2"})
    void doesNotLogToAStreamThatItCloses(String stream) {
        assertEquals(
                new ProcessResult(2, "", "blockingpoetry: --daemon closes " + stream + ", so it cannot log to it\n"),
                JAR.run("--daemon", "--log-file", stream, ACCEPT));
    }

    @Test
    void hasNoPoemOnItsStdin() {
        assertEquals(
                new ProcessResult(1, "", "blockingpoetry: /dev/stdin is a pipe or a device, not a poem\n"),
                JAR.run("--daemon", "/dev/stdin"));
    }

    private Jar withFiles(Jar jar) {
        return jar.with("--daemon", "--log-file", log.toString(), "--pid-file", pid.toString());
    }

    private ProcessHandle daemon() {
        return ProcessHandle.of(Long.parseLong(text(pid).strip())).orElseThrow();
    }

    /** It leads a session of its own, which has no terminal, and its standard streams lead nowhere. */
    private static void assertHasNoTerminal(ProcessHandle daemon) throws IOException {
        Path facts = Path.of("/proc/" + daemon.pid());
        // After the command in parentheses: state, parent, process group, session, terminal.
        String[] stat = Files.readString(facts.resolve("stat")).replaceFirst("^.*\\) ", "").split(" ");
        assertEquals(List.of("" + daemon.pid(), "0"), List.of(stat[3], stat[4]));
        for (int descriptor = 0; descriptor <= 2; descriptor++) {
            assertEquals(Path.of("/dev/null"), Files.readSymbolicLink(facts.resolve("fd/" + descriptor)));
        }
    }

    private void stop(ProcessHandle daemon) throws IOException, InterruptedException {
        signal(daemon, "TERM");
        await(() -> !daemon.isAlive());
        assertTrue(Files.notExists(pid));
    }

    private static void signal(ProcessHandle process, String name) throws IOException, InterruptedException {
        assertEquals(0, new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid()).start().waitFor());
    }

    private static InetSocketAddress local(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(condition);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
