package blockingpoetry.cli;

import static blockingpoetry.process.Jar.JAR;
import static blockingpoetry.process.Poems.ACCEPT;
import static blockingpoetry.process.Poems.LOOP;
import static blockingpoetry.process.Poems.MACHI;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import blockingpoetry.designs.Design;
import blockingpoetry.process.FreePorts;
import blockingpoetry.process.Jar;
import blockingpoetry.process.JarProcess;
import blockingpoetry.process.ProcessResult;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bad input gets one sentence on stderr and an exit code: no stack trace, nothing on stdout, nothing half-started. */
class BadInputIT {
    @TempDir
    Path folder;

    @Test
    void refusesToServeNothing() {
        assertUsageError("no poem to serve; try --help");
    }

    @Test
    void refusesAMissingFile() {
        assertFailure("missing.txt does not exist", "missing.txt");
    }

    @Test
    void saysWhatToSetForANameThatTheLocaleHasNot() throws IOException {
        Path file = Files.writeString(folder.resolve("Gedichte"), "ein Gedicht");
        String name = Files.move(file, folder.resolve("fünf")).toString();
        Jar jar = JAR.under("env", "LC_ALL=C");

        for (String[] args : List.of(new String[]{name}, new String[]{"--log-file", name, ACCEPT})) {
            ProcessResult result = jar.run(args);
            assertEquals(new ProcessResult(2, "", result.err()), result);
            assertTrue(result.err().endsWith(" has characters that this locale has not; set LC_ALL=C.UTF-8\n"),
                    result::err);
        }
        try (JarProcess server = JAR.under("env", "LC_ALL=C.UTF-8").serve(name)) {
            assertEquals("Serving " + name + " on 127.0.0.1:" + server.address().getPort() + ".\n", server.out());
        }
    }

    @Test
    void refusesADirectory() {
        assertFailure("poems is a directory, not a poem", "poems");
    }

