package blockingpoetry.cli;

import static blockingpoetry.cli.Jar.JAR;
import static blockingpoetry.cli.Poems.ACCEPT;
import static blockingpoetry.cli.Poems.assertServed;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import blockingpoetry.Client;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one who runs a server does with it, by signals and files. */
class OperationIT {
    @TempDir
    Path folder;

    private Path log;
    private Path pid;

    @BeforeEach
    void nameFiles() {
        log = folder.resolve("log");
        pid = folder.resolve("pid");
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
    void hupOpensTheLogFileAgain() throws IOException {
        Path old = folder.resolve("log.1");
        Files.writeString(log, "what was there before\n");
        try (JarProcess server = startLogging(ACCEPT)) {
            Files.move(log, old);
            assertServed(ACCEPT, server.address());
            server.await("a line in the old file", () -> text(old).contains("outcome=finished"));
            server.signal("HUP").await("a line in the new file", () -> text(log).contains("read again on SIGHUP"));
            assertServed(ACCEPT, server.address());
            server.await("another line in the new file", () -> text(log).contains("outcome=finished"));

            assertEquals("", server.signal("TERM").awaitEnd().err());
            assertTrue(text(old).startsWith("what was there before\n"), text(old));
            assertEquals(1, text(old).lines().filter(line -> line.contains("outcome=")).count(), text(old));
            assertEquals(1, text(log).lines().filter(line -> line.contains("outcome=")).count(), text(log));
        }
    }

    @Test
    void aLogFileThatCannotBeOpenedAgainIsKept() throws IOException {
        Path old = folder.resolve("log.1");
        try (JarProcess server = startLogging(ACCEPT)) {
            Files.move(log, old);
            Files.createDirectory(log);
            server.signal("HUP").await("a complaint", () -> text(old).contains("read again on SIGHUP"));

            assertTrue(text(old).contains(
                    "WARN blockingpoetry - cannot log to " + log + " (Is a directory); the log goes on where it was"),
                    text(old));
        }
    }

    @Test
    void refusesALogFileThatCannotBeWritten() {
        assertEquals(new Ended(1, "", "blockingpoetry: cannot log to " + folder + " (Is a directory)\n"),
                JAR.run("--log-file", folder.toString(), ACCEPT));
    }

    @Test
    void usr1SaysHowItIs() throws IOException {
        try (JarProcess server = JAR.with("--delay", "60").serve(ACCEPT);
                Client client = Client.connect(server.address()).read(10)) {
            Client.connect(server.address()).read(10).reset();
            server.signal("USR1").awaitLog("accepted=");

            String line = server.log().getLast();
            assertTrue(line.matches("INFO blockingpoetry - accepted=2 open=2 finished=0 aborted=0 cut=0 bytes=20"
                    + " threads=\\d+ heap=\\d+ max-heap=\\d+"), line);
        }
    }

    @Test
    void thePidFileIsThereAsLongAsTheServer() throws IOException {
        try (JarProcess server = JAR.with("--pid-file", pid.toString()).serve(ACCEPT)) {
            assertEquals(server.pid() + "\n", text(pid));

            assertEquals(0, server.signal("TERM").awaitEnd().exitCode());
            assertTrue(Files.notExists(pid));
        }
    }

    @Test
    void refusesThePidFileOfARunningServer() throws IOException {
        Jar jar = JAR.with("--pid-file", pid.toString());
        try (JarProcess server = jar.serve(ACCEPT)) {
            assertEquals(new Ended(1, "",
                    "blockingpoetry: " + pid + " is taken: process " + server.pid() + " is running\n"),
                    jar.run(ACCEPT));
            assertEquals(server.pid() + "\n", text(pid));
            assertServed(ACCEPT, server.address());
        }
    }

    @Test
    void replacesThePidFileOfAServerThatWasKilled() throws IOException {
        Jar jar = JAR.with("--pid-file", pid.toString());
        try (JarProcess server = jar.serve(ACCEPT)) {
            server.signal("KILL").awaitEnd();
            assertEquals(server.pid() + "\n", text(pid));
        }
        try (JarProcess server = jar.serve(ACCEPT)) {
            assertEquals(server.pid() + "\n", text(pid));
        }
    }

    @Test
    void replacesAPidFileWhoseIdIsNowThatOfAnotherProcess() throws IOException {
        Files.writeString(pid, ProcessHandle.current().pid() + "\n");
        try (JarProcess server = JAR.with("--pid-file", pid.toString()).serve(ACCEPT)) {
            assertEquals(server.pid() + "\n", text(pid));
        }
    }

    @Test
    void leavesAFileThatIsNoPidFileAsItIs() throws IOException {
        byte[] poem = Files.readAllBytes(Path.of(ACCEPT));
        Files.write(pid, poem);

        assertEquals(new Ended(1, "", "blockingpoetry: " + pid + " holds something else than the id of a process\n"),
                JAR.run("--pid-file", pid.toString(), ACCEPT));
        assertArrayEquals(poem, Files.readAllBytes(pid));
    }

    @Test
    void leavesNoPidFileBehindWhenItCannotStart() {
        assertEquals(1, JAR.run("--pid-file", pid.toString(), "--iface", "192.0.2.1", ACCEPT).exitCode());
        assertTrue(Files.notExists(pid));
    }

    /** A server that says nothing on stderr from the first line on. */
    private JarProcess startLogging(String poem) {
        JarProcess server = JAR.start("--log-connections", "--log-file", log.toString(), poem);
        server.await("the line of its poem", () -> server.addresses().size() == 1);
        return server;
    }

    private static String received(Client client) throws IOException {
        try (client) {
            assertEquals(Client.End.CLEAN, client.readToEnd());
            return new String(client.received(), UTF_8);
        }
    }

    private static String text(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
