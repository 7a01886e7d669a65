package blockingpoetry.operation;

import static blockingpoetry.process.Jar.JAR;
import static blockingpoetry.process.Poems.ACCEPT;
import static blockingpoetry.process.Poems.assertServed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import blockingpoetry.process.JarProcess;
import blockingpoetry.process.ProcessResult;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logging to a file: appending, rotation, and a file that cannot be written. */
class LogFileIT {
    @TempDir
    Path folder;

    private Path log;

    @BeforeEach
    void nameIt() {
        log = folder.resolve("log");
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
            server.signal("HUP")
                    .await("a complaint", () -> text(old).contains(
                            "WARN blockingpoetry - cannot log to " + log
                                    + " (Is a directory); the log goes on where it was"));
            assertTrue(text(old).contains("read again on SIGHUP"), text(old));
        }
    }

    @Test
    void aPipeWithoutAReaderKeepsNothingWaiting() throws Exception {
        makePipe();
        try (JarProcess server = startLogging(ACCEPT)) {
            assertServed(ACCEPT, server.address());

            try (BufferedReader reader = Files.newBufferedReader(log)) {
                assertTrue(reader.readLine().contains(" design=virtual "));
            }
            assertEquals(0, server.signal("TERM").awaitEnd().exitCode());
        }
    }

    @Test
    void aLogFileThatBecameAPipeWithoutAReaderKeepsNothingWaiting() throws Exception {
        try (JarProcess server = startLogging(ACCEPT)) {
            Files.move(log, folder.resolve("log.1"));
            makePipe();
            server.signal("HUP");

            try (BufferedReader reader = Files.newBufferedReader(log)) {
                assertTrue(reader.lines().anyMatch(line -> line.contains("read again on SIGHUP")));
            }
            assertServed(ACCEPT, server.address());
        }
    }

    private void makePipe() throws IOException, InterruptedException {
        assertEquals(0, new ProcessBuilder("mkfifo", log.toString()).start().waitFor());
    }

    @Test
    void aFullDeviceKeepsNothingWaiting() throws IOException {
        try (JarProcess server = JAR.start("--log-file", "/dev/full", ACCEPT)) {
            server.await("the line of its poem", () -> server.addresses().size() == 1);
            assertServed(ACCEPT, server.address());
            assertEquals(0, server.signal("TERM").awaitEnd().exitCode());
        }
    }

    @Test
    void refusesALogFileThatCannotBeWritten() {
        assertEquals(new ProcessResult(1, "", "blockingpoetry: cannot log to " + folder + " (Is a directory)\n"),
                JAR.run("--log-file", folder.toString(), ACCEPT));
    }

    /** A server that logs to the file from the start. */
    private JarProcess startLogging(String poem) {
        JarProcess server = JAR.start("--log-connections", "--log-file", log.toString(), poem);
        try {
            server.await("the line of its poem", () -> server.addresses().size() == 1);
            return server;
        } catch (Throwable failure) {
            server.close();
            throw failure;
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