    @Test
    void refusesAFileThatMayNotBeRead() throws IOException {
        Path file = Files.writeString(folder.resolve("secret"), "a poem");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));

        assertFailure(JAR.withoutRootsPrivilege(), file + " may not be read", file.toString());
    }

    @Test
    void refusesAnEmptyFile() throws IOException {
        Path file = Files.createFile(folder.resolve("empty"));

        assertFailure(file + " is empty", file.toString());
    }

    @Test
    void refusesAFileTooLargeForTheMemory() throws IOException {
        String file = sparse(1L << 30);

        assertFailure(Jar.withFlags("-Xmx64m"), file + " is too large for the memory of this process", file);
    }

    @Test
    void refusesAFileTooLargeForAnArray() throws IOException {
        String file = sparse(3L << 30);

        assertFailure(file + " is too large for the memory of this process", file);
    }

    @Test
    void refusesAPortInUse() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String sentence =
                    ACCEPT + " cannot be served on 127.0.0.1:" + other.getLocalPort() + ": Address already in use";

            assertFailure(sentence, "--port", "" + other.getLocalPort(), ACCEPT);
            assertFailure(sentence, ACCEPT + "@" + other.getLocalPort());
        }
    }

    @Test
    void refusesAPortBeyondTheLast() {
        assertUsageError("Invalid value for option '--port': '70000' is not a port, 0 to 65535", "--port", "70000",
                ACCEPT);
        assertUsageError("'70000' is not a port, 0 to 65535", ACCEPT, LOOP + "@70000");
    }

    @Test
    void refusesAPortThatIsNoNumber() {
        assertUsageError("Invalid value for option '--port': 'abc' is not a port, 0 to 65535", "--port", "abc", ACCEPT);
        assertUsageError("'abc' is not a port, 0 to 65535", ACCEPT + "@abc");
    }

    @Test
    void refusesAnUnknownInterface() {
        assertFailure("--iface nosuch.invalid is not an address of this machine", "--iface", "nosuch.invalid", ACCEPT);
    }

    @Test
    void refusesAnAddressOfAnotherMachine() {
        assertFailure(ACCEPT + " cannot be served on 192.0.2.1:0: Cannot assign requested address", "--iface",
                "192.0.2.1", ACCEPT);
    }

    @Test
    void refusesAnIpv6AddressWithoutIpv6() {
        Jar jar = Jar.withFlags("-Djava.net.preferIPv4Stack=true");
        for (Design design : Design.ALL) {
            assertFailure(jar, "[::1]:0 is an IPv6 address, and this Java has no IPv6", "--design", design.name(),
                    "--iface", "::1", ACCEPT);
        }
        assertFailure(jar, "[::1]:9100 is an IPv6 address, and this Java has no IPv6", "--metrics-port", "[::1]:9100",
                ACCEPT);
    }

    @Test
    void refusesChunksOfNothing() {
        assertUsageError("Invalid value for option '--num-bytes': '0' is not a whole number, 1 or more", "--num-bytes",
                "0",
                ACCEPT);
    }

    @Test
    void refusesADelayThatIsNoTime() {
        assertUsageError("Invalid value for option '--delay': '-1' is not a number of seconds, 0 or more", "--delay",
                "-1",
                ACCEPT);
        assertUsageError("Invalid value for option '--delay': 'NaN' is not a number of seconds, 0 or more", "--delay",
                "NaN",
                ACCEPT);
    }

    @Test
    void refusesAnUnknownDesign() {
        String names = Design.ALL.stream().map(Design::name).collect(Collectors.joining(", "));

        assertUsageError("Invalid value for option '--design': there is no 'nonesuch' in this jar, only " + names,
                "--design",
                "nonesuch", ACCEPT);
    }

    @Test
    void refusesAnUnknownOption() {
        assertUsageError("Unknown option: '--nonesuch'", "--nonesuch", ACCEPT);
    }

    @Test
    void refusesAnOptionWithoutItsValue() {
        assertUsageError("Missing required parameter for option '--port' (N)", ACCEPT, "--port");
    }

    @Test
    void refusesTwoPoemsOnOnePort() {
        assertUsageError("port 10000 is wanted for " + ACCEPT + " and for " + LOOP, ACCEPT + "@10000", LOOP + "@10000");
    }

    @Test
    void startsNothingWhenOnePoemOfThreeCannotBeServed() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int first = FreePorts.inARow(2);
            int third = first + 1;

            assertFailure(
                    LOOP + " cannot be served on 127.0.0.1:" + other.getLocalPort() + ": Address already in use",
                    ACCEPT + "@" + first, LOOP + "@" + other.getLocalPort(), MACHI + "@" + third);
            assertFailure("missing.txt does not exist", ACCEPT + "@" + first, "missing.txt", MACHI + "@" + third);
            assertTrue(FreePorts.isFree(first) && FreePorts.isFree(third));
        }
    }

    @Test
    void refusesOneFileForTwoThings() throws IOException {
        Path poem = Files.writeString(folder.resolve("poem"), "42");
        Path link = Files.createLink(folder.resolve("link"), poem);
        Path none = folder.resolve("none");

        assertUsageError("--pid-file " + link + " is the same file as " + poem, "--pid-file", link.toString(),
                poem.toString());
        assertUsageError("--log-file " + link + " is the same file as " + poem, "--log-file", link.toString(), ACCEPT,
                poem.toString());
        assertUsageError("--log-file " + none + " is the same file as " + none, "--log-file", none.toString(),
                "--pid-file", none.toString(), ACCEPT);
        assertEquals("42", Files.readString(poem));
        assertTrue(Files.notExists(none));
    }

    private static void assertUsageError(String sentence, String... args) {
        assertEquals(new ProcessResult(2, "", "blockingpoetry: " + sentence + "\n"), JAR.run(args));
    }

    private static void assertFailure(String sentence, String... args) {
        assertFailure(JAR, sentence, args);
    }

    private static void assertFailure(Jar jar, String sentence, String... args) {
        assertEquals(new ProcessResult(1, "", "blockingpoetry: " + sentence + "\n"), jar.run(args));
    }

    private String sparse(long size) throws IOException {
        Path path = folder.resolve("sparse");
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(size);
        }
        return path.toString();
    }
}
