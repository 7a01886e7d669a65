package blockingpoetry.operation;

import static blockingpoetry.process.Jar.JAR;
import static blockingpoetry.process.Poems.ACCEPT;
import static blockingpoetry.process.Poems.assertServed;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import blockingpoetry.process.HangingFile;
import blockingpoetry.process.Jar;
import blockingpoetry.process.JarProcess;
import blockingpoetry.process.ProcessResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file with the id of the process: whose it is, and when it is replaced. */
class PidFileIT {
    @TempDir
    Path folder;

    private Path pid;

    @BeforeEach
    void nameIt() {
        pid = folder.resolve("pid");
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
            assertEquals(new ProcessResult(1, "",
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

        assertEquals(
                new ProcessResult(1, "", "blockingpoetry: " + pid + " holds something else than the id of a process\n"),
                JAR.run("--pid-file", pid.toString(), ACCEPT));
        assertArrayEquals(poem, Files.readAllBytes(pid));
    }

    @Test
    void leavesADeviceOrAPipeAsItIs() throws Exception {
        Files.createSymbolicLink(pid, Path.of("/dev/null"));
        assertRefused();
        Files.delete(pid);
        assertEquals(0, new ProcessBuilder("mkfifo", pid.toString()).start().waitFor());
        assertRefused();
    }

    private void assertRefused() {
        assertEquals(
                new ProcessResult(1, "",
                        "blockingpoetry: " + pid + " is not a regular file, to keep the id of a process in\n"),
                JAR.run("--pid-file", pid.toString(), ACCEPT));
        assertTrue(Files.exists(pid, LinkOption.NOFOLLOW_LINKS));
    }

    @Test
    void leavesThePidFileOfAnotherServerThatHasTakenTheName() throws IOException {
        Jar jar = JAR.with("--pid-file", pid.toString());
        try (JarProcess first = jar.serve(ACCEPT)) {
            Files.delete(pid);
            try (JarProcess second = jar.serve(ACCEPT)) {
                assertEquals(0, first.signal("TERM").awaitEnd().exitCode());
                assertEquals(second.pid() + "\n", text(pid));
            }
        }
    }

    @Test
    void leavesAPidFileThatHoldsAnotherIdByNow() throws IOException {
        try (JarProcess server = JAR.with("--pid-file", pid.toString()).serve(ACCEPT)) {
            Files.writeString(pid, "1\n");

            assertEquals(0, server.signal("TERM").awaitEnd().exitCode());
            assertEquals("1\n", text(pid));
        }
    }

    /** It opens the file of an owner that deletes it then, and another creates one: it must not keep the deleted one. */
    @Test
    void takesTheFileThatHasTheNameWhenItHasTheLock() throws IOException {
        Files.writeString(pid, "1\n");
        HangingFile hanging = new HangingFile(pid);
        try (hanging; JarProcess server = JAR.start("--pid-file", pid.toString(), ACCEPT)) {
            server.await("that it opens the file", () -> hanging.isAwaited());
            Files.delete(pid);
            Files.writeString(pid, "2\n");
            hanging.close();

            server.awaitServing(1);
            assertEquals(server.pid() + "\n", text(pid));
            assertEquals(0, server.signal("TERM").awaitEnd().exitCode());
            assertTrue(Files.notExists(pid));
        }
    }

    @Test
    void leavesNoEmptyFileOnAFullDisk() {
        // No file may grow: to a process, much like a full disk.
        Jar full = Jar.withFlags("-XX:-UsePerfData").under("sh", "-c", "ulimit -f 0; exec \"$@\"", "sh");

        assertEquals(
                new ProcessResult(1, "",
                        "blockingpoetry: cannot write the process id to " + pid + " (File too large)\n"),
                full.run("--pid-file", pid.toString(), ACCEPT));
        assertTrue(Files.notExists(pid));
    }

    @Test
    void onlyItsOwnerMayWriteToItWhateverTheUmask() throws IOException {
        Path log = folder.resolve("log");
        Jar jar = JAR.under("sh", "-c", "umask 0; exec \"$@\"", "sh")
                .with("--pid-file", pid.toString(), "--log-file", log.toString());
        try (JarProcess server = jar.start(ACCEPT)) {
            server.await("the line of its poem", () -> server.addresses().size() == 1);

            assertEquals("rw-r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(pid)));
            assertEquals("rw-r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(log)));
        }
    }

    @Test
    void leavesNoPidFileBehindWhenItCannotStart() {
        assertEquals(1, JAR.run("--pid-file", pid.toString(), "--iface", "192.0.2.1", ACCEPT).exitCode());
        assertTrue(Files.notExists(pid));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
