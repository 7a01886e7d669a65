package blockingpoetry.cli;

import static blockingpoetry.process.Poems.ACCEPT;
import static blockingpoetry.process.Poems.assertServed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import blockingpoetry.process.Jar;
import blockingpoetry.process.JarProcess;
import blockingpoetry.process.Poems;
import blockingpoetry.process.ProcessResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Year;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bench's jar serves like the server's, with one more design. */
class BenchJarIT {
    @Test
    void servesWithNettyAndPrintsTheSameLines() throws IOException {
        try (JarProcess server = Jar.bench().with("--design", "netty", "--max-clients", "10").serve(ACCEPT)) {
            assertServed(ACCEPT, server.address());
            String out = "Serving poems/accept.txt on 127.0.0.1:" + server.address().getPort() + ".\n";
            ProcessResult result = server.signal("TERM").awaitEnd();

            assertEquals(new ProcessResult(0, out, result.err()), result);
            assertEquals("INFO blockingpoetry - design=netty max-clients=10 java=" + Runtime.version(),
                    server.log().getFirst());
            assertTrue(server.log().get(1).startsWith("INFO blockingpoetry - stopping on SIGTERM: "), server::toString);
            assertEquals("INFO blockingpoetry - stopped: accepted=1 finished=1 aborted=0 cut=0 bytes="
                    + Poems.bytes(ACCEPT).length, server.log().get(2));
            assertEquals(3, server.log().size(), server::toString);
        }
    }

    @Test
    void knowsAllDesigns() {
        ProcessResult result = Jar.bench().run("--design", "none such", ACCEPT);

        assertEquals(
                new ProcessResult(2, "",
                        "blockingpoetry: Invalid value for option '--design': there is no 'none such' in this jar,"
                                + " only sequential, platform, virtual, selector, reactor, completion, netty\n"),
                result);
    }

    @ParameterizedTest
    @ValueSource(strings = {"th-TH", "ar-EG"})
    void logsTimesOfOneCalendarInOneScript(String locale) throws IOException {
        String[] parts = locale.split("-");
        try (JarProcess server = Jar.serving("netty", "-Duser.language=" + parts[0], "-Duser.country=" + parts[1])
                .serve(ACCEPT)) {
            String log = server.signal("TERM").awaitEnd().err();
            assertTrue(log.startsWith(Year.now(ZoneId.systemDefault()) + "-"), log);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"th-TH-u-nu-thai", "ar-EG-u-nu-arab"})
    @Tag("slow")
    void aReportIsTheSameInEveryLocale(String locale, @TempDir Path folder) throws IOException {
        Locale other = Locale.forLanguageTag(locale);
        Path results = Path.of("bench/results/2026-11-26-vm-six");
        for (String file : List.of("samples.jsonl", "environment.json")) {
            Files.copy(results.resolve(file), folder.resolve(file));
        }
        String report = report(folder);

        assertEquals(report, report(folder, "-Duser.language=" + other.getLanguage(),
                "-Duser.country=" + other.getCountry(), "-Duser.extensions=u-nu-" + other.getUnicodeLocaleType("nu")));
    }

    private static String report(Path folder, String... flags) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString()));
        command.addAll(List.of(flags));
        command.addAll(List.of("-jar", System.getProperty("blockingpoetry.bench.jar"), "report", folder.toString()));
        try (JarProcess process = JarProcess.start(command)) {
            assertEquals(0, process.awaitEnd().exitCode(), process::toString);
        }
        return Files.readString(folder.resolve("report.md"));
    }
}
