package blockingpoetry.cli;

import static blockingpoetry.cli.Jar.JAR;
import static blockingpoetry.cli.Poems.ACCEPT;
import static blockingpoetry.cli.Poems.LOOP;
import static blockingpoetry.cli.Poems.MACHI;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import blockingpoetry.Design;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bad input gets one sentence on stderr and an exit code: no stack trace, nothing on stdout, nothing half-started. */
class BadInputIT {
    @TempDir
    Path folder;

    @Test
    void refusesToServeNothing() {
        assertMistake("no poem to serve; try --help");
    }

    @Test
    void refusesAMissingFile() {
        assertFailure("missing.txt does not exist", "missing.txt");
    }

    @Test
    void refusesADirectory() {
        assertFailure("poems is a directory, not a poem", "poems");
    }

    @Test
    void refusesAFileThatMayNotBeRead() throws IOException {
        Path file = Files.writeString(folder.resolve("secret"), "a poem");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));

        assertFailure(withoutRootsPrivilege(JAR), file + " may not be read", file.toString());
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
        assertMistake("Invalid value for option '--port': '70000' is not a port, 0 to 65535", "--port", "70000",
                ACCEPT);
        assertMistake("'70000' is not a port, 0 to 65535", ACCEPT, LOOP + "@70000");
    }

    @Test
    void refusesAPortThatIsNoNumber() {
        assertMistake("Invalid value for option '--port': 'abc' is not a port, 0 to 65535", "--port", "abc", ACCEPT);
        assertMistake("'abc' is not a port, 0 to 65535", ACCEPT + "@abc");
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
    void refusesChunksOfNothing() {
        assertMistake("Invalid value for option '--num-bytes': '0' is not a whole number, 1 or more", "--num-bytes",
                "0",
                ACCEPT);
    }

    @Test
    void refusesADelayThatIsNoTime() {
        assertMistake("Invalid value for option '--delay': '-1' is not a number of seconds, 0 or more", "--delay", "-1",
                ACCEPT);
        assertMistake("Invalid value for option '--delay': 'NaN' is not a number of seconds, 0 or more", "--delay",
                "NaN",
                ACCEPT);
    }

    @Test
    void refusesAnUnknownDesign() {
        String names = Design.ALL.stream().map(Design::name).collect(Collectors.joining(", "));

        assertMistake("Invalid value for option '--design': there is no 'nonesuch', only " + names, "--design",
                "nonesuch", ACCEPT);
    }

    @Test
    void refusesAnUnknownOption() {
        assertMistake("Unknown option: '--nonesuch'", "--nonesuch", ACCEPT);
    }

    @Test
    void refusesAnOptionWithoutItsValue() {
        assertMistake("Missing required parameter for option '--port' (N)", ACCEPT, "--port");
    }

    @Test
    void refusesTwoPoemsOnOnePort() {
        assertMistake("port 10000 is wanted for " + ACCEPT + " and for " + LOOP, ACCEPT + "@10000", LOOP + "@10000");
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

    private static void assertMistake(String sentence, String... args) {
        assertEquals(new Ended(2, "", "blockingpoetry: " + sentence + "\n"), JAR.run(args));
    }

    private static void assertFailure(String sentence, String... args) {
        assertFailure(JAR, sentence, args);
    }

    private static void assertFailure(Jar jar, String sentence, String... args) {
        assertEquals(new Ended(1, "", "blockingpoetry: " + sentence + "\n"), jar.run(args));
    }

    /** Permissions do not stop root; without these two capabilities they do. */
    private static Jar withoutRootsPrivilege(Jar jar) throws IOException {
        boolean root = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        String less = "-dac_override,-dac_read_search";
        return root ? jar.under("setpriv", "--bounding-set=" + less, "--inh-caps=" + less) : jar;
    }

    private String sparse(long size) throws IOException {
        Path path = folder.resolve("sparse");
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(size);
        }
        return path.toString();
    }
}
