package blockingpoetry.operation;

import static blockingpoetry.process.Jar.JAR;
import static blockingpoetry.process.Poems.ACCEPT;
import static blockingpoetry.process.Poems.assertWhole;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import blockingpoetry.Client;
import blockingpoetry.designs.Design;
import blockingpoetry.process.Jar;
import blockingpoetry.process.JarProcess;
import blockingpoetry.process.Poems;
import blockingpoetry.process.ProcessResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What signals do to a server; no client ever takes half a poem for a whole one. */
class SignalHandlerIT {
    /** With INT's default action: a build in a shell's background inherits that INT is ignored. */
    private static final Jar HEEDING = JAR.under("env", "--default-signal=INT").with("--max-clients", "100");

    private static final String UP = "INFO blockingpoetry - design=virtual max-clients=100 java=" + Runtime.version();

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void anIdleServerStops(String signal) throws IOException {
        try (JarProcess server = HEEDING.serve(ACCEPT)) {
            String out = server.out();
            ProcessResult result = server.signal(signal).awaitEnd();

            assertEquals(new ProcessResult(0, out, result.err()), result);
            assertEquals(List.of(UP, stopping(signal, 0, "10"), stopped(0, 0)), server.log());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void recitalsInProgressFinishWhileNewClientsAreRefused(String signal) throws IOException {
        String poem = Files.writeString(folder.resolve("slow"), "The queue is long.\nWe").toString();
        try (JarProcess server = HEEDING.with("--num-bytes", "10", "--delay", "1").serve(poem)) {
            InetSocketAddress address = server.address();
            List<Client> clients = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                clients.add(Client.connect(address).read(1));
            }

            server.signal(signal).await("a refusal", () -> refuses(address));
            assertTrue(server.isAlive());

            for (Client client : clients) {
                assertWhole(poem, client);
                client.close();
            }
            assertEquals(0, server.awaitEnd().exitCode());
        }
    }

    @Test
    void recitalsLongerThanTheGracePeriodAreReset() throws IOException {
        try (JarProcess server = HEEDING.with("--delay", "60", "--grace", "0.2").serve(ACCEPT);
                Client first = Client.connect(server.address()).read(10);
                Client second = Client.connect(server.address()).read(10)) {
            server.signal("TERM");

            assertEquals(Client.End.RESET, first.readToEnd());
            assertEquals(Client.End.RESET, second.readToEnd());
            assertEquals(0, server.awaitEnd().exitCode());
            assertEquals(List.of(UP, stopping("TERM", 2, "0.2"), stopped(2, 20)), server.log());
        }
    }

    @ParameterizedTest
    @MethodSource("designs")
    void aSecondSignalResetsRecitalsAndEndsAtOnce(String design) throws IOException {
        Jar patient = HEEDING.with("--delay", "60", "--grace", "60", "--design", design);
        try (JarProcess server = patient.serve(ACCEPT);
                Client client = Client.connect(server.address()).read(10)) {
            server.signal("TERM").awaitLog("stopping on").signal("TERM");

            assertEquals(Client.End.RESET, client.readToEnd());
            assertEquals(143, server.awaitEnd().exitCode());
            assertEquals(List.of(UP.replace("virtual", design), stopping("TERM", 1, "60"), stopped(1, 10)),
                    server.log());
        }
    }

    @ParameterizedTest
    @MethodSource("designs")
    void aKilledServerResetsRecitals(String design) throws IOException {
        try (JarProcess server = JAR.with("--delay", "60", "--design", design).serve(ACCEPT);
                Client client = Client.connect(server.address()).read(10)) {
            server.signal("KILL");

            assertEquals(Client.End.RESET, client.readToEnd());
        }
    }

    /** Some designs accept a client before there is a permit for it. */
    @ParameterizedTest
    @MethodSource("designs")
    void aKilledServerResetsAClientThatWaits(String design) throws IOException {
        try (JarProcess server =
                JAR.with("--delay", "60", "--max-clients", "1", "--design", design).serve(ACCEPT, ACCEPT);
                Client client = Client.connect(server.addresses().get(0)).read(10);
                Client waiting = Client.connect(server.addresses().get(1))) {
            server.signal("USR1").awaitLog("accepted=1 ").signal("KILL");

            assertEquals(Client.End.RESET, client.readToEnd());
            assertEquals(Client.End.RESET, waiting.readToEnd());
        }
    }

    @ParameterizedTest
    @MethodSource("designs")
    void aKilledServerDoesNotResetAClientThatHasThePoem(String design) throws IOException {
        try (JarProcess server = JAR.with("--drain-timeout", "60", "--design", design).serve(ACCEPT);
                Client client = Client.connect(server.address()).read(Poems.bytes(ACCEPT).length)) {
            client.readToEnd(); // so that the server has shut down its output
            server.signal("KILL").awaitEnd();

            assertWhole(ACCEPT, client);
        }
    }

    @Test
    void theSecondSignalMayBeAnother() throws IOException {
        try (JarProcess server = HEEDING.with("--delay", "60", "--grace", "60").serve(ACCEPT);
                Client client = Client.connect(server.address()).read(10)) {
            server.signal("TERM").awaitLog("stopping on").signal("INT");

            assertEquals(Client.End.RESET, client.readToEnd());
            assertEquals(130, server.awaitEnd().exitCode());
        }
    }

    @Test
    void hupReadsPoemsAgainWhileRecitalsGoOn() throws IOException {
        Path changed = Files.writeString(folder.resolve("changed"), "The first version of it.\n");
        Path gone = Files.writeString(folder.resolve("gone"), "Of this there is only one.\n");
        try (JarProcess server = JAR.with("--num-bytes", "10", "--delay", "0.2")
                .serve(changed.toString(), gone.toString(), ACCEPT);
                Client early = Client.connect(server.addresses().getFirst()).read(10)) {
            Files.writeString(changed, "The second version, which is longer than the first.\n");
            Files.delete(gone);
            server.signal("HUP").awaitLog("read again on SIGHUP: 3 poems, 1 changed, 1 unreadable");

            assertEquals("The second version, which is longer than the first.\n",
                    received(Client.connect(server.addresses().get(0))));
            assertEquals("The first version of it.\n", received(early));
            assertEquals("Of this there is only one.\n", received(Client.connect(server.addresses().get(1))));
            assertEquals(
                    List.of("INFO blockingpoetry - " + changed + " has changed: 52 bytes from now on",
                            "WARN blockingpoetry - " + gone + " does not exist; it is served as it was"),
                    server.log().subList(1, 3));
        }
    }

    @Test
    void closingTheTerminalStopsAServerInItsForeground() throws Exception {
        assertStopsWithItsTerminal(JAR);
    }

    /** Only once the terminal is gone; until then, the same signal reads the poems again. */
    static void assertStopsWithItsTerminal(Jar jar) throws Exception {
        Path folder = Files.createTempDirectory("terminal");
        Path log = Files.createFile(folder.resolve("log"));
        Path pid = folder.resolve("pid");
        String poem = Files.writeString(folder.resolve("slow"), "The queue is long.\nWe").toString();
        try (JarProcess terminal = jar.with("--num-bytes", "10", "--delay", "1", "--log-file", log.toString(),
                "--pid-file", pid.toString()).startInTerminal(poem)) {
            terminal.await("the start", () -> text(log).contains("design=") && !terminal.addresses().isEmpty());
            ProcessHandle server = ProcessHandle.of(Long.parseLong(text(pid).strip())).orElseThrow();
            try (Client client = Client.connect(terminal.address())) {
                new ProcessBuilder("sh", "-c", "kill -HUP " + server.pid()).start().waitFor();
                terminal.await("the reading", () -> text(log).contains("read again on SIGHUP"));
                client.read(1);
                terminal.signal("KILL");

                assertWhole(poem, client);
                terminal.await("the end", () -> !server.isAlive());
                assertTrue(text(log).contains(" stopping on SIGHUP: 1 connections may go on"), text(log));
                assertTrue(text(log).contains(" stopped: accepted=1 finished=1 "), text(log));
            } finally {
                server.destroyForcibly();
            }
        }
    }

    /** The JDK starts a thread for each signal, so by default some are left, and clients wait in the backlog. */
    @Test
    void signalsArriveWhereThreadsAreFew() throws IOException {
        // The limit counts all threads of a user, so it takes one who has none.
        assumeTrue(System.getProperty("user.name").equals("root"), "only root can become another user");
        Files.copy(Path.of(System.getProperty("blockingpoetry.jar")), folder.resolve("blockingpoetry.jar"));
        Files.copy(Path.of(ACCEPT), folder.resolve("poem"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Jar jar =
                new Jar(List.of("prlimit", "--nproc=60", "setpriv", "--reuid=64321", "--regid=64321", "--clear-groups",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar",
                        folder.resolve("blockingpoetry.jar").toString(), "--design", "platform", "--delay", "60"));
        List<Client> clients = new ArrayList<>();
        try (JarProcess server = jar.serve(folder.resolve("poem").toString())) {
            for (int i = 0; i < 100; i++) {
                clients.add(Client.connect(server.address()));
            }
            server.await("rest, with all served who can be", () -> server.coresUsed(Duration.ofSeconds(1)) < 0.2);
            server.signal("USR1").awaitLog("accepted=");
            server.signal("TERM").awaitLog("stopping on SIGTERM").signal("TERM");

            assertEquals(143, server.awaitEnd().exitCode());
        } finally {
            for (Client client : clients) {
                client.close();
            }
        }
    }

    @Test
    void saysSoIfHupIsIgnored() throws IOException {
        try (JarProcess server = JAR.under("nohup").serve(ACCEPT)) {
            server.awaitLog("WARN blockingpoetry - SIGHUP is ignored, as nohup asks: ").signal("HUP").signal("USR1");

            server.awaitLog("accepted=0 ");
            assertTrue(server.log().stream().noneMatch(line -> line.contains("read again")), server::toString);
        }
    }

    @Test
    void usr1LogsTheStateOfTheServer() throws IOException {
        try (JarProcess server = JAR.with("--delay", "60").serve(ACCEPT);
                Client client = Client.connect(server.address()).read(10)) {
            Client.connect(server.address()).read(10).reset();
            server.signal("USR1").awaitLog("accepted=");

            String line = server.log().getLast();
            assertTrue(line.matches("INFO blockingpoetry - accepted=2 open=2 finished=0 aborted=0 cut=0 bytes=20"
                    + " threads=\\d+ heap=\\d+ max-heap=\\d+"), line);
        }
    }

    static List<String> designs() {
        return Design.ALL.stream().map(Design::name).toList();
    }

    private static String stopping(String signal, int connections, String grace) {
        return "INFO blockingpoetry - stopping on SIG" + signal + ": " + connections + " connections may go on for "
                + grace + " s; a second signal ends them at once";
    }

    private static String stopped(int cut, int bytes) {
        return "INFO blockingpoetry - stopped: accepted=" + cut + " finished=0 aborted=0 cut=" + cut + " bytes="
                + bytes;
    }

    private static String received(Client client) throws IOException {
        try (client) {
            assertEquals(Client.End.CLEAN, client.readToEnd());
            return new String(client.received(), UTF_8);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean refuses(InetSocketAddress address) {
        try (Client client = Client.connect(address)) {
            return false;
        } catch (ConnectException e) {
            return true;
        } catch (IOException e) {
            return false; // accepted, and then reset
        }
    }
}
