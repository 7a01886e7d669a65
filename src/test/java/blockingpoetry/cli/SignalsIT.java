package blockingpoetry.cli;

import static blockingpoetry.cli.Jar.JAR;
import static blockingpoetry.cli.Poems.ACCEPT;
import static blockingpoetry.cli.Poems.assertWhole;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import blockingpoetry.Client;
import blockingpoetry.Design;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One signal stops the server in order, a second one at once; no client ever takes half a poem for a whole one. */
class SignalsIT {
    /** A shell that starts the build in the background ignores INT, and all its children would. */
    private static final Jar HEEDING = JAR.under("env", "--default-signal=INT").with("--max-clients", "100");

    private static final String UP = "INFO blockingpoetry - design=virtual max-clients=100 java=" + Runtime.version();

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void anIdleServerStops(String signal) throws IOException {
        try (JarProcess server = HEEDING.serve(ACCEPT)) {
            String out = server.out();
            Ended ended = server.signal(signal).awaitEnd();

            assertEquals(new Ended(0, out, ended.err()), ended);
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

    /** Some designs accept one for whom there is no place yet. */
    @ParameterizedTest
    @MethodSource("designs")
    void aKilledServerResetsWhoWaits(String design) throws IOException {
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
    void aKilledServerDoesNotResetWhoHasThePoem(String design) throws IOException {
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

    static List<String> designs() {
        return Design.ALL.stream().map(Design::name).toList();
    }

    private static String stopping(String signal, int connections, String grace) {
        return "INFO blockingpoetry - stopping on SIG" + signal + ": " + connections + " connections may go on for "
                + grace + " s; a second signal ends them at once";
    }

    private static String stopped(int cut, int bytes) {
        return "INFO blockingpoetry - stopped: Stats[open=0, finished=0, aborted=0, cut=" + cut + ", bytes=" + bytes
                + "]";
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
