package blockingpoetry.classroom;

import static blockingpoetry.process.Installed.needs;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;
import org.awaitility.core.ConditionTimeoutException;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** Debian's Chromium, without a window. */
final class Browser implements AutoCloseable {
    private static final Path BINARY = Path.of("/usr/bin/chromium");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final Duration SCRIPTS_LAST = Duration.ofMinutes(2);
    private static final int HEIGHT = 1400;

    private final ChromeDriver driver;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    /** Opens it, or has the test left out where it is not installed; in CI it is. */
    static Browser open() {
        needs("chromedriver", "chromium-driver");
        ChromeOptions options = new ChromeOptions();
        options.setBinary(BINARY.toFile());
        options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--window-size=1280,1400");
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.WARNING);
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder().usingDriverExecutable(DRIVER.toFile()).build();
        return new Browser(new ChromeDriver(service, options));
    }

    void go(String url) {
        driver.get("about:blank"); // else an address that differs behind # only would not be loaded anew
        driver.get(url);
    }

    /** The value of a script. */
    Object eval(String script) {
        return driver.executeScript(script);
    }

    /** What a reader sees. */
    String text() {
        return driver.findElement(By.tagName("body")).getText();
    }

    /** Errors and warnings of scripts since the last call. */
    List<String> errors() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream().map(Object::toString).toList();
    }

    /** Presses a key, wherever on the page. */
    void press(CharSequence key) {
        driver.findElement(By.tagName("body")).sendKeys(key);
    }

    /** Presses a key where the focus is. */
    void pressFocused(CharSequence key) {
        driver.switchTo().activeElement().sendKeys(key);
    }

    /** What can be used with a mouse, but not be reached by pressing the tab key. */
    List<?> unreachable() {
        Object all = eval("window.controls = [...document.querySelectorAll("
                + "'button, select, input, summary, a[href], [tabindex=\"0\"]')]"
                + ".filter(element => !element.disabled && element.checkVisibility());"
                + "document.activeElement.blur(); return window.controls.length");
        for (long i = 0; i <= (long) all; i++) {
            pressFocused(Keys.TAB);
            eval("window.controls = window.controls.filter(element => element != document.activeElement)");
        }
        return (List<?>) eval("return window.controls.map(element => element.outerHTML)");
    }

    /** Waits for a script to answer with true; if it does not, shows the page. */
    void awaitTrue(String script) {
        awaitTrue(script, Duration.ofMillis(20));
    }

    void awaitTrue(String script, Duration interval) {
        try {
            await().atMost(PATIENCE).pollInterval(interval).until(() -> Boolean.TRUE.equals(eval(script)));
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(script + " does not become true: " + driver.getCurrentUrl() + "\n" + text() + "\n"
                    + errors(), e);
        }
    }

    /** A width in pixels, less than a window can have, too; {@code light} or {@code dark}. */
    void show(int width, String scheme) {
        driver.executeCdpCommand("Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", HEIGHT, "deviceScaleFactor", 1, "mobile", false));
        driver.executeCdpCommand("Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    /** Opens another window, and goes on in it; answers with the name of the one before. */
    String another() {
        String before = driver.getWindowHandle();
        driver.switchTo().newWindow(WindowType.TAB);
        return before;
    }

    void switchTo(String window) {
        driver.switchTo().window(window);
    }

    /** What axe-core finds wrong, a line for each element; {@code exclude} is a selector of parts that it need not look at. */
    List<?> violations(String exclude) throws IOException {
        try (InputStream script = Objects.requireNonNull(Browser.class.getResourceAsStream("/axe.min.js"))) {
            driver.executeScript(new String(script.readAllBytes(), UTF_8));
        }
        driver.manage().timeouts().scriptTimeout(SCRIPTS_LAST);
        return (List<?>) driver.executeAsyncScript("const done = arguments[1];"
                + "axe.run({exclude: [[arguments[0]]]}).then(result => done(result.violations.flatMap(violation =>"
                + " violation.nodes.map(node => violation.id + ': ' + node.html + ': ' + node.failureSummary))))",
                exclude);
    }

    @Override
    public void close() {
        driver.quit();
    }
}
