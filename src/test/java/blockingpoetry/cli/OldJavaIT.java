package blockingpoetry.cli;

import static blockingpoetry.cli.Poems.ACCEPT;
import static blockingpoetry.cli.Poems.assertServed;
import static blockingpoetry.cli.Poems.assertWhole;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import blockingpoetry.Client;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar on a Java that is too old: {@link Launcher} starts a newer one, and stays in between unnoticed. */
class OldJavaIT {
    private static final Path INSTALLED = Path.of("/usr/lib/jvm");
    private static final Pattern OLD = Pattern.compile("(?m)^JAVA_VERSION=\"(1\\.8|9|1\\d|20)[.\"]");

    private Jar jar;
    private String notice;

    @BeforeEach
    void findAnOldJava() throws IOException {
        try (DirectoryStream<Path> homes = Files.newDirectoryStream(INSTALLED)) {
            for (Path home : homes) {
                Optional<String> version = oldVersion(home);
                if (version.isPresent()) {
                    // The launcher looks in some folders; the Java of this test may be elsewhere.
                    jar = Jar.on(home).under("env", "JAVA_HOME=" + System.getProperty("java.home"));
                    notice = "Java " + version.get()
                            + " is too old for virtual threads; starting .*/bin/java instead\\.\n";
                    return;
                }
            }
        }
        String lack = "no Java below 21 in " + INSTALLED + " to try the launcher on (Debian: openjdk-17-jre-headless)";
        if ("true".equals(System.getenv("CI"))) {
            fail(lack);
        }
        abort(lack);
    }

    @Test
    void servesAndStopsAsOnANewOne() throws IOException {
        try (JarProcess server = jar.serve(ACCEPT)) {
            String out = "Serving poems/accept.txt on 127.0.0.1:" + server.address().getPort() + ".\n";
            assertServed(ACCEPT, server.address());
            Ended ended = server.signal("TERM").awaitEnd();

            assertEquals(new Ended(0, out, ended.err()), ended);
            assertMatches("(?s)" + notice + ".* stopping on SIGTERM: .* stopped: Stats.*", ended.err());
        }
    }

    @Test
    void aSecondSignalEndsBothAtOnce() throws IOException {
        try (JarProcess server = jar.with("--delay", "60", "--grace", "60").serve(ACCEPT);
                Client client = Client.connect(server.address()).read(10)) {
            server.signal("TERM").awaitLog("stopping on");
            Awaitility.await().pollDelay(Duration.ofMillis(400)).until(() -> true); // a person is not that fast
            server.signal("TERM");

            assertEquals(Client.End.RESET, client.readToEnd());
            assertEquals(143, server.awaitEnd().exitCode());
        }
    }

    @Test
    void aSignalToBothIsOneSignal() throws IOException {
        try (JarProcess server = jar.with("--num-bytes", "400", "--delay", "1").serve(ACCEPT);
                Client client = Client.connect(server.address()).read(400)) {
            server.children().forEach(ProcessHandle::destroy);
            server.signal("TERM");

            assertWhole(ACCEPT, client);
            client.close();
            assertEquals(0, server.awaitEnd().exitCode());
        }
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
    void aDaemonDoesNotEndWithTheLauncher(@TempDir Path folder) throws IOException {
        Path pid = folder.resolve("pid");
        int port = FreePorts.one();
        Ended ended = jar.run("--daemon", "--pid-file", pid.toString(), "--log-file", folder.resolve("log").toString(),
                "--port", "" + port, ACCEPT);
        ProcessHandle daemon = ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElseThrow();
        try {
            assertEquals(new Ended(0, "Serving poems/accept.txt on 127.0.0.1:" + port + ".\n", ended.err()), ended);
            assertMatches(notice, ended.err());
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
                // Both write to the same two streams, which end with the last of them.
                assertEquals(137, server.signal("KILL").awaitEnd().exitCode());
            } finally {
                child.destroyForcibly();
            }
        }
    }

    @Test
    void passesOnArgumentsAndExitCode() {
        Ended ended = jar.run("--design", "none such", ACCEPT);

        assertEquals(new Ended(2, "", ended.err()), ended);
        assertMatches(notice + "blockingpoetry: .* there is no 'none such', only .*\n", ended.err());
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
