package blockingpoetry.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import blockingpoetry.Pace;
import blockingpoetry.ServerOptions;
import blockingpoetry.designs.Design;
import blockingpoetry.designs.RecordingDesign;
import blockingpoetry.designs.RecordingDesign.Recorded;
import blockingpoetry.process.ProcessResult;
import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From the server's arguments to the options, poems and addresses that its design gets. */
class ServeTest {
    private static final String ACCEPT = "poems/accept.txt";
    private static final String LOOP = "poems/loop.txt";
    private static final String QUEUE = "poems/queue.txt";
    private static final ServerOptions DEFAULTS = defaults(1);

    private final RecordingDesign recording = new RecordingDesign();

    @TempDir
    Path folder;

    @Test
    void servesOnAFreePortOfThisMachineByDefault() {
        assertEquals(new Recorded(List.of(ACCEPT), List.of(new InetSocketAddress("localhost", 0)), DEFAULTS),
                recorded(ACCEPT));
    }

    @Test
    void takesEveryOption() throws IOException {
        InetAddress address = InetAddress.getByName("127.0.0.2");
        ServerOptions options = DEFAULTS.withPace(new Pace(3, Duration.ofMillis(500)))
                .withBacklog(7)
                .withMaxClients(11)
                .withMaxClientsPerAddress(5)
                .withStallTimeout(Duration.ofSeconds(13))
                .withDrainTimeout(Duration.ofSeconds(17))
                .withGrace(Duration.ofSeconds(19))
                .withLogConnections(true)
                .withLoops(2);

        assertEquals(new Recorded(List.of(ACCEPT), List.of(new InetSocketAddress(address, 12345)), options),
                recorded("--port", "12345", "--iface", "127.0.0.2", "--num-bytes", "3", "--delay", "0.5", "--backlog",
                        "7", "--max-clients", "11", "--max-clients-per-address", "5", "--stall-timeout", "13",
                        "--drain-timeout", "17", "--grace", "19",
                        "--log-connections", "--loops", "2", ACCEPT));
    }

    @Test
    void servesEveryPoemOnEveryAddress() throws IOException {
        InetAddress first = InetAddress.getByName("127.0.0.2");
        InetAddress second = InetAddress.getByName("127.0.0.3");

        assertEquals(new Recorded(List.of(ACCEPT, ACCEPT, LOOP, LOOP),
                List.of(new InetSocketAddress(first, 12345), new InetSocketAddress(second, 12345),
                        new InetSocketAddress(first, 12346), new InetSocketAddress(second, 12346)),
                defaults(4)),
                recorded("--port", "12345", "--iface", "127.0.0.2", "--iface", "127.0.0.3", ACCEPT, LOOP));
    }

