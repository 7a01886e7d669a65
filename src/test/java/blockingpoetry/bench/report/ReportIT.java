package blockingpoetry.bench.report;

import static blockingpoetry.process.Installed.needs;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import blockingpoetry.bench.results.Measurement;
import blockingpoetry.bench.results.Results;
import blockingpoetry.bench.results.Sample;
import blockingpoetry.bench.scenarios.ClosedLoop;
import blockingpoetry.bench.scenarios.OpenLoop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** The report in a browser. */
@Tag("slow")
class ReportIT {
    private static final Path BROWSER = Path.of("/usr/bin/chromium");
    private static final Path PUBLISHED = Path.of("bench/results/2026-11-26-vm");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");

    @TempDir
    private static Path folder;

    private static ChromeDriver browser;

    @BeforeAll
    static void open() throws IOException {
        needs("chromedriver", "chromium-driver");
        Report.write(results(), "c");
        ChromeOptions options = new ChromeOptions();
        options.setBinary(BROWSER.toFile());
        options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files");
        ChromeDriverService service = new ChromeDriverService.Builder().usingDriverExecutable(DRIVER.toFile()).build();
        browser = new ChromeDriver(service, options);
    }

    @AfterAll
    static void close() {
        if (browser != null) {
            browser.quit();
        }
    }

    /** Two contenders, in two scenarios; figures as they could be. */
    private static Results results() throws IOException {
        Map<String, Object> environment = new LinkedHashMap<>();
        environment.put("commit", "<abc>");
        environment.put("warnings", List.of());
        Results results = Results.create(folder, environment);
        for (int round = 1; round <= 3; round++) {
            results.add(cost("c", round, 17.0 + round));
            results.add(cost("virtual", round, 30.0 + round));
            for (String contender : List.of("c", "virtual")) {
                Histogram latency = new Histogram(3);
                for (int i = 1; i <= 10_000; i++) {
                    latency.recordValue(100 + i * i / 100_000);
                }
                results.add(new Sample(OpenLoop.NAME, "100/s (50 %)", contender, round,
                        Measurement.of(new LinkedHashMap<>()).with(latency)));
            }
        }
        return results;
    }

    private static Sample cost(String contender, int round, double micros) {
        return new Sample(ClosedLoop.NAME, "K=64", contender, round,
                Measurement.of(Map.of("server_cpu_us_per_poem", micros, "poems", 1000.0)));
    }

    private static void show(int width) {
        show(folder, width);
    }

    private static void show(Path folder, int width) {
        browser.manage().window().setSize(new Dimension(width, 900));
        browser.get(folder.resolve("report.html").toUri().toString());
    }

    /** A whole run, which has been published: long names, many marks. */
    private static void showPublished(int width) throws IOException {
        Path copy = Files.createDirectories(folder.resolve("published"));
        if (Files.notExists(copy.resolve("report.html"))) {
            for (String file : List.of("environment.json", "samples.jsonl")) {
                Files.copy(PUBLISHED.resolve(file), copy.resolve(file));
            }
            Report.write(Results.read(copy), "c");
        }
        show(copy, width);
    }

    @ParameterizedTest
    @ValueSource(ints = {1280, 500})
    void labelsOfPlotsAreWholeAndLegible(int width) throws IOException {
        showPublished(width);

        assertEquals(List.of(), evaluate("""
                [...document.querySelectorAll('figure svg')].flatMap(svg => {
                    const texts = [...svg.querySelectorAll('text:not(.tick)')];
                    const boxes = texts.map(text => text.getBoundingClientRect());
                    const frame = svg.getBoundingClientRect();
                    return texts.filter((text, i) => boxes[i].left < frame.left || boxes[i].right > frame.right
                        || boxes[i].height < 11
                        || boxes.some((box, k) => k > i && box.left < boxes[i].right && box.right > boxes[i].left
                            && box.top + 2 < boxes[i].bottom && box.bottom - 2 > boxes[i].top))
                        .map(text => text.textContent);
                })"""));
    }

    @Test
    void tablesHideNothing() throws IOException {
        showPublished(1280);

        assertEquals(List.of(), evaluate("""
                [...document.querySelectorAll('.wide')].filter(table => table.scrollWidth > table.clientWidth)
                    .map(table => table.textContent.slice(0, 80))"""));
    }

    /** The costs of a poem, some of which were divided by poems that came after the window. */
    @Test
    void marksACostThatBatchingDoesNotExplain() throws IOException {
        showPublished(1280);

        assertEquals(List.of("platform", "platform-undrained"), evaluate(
                """
                        [...document.querySelectorAll('tr')].filter(row => row.lastChild.textContent == 'more than batching explains')
                            .map(row => row.firstChild.textContent)"""));
    }

    @Test
    void theSameResultsMakeTheSameReport() throws IOException {
        showPublished(1280);
        Path copy = folder.resolve("published");
        String before = Files.readString(copy.resolve("report.html"));
        Report.write(Results.read(copy), "c");

        assertEquals(before, Files.readString(copy.resolve("report.html")));
    }

    private static Object evaluate(String expression) {
        return browser.executeScript("return " + expression);
    }

    @ParameterizedTest
    @ValueSource(ints = {1280, 500})
    void drawsItsCharts(int width) {
        show(width);

        assertEquals(2L, evaluate("document.querySelectorAll('figure svg').length"));
        assertEquals(2L, evaluate("document.querySelectorAll('figure svg .dot.other').length"));
        assertEquals(2L, evaluate("document.querySelectorAll('figure svg .dot.ours').length"));
        assertEquals("1", evaluate("document.documentElement.dataset.charts"));
        assertTrue((Long) evaluate(
                """
                        [...document.querySelectorAll('canvas')].map(canvas =>
                            canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.filter(x => x > 0).length
                        ).reduce((a, b) => Math.min(a, b))""") > 1000);
        assertEquals(List.of("c", "virtual"), evaluate(
                "[...document.querySelectorAll('.u-series .u-label')].map(label => label.textContent)"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1280, 500})
    void fitsIntoItsWindow(int width) {
        show(width);

        assertTrue((Boolean) evaluate("document.documentElement.scrollWidth <= innerWidth"));
    }

    @Test
    void fetchesNothing() throws IOException {
        show(1280);

        assertEquals(List.of(), evaluate("performance.getEntriesByType('resource').map(one => one.name)"));
        assertFalse(Files.readString(folder.resolve("report.html")).matches("(?s).*(src|href)=\"(?!data:|#).*"));
    }

    @Test
    void showsTextsAsTheyAre() {
        show(1280);

        assertTrue(((String) evaluate("document.body.textContent")).contains("<abc>"));
    }
}
