package blockingpoetry.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** The report in a browser. */
class ReportIT {
    private static final Path BROWSER = Path.of("/usr/bin/chromium");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");

    @TempDir
    private static Path folder;

    private static ChromeDriver browser;

    @BeforeAll
    static void open() throws IOException {
        assumeTrue(System.getenv("CI") != null || Files.exists(DRIVER), "no chromedriver is installed");
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
            results.add(new Sample(Burst.NAME, "K=64", "c", round, Map.of("server_cpu_us_per_poem", 17.0 + round,
                    "poems", 1000.0), Map.of(), List.of(), Optional.empty()));
            results.add(new Sample(Burst.NAME, "K=64", "virtual", round, Map.of("server_cpu_us_per_poem", 30.0 + round,
                    "poems", 1000.0), Map.of(), List.of(), Optional.empty()));
            for (String contender : List.of("c", "virtual")) {
                Histogram latency = new Histogram(3);
                for (int i = 1; i <= 10_000; i++) {
                    latency.recordValue(100 + i * i / 100_000);
                }
                results.add(new Sample(Steady.NAME, "100/s (50 %)", contender, round, Map.of("p99_ms", 1.0 + round), Map
                        .of(), List.of(), Optional.of(Sample.encode(latency))));
            }
        }
        return results;
    }

    private static void show(int width) {
        browser.manage().window().setSize(new Dimension(width, 900));
        browser.get(folder.resolve("report.html").toUri().toString());
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