    @Test
    void checksWithoutServing() {
        ProcessResult good = new ProcessResult(0, "The options are in order, and the poems can be read.\n", "");

        assertEquals(good, run("--check", "--daemon", "--pid-file", folder.resolve("pid").toString(), "--log-file",
                folder.resolve("log").toString(), ACCEPT));
        assertEquals(0, folder.toFile().list().length);
        assertEquals(new ProcessResult(1, "", "blockingpoetry: poems/none.txt does not exist\n"),
                run("--check", ACCEPT, "poems/none.txt"));
        assertEquals(
                new ProcessResult(1, "", "blockingpoetry: --iface 192.0.2.1 is not an address of this machine\n"),
                run("--check", "--iface", "192.0.2.1", ACCEPT));
        assertUsageError("'x' is not a port, 0 to 65535", "--check", ACCEPT + "@x");
        String none = folder.resolve("none").toString();
        assertUsageError("--log-file " + none + " is the same file as " + none, "--check", "--pid-file", none,
                "--log-file", none, ACCEPT);
        assertUsageError("--iface 127.0.0.1 is an address that was given before", "--check", "--iface", "127.0.0.1",
                "--iface", "127.0.0.1", ACCEPT);
        assertEquals(
                new ProcessResult(1, "",
                        "blockingpoetry: --metrics-port nosuch.invalid is not an address of this machine\n"),
                run("--check", "--metrics-port", "nosuch.invalid:9000", ACCEPT));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "--version", "generate-completion", "--check " + ACCEPT})
    void failsIfWhatItSaysCannotBeWritten(String arguments) throws IOException {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try (PrintStream full = new PrintStream(new FileOutputStream("/dev/full"))) {
            assertEquals(1, Main.run(full, new PrintStream(err, true, UTF_8), Design.ALL, arguments.split(" ")));
        }
        assertEquals("blockingpoetry: cannot write to stdout\n", err.toString(UTF_8));
    }

    @Test
    void checksBesideTheServerThatHasThePort() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertEquals(0, run("--check", "--port", "" + other.getLocalPort(), ACCEPT).exitCode());
        }
    }

    @Test
    void guessesTheCommandAndTheDesignThatWereMeant() {
        assertEquals(new ProcessResult(1, "", "blockingpoetry: gte does not exist; did you mean get?\n"), run("gte"));
        assertEquals(new ProcessResult(2, "", "blockingpoetry: Invalid value for option '--design': there is no"
                + " 'vritual' in this jar, only virtual; did you mean virtual?\n"),
                ProcessResult.inThisProcess(List.of(recording.named("virtual")), "--design", "vritual", ACCEPT));
    }

    @Test
    void logsInOneOfTwoFormats() {
        assertUsageError("Invalid value for option '--log-format': there is no 'xml', only text, json", "--log-format",
                "xml", ACCEPT);
    }

    @Test
    void isSlowOnceOneOfTheTwoOptionsForItIsGiven() {
        assertEquals(DEFAULTS.withPace(new Pace(3, Duration.ofMillis(700))),
                recorded("--num-bytes", "3", ACCEPT).options());
        assertEquals(DEFAULTS.withPace(new Pace(10, Duration.ofSeconds(2))),
                recorded("--delay", "2", ACCEPT).options());
    }

    @Test
    void givesTheNextPoemsTheNextPorts() {
        assertEquals(List.of(12345, 12346, 12347), ports("--port", "12345", ACCEPT, LOOP, QUEUE));
    }

    @Test
    void passesOverAPoemThatHasAPortOfItsOwn() {
        assertEquals(List.of(12345, 10000, 12346), ports("--port", "12345", ACCEPT, LOOP + "@10000", QUEUE));
        assertEquals(List.of(10000, 12345), ports("--port", "12345", ACCEPT + "@10000", LOOP));
        assertEquals(List.of(0, 10000, 0), ports(ACCEPT, LOOP + "@10000", QUEUE));
    }

    @Test
    void servesOnePoemOnManyFreePortsIfAsked() {
        assertEquals(new Recorded(List.of(ACCEPT, ACCEPT),
                List.of(new InetSocketAddress("localhost", 0), new InetSocketAddress("localhost", 0)), defaults(2)),
                recorded(ACCEPT + "@0", ACCEPT));
    }

    @Test
    void refusesTwoPoemsOnOnePort() {
        assertUsageError("port 10000 is wanted for poems/accept.txt and for poems/loop.txt", ACCEPT + "@10000",
                LOOP + "@10000");
        assertUsageError("port 10001 is wanted for poems/loop.txt and for poems/queue.txt", "--port", "10000", ACCEPT,
                LOOP,
                QUEUE + "@10001");
    }

    @Test
    void refusesPortsBeyondTheLast() {
        assertEquals(List.of(65534, 65535), ports("--port", "65534", ACCEPT, LOOP));
        assertUsageError("no port is left for poems/queue.txt: the ports end at 65535", "--port", "65534", ACCEPT, LOOP,
                QUEUE);
    }

    @Test
    void refusesToServeNothing() {
        assertUsageError("no poem to serve; try --help");
    }

    @Test
    void refusesAnOptionGivenTwice() {
        assertUsageError("option '--grace' (SECONDS) should be specified only once", "--grace", "1", "--grace", "2",
                ACCEPT);
    }

    @Test
    void refusesADesignThatItDoesNotHave() {
        ProcessResult result =
                ProcessResult.inThisProcess(List.of(recording.named("first"), recording.named("second")), "--design",
                        "third", ACCEPT);

        assertEquals(new ProcessResult(2, "",
                "blockingpoetry: Invalid value for option '--design': there is no 'third' in this jar, only first, second\n"),
                result);
    }

    @Test
    void saysInOneLineWhatADesignRefuses() {
        assertEquals(new ProcessResult(1, "", "blockingpoetry: recorded\n"), run(ACCEPT));
    }

    @Test
    void takesAnArgumentThatStartsWithAnAtAsItIs() throws IOException {
        Path file = Files.writeString(folder.resolve("@poem"), "not a file of arguments");

        assertEquals(List.of(file.toString()), recorded(file.toString()).poems());
        assertUsageError("'@10000' names no poem", "@10000");
    }

    @Test
    void printsItsHelpOnStdout() {
        ProcessResult help = run("--help");

        assertEquals(new ProcessResult(0, help.out(), ""), help);
        for (String word : List.of("--port", "--iface", "--num-bytes", "--delay", "--design", "--backlog",
                "--max-clients", "--max-clients-per-address", "--stall-timeout", "--drain-timeout", "--grace",
                "--loops", "--log-connections", "--log-format", "--check", "Examples:",
                "--log-file", "--pid-file", "--daemon", "--metrics-port", "get")) {
            assertTrue(help.out().contains(word), help.out());
        }
    }

    @Test
    void printsItsVersionWithoutAJar() {
        assertEquals(new ProcessResult(0, "blockingpoetry (not from a jar), Java " + Runtime.version() + "\n", ""),
                run("--version"));
    }

    @Test
    void knowsTheJavasThatLoseWakeUps() {
        List<String> javas = List.of("21.0.11", "24.0.2", "25", "25.0.1", "25.0.2", "25.0.3", "26", "26.0.1", "27");

        assertEquals(List.of("25", "25.0.1", "25.0.2", "26"),
                javas.stream().filter(java -> Serve.losesWakeUps(Runtime.Version.parse(java))).toList());
    }

    private List<Integer> ports(String... args) {
        return recorded(args).addresses().stream().map(InetSocketAddress::getPort).toList();
    }

    private Recorded recorded(String... args) {
        assertEquals(new ProcessResult(1, "", "blockingpoetry: " + RecordingDesign.REFUSAL + "\n"), run(args));
        return recording.recorded();
    }

    private void assertUsageError(String sentence, String... args) {
        assertEquals(new ProcessResult(2, "", "blockingpoetry: " + sentence + "\n"), run(args));
    }

    private ProcessResult run(String... args) {
        String[] withDesign =
                Stream.concat(Stream.of("--design", "recording"), Arrays.stream(args)).toArray(String[]::new);
        return ProcessResult.inThisProcess(List.of(recording.named("recording")), withDesign);
    }

    /** Each poem's listener takes a descriptor, so there is one client less. */
    private static ServerOptions defaults(int poems) {
        return ServerOptions.defaults().withMaxClients(ServerOptions.defaults().maxClients() - poems);
    }
}
