package blockingpoetry.operation;

import static blockingpoetry.process.Jar.JAR;
import static blockingpoetry.process.Poems.ACCEPT;
import static blockingpoetry.process.Poems.assertServed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import blockingpoetry.Client;
import blockingpoetry.process.HangingFile;
import blockingpoetry.process.JarProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGHUP, when a file is none any more, or hangs: only that file stays as it was. */
class ReloadIT {
    @TempDir
    Path folder;

    private Path poem;
    private Path other;

    @BeforeEach
    void write() throws IOException {
        poem = Files.writeString(folder.resolve("poem"), "old\n");
        other = Files.writeString(folder.resolve("other"), "old\n");
    }

    @Test
    void aPoemThatBecameAPipeIsServedAsItWas() throws Exception {
        try (JarProcess server = JAR.serve(poem.toString(), other.toString())) {
            Files.delete(poem);
            assertEquals(0, new ProcessBuilder("mkfifo", poem.toString()).start().waitFor());
            Files.writeString(other, "new\n");
            server.signal("HUP").awaitLog("read again on SIGHUP: 2 poems, 1 changed, 1 unreadable");

            assertTrue(
                    server.log()
                            .contains("WARN blockingpoetry - " + poem
                                    + " is a pipe or a device, not a poem; it is served as it was"),
                    server::toString);
            assertServed(other.toString(), server.addresses().get(1));
        }
    }

    @Test
    void aPoemThatHangsKeepsNothingElseWaiting() throws IOException {
        try (JarProcess server = JAR.serve(poem.toString(), other.toString())) {
            Files.writeString(poem, "new\n");
            try (HangingFile hanging = new HangingFile(poem)) {
                Files.writeString(other, "new\n");
                server.signal("HUP").awaitLog("read again on SIGHUP: 2 poems, 1 changed, 1 unreadable");
                assertTrue(
                        server.log()
                                .contains("WARN blockingpoetry - " + poem
                                        + " does not answer yet; it is served as it was"),
                        server::toString);
                assertServed(other.toString(), server.addresses().get(1));
                int threads = server.threads();

                for (int i = 1; i <= 20; i++) {
                    String version = "version " + i;
                    Files.writeString(other, version + "\n".repeat(i));
                    server.signal("HUP").awaitLog(other + " has changed: " + Files.size(other) + " bytes");
                }
                server.await("as few threads", () -> server.threads() <= threads + 2);
            }
            server.awaitLog(poem + " has changed: 4 bytes from now on");
            assertServed(poem.toString(), server.addresses().getFirst());
        }
    }

    @Test
    void aLogFileThatHangsKeepsNothingElseWaiting() throws IOException {
        Path log = Files.createFile(folder.resolve("log"));
        try (JarProcess server = JAR.start("--log-file", log.toString(), poem.toString(), ACCEPT)) {
            server.await("the lines of its poems", () -> server.addresses().size() == 2);
            Files.move(log, folder.resolve("log.1"));
            Files.createFile(log);
            try (HangingFile hanging = new HangingFile(log)) {
                Files.writeString(poem, "new\n");
                server.signal("HUP").await("the new poem", () -> isServed(poem, server));
            }
            server.await("the lines of that time", () -> text(log).contains("2 poems, 1 changed, 0 unreadable"));
        }
    }

    private static boolean isServed(Path poem, JarProcess server) {
        try (Client client = Client.connect(server.addresses().getFirst())) {
            client.readToEnd();
            return Arrays.equals(Files.readAllBytes(poem), client.received());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }
}
