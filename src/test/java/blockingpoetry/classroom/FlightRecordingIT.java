package blockingpoetry.classroom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import blockingpoetry.process.Jar;
import blockingpoetry.process.JarProcess;
import blockingpoetry.process.ProcessResult;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A flight recording of a server, shown as a lesson is. */
@Timeout(120)
class FlightRecordingIT {
    @TempDir
    Path folder;

    @Test
    void aRecordingOfAServerBecomesAPage() throws IOException {
        Path flight = folder.resolve("flight.jfr");
        record(flight);
        Path page = folder.resolve("page.html");
        ProcessResult result = Jar.classroom().run("--from", flight.toString(), "--record", page.toString());
        assertEquals(new ProcessResult(0, "", ""), result);
        try (Browser browser = Browser.open()) {
            browser.go(page.toUri().toString());
            assertEquals("imported flight.jfr", browser.eval("return document.getElementById('title').innerText"));
            assertEquals(List.of("selector", 1L, "finished"),
                    browser.eval("const run = window.classroom.recordingOf('imported').runs[0];"
                            + "return [run.title, run.clients.length, run.ends[0][2]]"));
            assertTrue(browser.text().contains("Client 1 has just been accepted, on loop 1."), browser.text());
            assertEquals(List.of(), browser.errors());
        }
    }

    /** One client, which gets a poem in some chunks. */
    private static void record(Path flight) throws IOException {
        Jar server = Jar.serving("selector", "-XX:StartFlightRecording:filename=" + flight)
                .with("--num-bytes", "200", "--delay", "0.1");
        try (JarProcess process = server.serve("poems/thread.txt")) {
            try (Socket socket = new Socket(process.address().getAddress(), process.address().getPort())) {
                socket.getInputStream().readAllBytes();
            }
            process.signal("TERM").awaitEnd();
        }
    }

    @Test
    void whatIsNoRecordingIsASentence() throws IOException {
        Path file = Files.writeString(folder.resolve("poem.jfr"), "no recording");
        ProcessResult result = Jar.classroom().run("--from", file.toString());
        assertEquals(1, result.exitCode());
        assertTrue(result.err()
                .startsWith(
                        "blockingpoetry-bench: " + file + " cannot be read as a flight recording: "),
                result.err());
        assertEquals(2, Jar.classroom().run("--from", file.toString(), "--lesson", "queue").exitCode());
    }
}
