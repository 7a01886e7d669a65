package blockingpoetry.operation;

import static blockingpoetry.process.Installed.lacks;
import static blockingpoetry.process.Poems.ACCEPT;
import static blockingpoetry.process.Poems.assertServed;
import static blockingpoetry.process.Poems.assertWhole;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import blockingpoetry.Client;
import blockingpoetry.process.FreePorts;
import blockingpoetry.process.Jar;
import blockingpoetry.process.JarProcess;
import blockingpoetry.process.ProcessResult;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The jar on a Java that is too old: {@link Launcher} starts a newer one, and passes on signals and exit code. */
class OldJavaIT {
    private static final Path INSTALLED = Path.of("/usr/lib/jvm");
    private static final Pattern OLD = Pattern.compile("(?m)^JAVA_VERSION=\"(1\\.8|9|1\\d|20)[.\"]");

    private Jar jar;

    @BeforeEach
    void findAnOldJava() throws IOException {
        Path home = oldJava();
        // The Java of this test may be in none of the folders where the launcher looks.
        jar = Jar.on(home).under("env", "--default-signal=INT", "JAVA_HOME=" + System.getProperty("java.home"));
    }

    static Path oldJava() throws IOException {
        try (DirectoryStream<Path> homes = Files.newDirectoryStream(INSTALLED)) {
            for (Path home : homes) {
                if (oldVersion(home).isPresent()) {
                    return home;
                }
            }
        }
        return lacks("no Java below 21 in " + INSTALLED + " to try the launcher on (Debian: openjdk-17-jre-headless)");
    }

    @Test
    void servesAndStopsAsOnANewOne() throws IOException {
        try (JarProcess server = jar.serve(ACCEPT)) {
            String out = "Serving poems/accept.txt on 127.0.0.1:" + server.address().getPort() + ".\n";
            assertServed(ACCEPT, server.address());
            ProcessResult result = server.signal("TERM").awaitEnd();

            assertEquals(new ProcessResult(0, out, result.err()), result);
            assertMatches("(?s)\\S+ INFO blockingpoetry - design=.* stopping on SIGTERM: .* stopped: accepted=1 .*",
                    result.err());
        }
    }

    @Test
    void hasNoPoemOnItsStdin() {
        ProcessResult result = jar.run("/dev/stdin");

        assertEquals(1, result.exitCode());
        assertEquals("blockingpoetry: /dev/stdin is a pipe or a device, not a poem\n", result.err());
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 130"})
    void aSecondSignalEndsBothAtOnce(String signal, int exitCode) throws IOException {
        try (JarProcess server = jar.with("--delay", "60", "--grace", "60").serve(ACCEPT);
                Client client = Client.connect(server.address()).read(10)) {
            server.signal(signal).awaitLog("stopping on SIG" + signal);
            Awaitility.await().pollDelay(Duration.ofMillis(400)).until(() -> true); // longer than an echo, see SignalHandler
            server.signal(signal);

            assertEquals(Client.End.RESET, client.readToEnd());
            assertEquals(exitCode, server.awaitEnd().exitCode());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void aSignalToBothIsOneSignal(String signal) throws Exception {
        try (JarProcess server = jar.with("--num-bytes", "400", "--delay", "1").serve(ACCEPT);
                Client client = Client.connect(server.address()).read(400)) {
            long child = server.children().findAny().orElseThrow().pid();
            new ProcessBuilder("sh", "-c", "kill -" + signal + " " + child + " " + server.pid()).start().waitFor();

            assertWhole(ACCEPT, client);
            client.close();
            assertEquals(0, server.awaitEnd().exitCode());
            server.awaitLog("stopping on SIG" + signal);
        }
    }

    @Test
    void saysNothingBesideWhatIsAskedFor() {
        ProcessResult result = jar.run("--version");

        assertMatches("blockingpoetry .*, Java " + Pattern.quote(Runtime.version().toString()) + "\n", result.out());
        assertEquals(new ProcessResult(0, result.out(), ""), result);
    }

    @Test
    void passesOnTheSignalsThatDoNotEndIt() throws IOException {
        try (JarProcess server = jar.serve(ACCEPT)) {
            server.signal("USR1").awaitLog("accepted=0 ");
            server.signal("HUP").awaitLog("read again on SIGHUP: 1 poems, 0 changed, 0 unreadable");
            server.signal("HUP")
                    .await("the second time",
                            () -> server.log().stream().filter(line -> line.contains("SIGHUP")).count() == 2);
            assertServed(ACCEPT, server.address());
        }
    }

    @Test
    @Tag("slow")
    void closingTheTerminalStopsBothInOrder() throws Exception {
        SignalHandlerIT.assertStopsWithItsTerminal(jar);
    }

    @Test
    void aDaemonDoesNotEndWithTheLauncher(@TempDir Path folder) throws IOException {
        Path pid = folder.resolve("pid");
        int port = FreePorts.one();
        ProcessResult result =
                jar.run("--daemon", "--pid-file", pid.toString(), "--log-file", folder.resolve("log").toString(),
                        "--port", "" + port, ACCEPT);
        ProcessHandle daemon = ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElseThrow();
        try {
            assertEquals(new ProcessResult(0, "Serving poems/accept.txt on 127.0.0.1:" + port + ".\n", result.err()),
                    result);
            assertEquals("", result.err());
            assertServed(ACCEPT, new InetSocketAddress("127.0.0.1", port));
            assertTrue(daemon.destroy());
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !daemon.isAlive());
            assertTrue(Files.notExists(pid));
        } finally {
            daemon.destroyForcibly();
        }
    }

    @Test
    void theServerEndsEvenIfTheLauncherIsKilled() throws IOException {
        try (JarProcess server = jar.serve(ACCEPT)) {
            ProcessHandle child = server.children().findFirst().orElseThrow();
            try {
                // awaitEnd waits for the child, too: both hold the same stdout and stderr.
                assertEquals(137, server.signal("KILL").awaitEnd().exitCode());
            } finally {
                child.destroyForcibly();
            }
        }
    }

    @Test
    void passesOnArgumentsAndExitCode() {
        ProcessResult result = jar.run("--design", "none such", ACCEPT);

        assertEquals(new ProcessResult(2, "", result.err()), result);
        assertMatches("blockingpoetry: .* there is no 'none such' in this jar, only .*\n", result.err());
    }

    /** The version in a Java's {@code release} file, if it is one that needs the launcher. */
    private static Optional<String> oldVersion(Path home) throws IOException {
        Path release = home.resolve("release");
        if (!Files.isExecutable(home.resolve("bin/java")) || !Files.exists(release)) {
            return Optional.empty();
        }
        Matcher old = OLD.matcher(Files.readString(release, StandardCharsets.ISO_8859_1));
        return old.find() ? Optional.of(old.group(1).replace("1.8", "8")) : Optional.empty();
    }

    private static void assertMatches(String regex, String text) {
        assertTrue(text.matches(regex), text);
    }
}
