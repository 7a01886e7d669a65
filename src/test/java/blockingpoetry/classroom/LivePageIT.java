package blockingpoetry.classroom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import blockingpoetry.process.Jar;
import blockingpoetry.process.JarProcess;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openqa.selenium.Keys;

/** The page on which lessons run: its menu, a second window, and a classroom that goes away. */
@Tag("slow")
@Timeout(120)
class LivePageIT {
    private static final String RUNS = "window.classroom.recordingOf('queue').runs";

    private Browser browser;
    private JarProcess classroom;
    private String url;

    @BeforeEach
    void open() {
        browser = Browser.open();
        start("--port", "0");
    }

    @AfterEach
    void close() {
        browser.close();
        classroom.close();
    }

    private void start(String... arguments) {
        classroom = Jar.classroom().start(arguments);
        classroom.await("its address", () -> classroom.out().contains("Classroom at "));
        url = classroom.out().strip().replace("Classroom at ", "");
    }

    private void go(String lesson) {
        browser.go(url + "#lesson=" + lesson);
        browser.awaitTrue("return !document.getElementById('run').disabled");
    }

    private void run() {
        browser.press("r");
        browser.awaitTrue("return window.classroom.state.mine");
    }

    @Test
    void axeFindsNothingWhileTheMenuOfAClientIsOpen() throws IOException {
        for (String scheme : List.of("light", "dark")) {
            browser.show(400, scheme);
            go("1");
            run();
            browser.awaitTrue("return !document.getElementById('deeds-button').disabled");
            browser.press("m");
            browser.awaitTrue("return document.getElementById('deeds').matches(':popover-open')");
            assertEquals(List.of(), browser.violations(".lines"));
            browser.pressFocused(Keys.ESCAPE);
            assertEquals("deeds-button", browser.eval("return document.activeElement.id"));
        }
    }

    @Test
    void theMenuIsUsedByTheKeyboard() {
        go("1");
        run();
        browser.awaitTrue("return !document.getElementById('deeds-button').disabled");
        browser.press("m");
        browser.pressFocused(Keys.TAB);
        assertEquals("leave", browser.eval("return document.activeElement.dataset.deed"));
        browser.pressFocused(Keys.ENTER);
        browser.awaitTrue("return " + RUNS + "[0].clients[5].events.some(event => event[1] == 'left')");
    }

    @Test
    void everyControlIsReachedByTheTabKey() {
        go("1");
        run();
        browser.press(" ");
        browser.awaitTrue("return !window.classroom.state.following");
        assertEquals(List.of(), browser.unreachable());
    }

    @Test
    void aFreezeDoesNotMoveAViewThatStandsStill() {
        go("1");
        run();
        browser.awaitTrue("return window.classroom.state.us > 300000");
        browser.press(" ");
        Object stood = browser.eval("return window.classroom.state.us");
        browser.press("f");
        browser.awaitTrue("return " + RUNS + ".every(run => run.freezes.length > 0)"
                + " && document.getElementById('live-said').innerText.startsWith('A freeze was taken at ')");
        assertEquals(stood, browser.eval("return window.classroom.state.us"));
    }

    /** A run that began with lanes keeps them, however many come. */
    @Test
    void addedClientsGetLanes() {
        go("1&clients=39");
        run();
        browser.awaitTrue("return " + RUNS + ".every(run => run.steps.length > 0)");
        browser.press("aaa");
        browser.awaitTrue("return " + RUNS + ".length == 2 && " + RUNS + ".every(run => run.clients.length == 42)");
        assertEquals(84L, browser.eval("return document.querySelectorAll('.lanes text.label').length"));
    }

    @Test
    void aSecondWindowSeesTheRunOfTheFirst() {
        go("1");
        run();
        String first = browser.another();
        go("1");
        browser.awaitTrue("return window.classroom.state.following && " + RUNS + ".length == 2");
        assertEquals(false, browser.eval("return window.classroom.state.mine"));
        browser.press("a");
        browser.awaitTrue("return " + RUNS + ".every(run => run.clients.some(client => client.id == 7))");
        browser.eval("location.hash = '#lesson=2'");
        browser.awaitTrue("return document.getElementById('live-said').innerText"
                + " == 'Another lesson runs: 1. One client at a time'");
        browser.switchTo(first);
        browser.awaitTrue("return " + RUNS + ".every(run => run.clients.some(client => client.id == 7))");
        assertEquals(List.of(), browser.errors());
    }

    @Test
    void aClassroomThatGoesAwayLeavesItsRecordingAndComesBackAsANewOne() {
        go("1");
        run();
        browser.awaitTrue("return window.classroom.state.us > 300000");
        classroom.signal("KILL");
        browser.awaitTrue("return document.getElementById('live-said').innerText"
                + " == 'Connection lost: this is the recording so far.'");
        assertEquals(true, browser.eval("return document.getElementById('run').disabled"));
        browser.press(Keys.HOME);
        assertEquals(0L, browser.eval("return window.classroom.state.us"));
        browser.press(Keys.ARROW_RIGHT);
        assertEquals(true, browser.eval("return window.classroom.state.us > 0"));
        browser.press(Keys.END);
        assertTrue(browser.text().contains("Client 6 "), browser.text());

        classroom.awaitEnd();
        start("--port", String.valueOf(URI.create(url).getPort()));
        browser.awaitTrue("return !document.getElementById('run').disabled && !window.classroom.recordingOf('queue')");
        run();
        browser.awaitTrue("return " + RUNS + ".length == 2");
    }
}
