package blockingpoetry.classroom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import blockingpoetry.process.Jar;
import blockingpoetry.process.JarProcess;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;

/** Lessons as they run, in a browser: by the keyboard, from the question to the answer. */
@Tag("slow")
@Timeout(120)
class LiveLessonsIT {
    private static JarProcess classroom;
    private static Browser browser;

    @BeforeAll
    static void open() {
        browser = Browser.open();
        classroom = Jar.classroom().start();
        classroom.await("its address", () -> classroom.out().contains("Classroom at "));
    }

    @AfterAll
    static void close() {
        browser.close();
        classroom.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "2", "3", "4", "5", "6", "7", "8a", "8b", "9", "10"})
    void aLessonRunsFromItsQuestionToItsAnswer(String number) {
        go("#lesson=" + number);
        browser.awaitTrue("return document.querySelector('#choices button') != null");
        browser.eval("document.querySelector('#choices button').click()");
        run();
        browser.awaitTrue("return window.classroom.state.solved");
        assertEquals(true, browser.eval("return window.classroom.claim(window.classroom.state.lesson.name).holds"));
        assertTrue(text("answer").length() > 80, text("answer"));
        assertFalse(browser.text().contains("undefined") || browser.text().contains("NaN"), browser.text());
        assertEquals(List.of(), browser.errors());
    }

    /** A handler at work is told of when it begins: until it ends it is work, and no write that waits for room. */
    @Test
    void aHandlersWorkIsSeenWhileItLasts() {
        go("#lesson=8a");
        run();
        browser.awaitTrue("const run = window.classroom.recordingOf('hog-sleeps')?.runs[0];"
                + "return run?.faults.some(fault => fault.to_us === undefined)"
                + " && window.classroom.model.barAt(run, 1, run.until_us).kind == 'work'");
    }

    /** The same place in two designs: a stack for each client, or one for all. */
    @ParameterizedTest
    @ValueSource(ints = {6, 300})
    void aFreezeShowsAStackForEachClientOrOneForAll(int clients) {
        String asleep = freezeWith(clients, 0, clients, "Thread.sleep");
        String inSelect = freezeWith(clients, 1, 1, "SelectorImpl.select");
        for (boolean found = false; !found;) { // at each freeze a server may be just writing
            freezeAllTheTime(clients);
            found = Boolean.TRUE.equals(browser.eval("return Boolean(" + asleep + " && " + inSelect + ")"));
        }
        showAt(asleep);
        awaitText("runs", clients + " × virtual, timed waiting in Thread.sleep");
        showAt(inSelect);
        awaitText("runs", "1 × waiting in SelectorImpl.select");
    }

    /** A freeze of a server with all its clients, at which so many threads stood in a method that the project's code had called. */
    private static String freezeWith(int clients, int run, int threads, String method) {
        return "window.classroom.recordingOf('where').runs[" + run + "].freezes.find(freeze =>"
                + " Object.values(freeze.objects).some(([count]) => count == " + clients + ")"
                + " && freeze.threads.some(thread => thread.count == " + threads + " && thread.frames[thread.frames"
                + ".findIndex(frame => frame.startsWith('blockingpoetry.')) - 1]?.includes('" + method + "')))";
    }

    private static void freezeAllTheTime(int clients) {
        go("#lesson=4&clients=" + clients);
        run();
        browser.awaitTrue("return window.classroom.recordingOf('where')?.runs.length == 2"
                + " && window.classroom.recordingOf('where').runs.every(run => run.clients.length == " + clients + ")");
        browser.awaitTrue("document.getElementById('freeze').click();"
                + "return window.classroom.recordingOf('where').runs.every(run => run.ends.length == " + clients + ")",
                Duration.ofMillis(200));
        browser.awaitTrue("return document.getElementById('to-live').disabled"); // no freeze comes later and is shown
    }

    /** Follows a link to a freeze. */
    private static void showAt(String freeze) {
        browser.eval("location.hash = '#lesson=4&client=1&by=client&t=' + Math.round(" + freeze + ".at_us / 1000)");
    }

    private static void awaitText(String id, String words) {
        browser.awaitTrue("return document.getElementById('" + id + "').innerText.includes('" + words + "')");
    }

    @Test
    void aClientThatIsAddedIsServedByEveryServer() {
        go("#lesson=4");
        run();
        browser.awaitTrue("return window.classroom.recordingOf('where')?.runs.length == 2"
                + " && window.classroom.recordingOf('where').runs.every(run => run.steps.length > 0)");
        browser.press("a");
        browser.awaitTrue(
                "return window.classroom.recordingOf('where').runs.every(run => run.steps.some(step => step[1] == 7))");
        browser.press("l");
        browser.awaitTrue("return window.classroom.state.solved");
        assertEquals(true, browser.eval("return window.classroom.recordingOf('where').runs.every(run =>"
                + " run.ends.length == 7 && run.ends.every(end => end[2] == 'finished'))"));
    }

    /** Pause stops the view, not the servers. */
    @Test
    void theViewStandsStillAndGoesBackToTheLiveEnd() {
        go("#lesson=1");
        run();
        browser.awaitTrue("return window.classroom.state.following && window.classroom.state.us > 500000");
        browser.press(" ");
        Object stood = browser.eval("return window.classroom.state.us");
        browser.awaitTrue("return window.classroom.recordingOf('queue').end > " + stood + " + 500000");
        assertEquals(stood, browser.eval("return window.classroom.state.us"));
        assertTrue(text("to-live").contains(" s behind"), text("to-live"));
        browser.press(Keys.ARROW_LEFT);
        assertEquals(true, browser.eval("return window.classroom.state.us < " + stood));
        browser.press(Keys.END);
        browser.awaitTrue("return window.classroom.state.following && window.classroom.state.us > " + stood);
    }

    @Test
    void aClientIsToldToStopReading() {
        go("#lesson=1");
        run();
        browser.awaitTrue(
                "return window.classroom.state.following && !document.getElementById('deeds-button').disabled");
        browser.press("m");
        pressFocused(); // the first in its menu
        browser.awaitTrue("const run = window.classroom.recordingOf('queue').runs[0];"
                + "return run.clients[5].events.some(event => event[1] == 'stopped')");
    }

    @Test
    void aServerIsKilledByTwoPresses() {
        go("#lesson=4");
        run();
        browser.awaitTrue("return Boolean(document.querySelector('.kill:enabled'))");
        browser.press("k");
        pressFocused();
        assertEquals(List.of(), browser.eval("return window.classroom.recordingOf('where').runs.filter(r => r.over)"));
        pressFocused();
        browser.awaitTrue("const runs = window.classroom.recordingOf('where').runs;"
                + "return Boolean(runs[0].over) && !runs[1].over && document.querySelector('.kill').disabled");
    }

    private static void pressFocused() {
        browser.eval("document.activeElement.click()");
    }

    /** Runs the lesson, and waits until its recording is there. */
    private static void run() {
        browser.awaitTrue("return !document.getElementById('run').disabled");
        browser.press("r");
        browser.awaitTrue("return window.classroom.state.mine");
    }

    private static void go(String hash) {
        browser.go(classroom.out().strip().replace("Classroom at ", "") + hash);
    }

    private static String text(String id) {
        return (String) browser.eval("return document.getElementById('" + id + "').innerText");
    }
}
