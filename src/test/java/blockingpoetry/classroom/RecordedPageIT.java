package blockingpoetry.classroom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;

/** The recorded page for everybody: on a telephone and on a projector, light and dark, and without a mouse. */
@Tag("slow")
@Timeout(300)
class RecordedPageIT {
    @TempDir
    private static Path folder;

    private static Browser browser;
    private static Path page;

    @BeforeAll
    static void open() throws IOException {
        page = Files.writeString(folder.resolve("page.html"),
                Page.ofLessons().html(Recorded.recordings(SitePageIT.PAGE), false));
        browser = Browser.open();
    }

    @AfterAll
    static void close() {
        browser.close();
    }

    @BeforeEach
    void showAsUsual() {
        browser.show(1280, "light");
    }

    private static void go(String hash) {
        browser.go(page.toUri() + hash);
    }

    /** A lesson in its middle, with its answer. */
    private static void goOpen(Lesson lesson, boolean projector) {
        go("#lesson=" + lesson.name() + "&t=1500&by=thread&client=2");
        if (projector) {
            browser.press("b");
        }
        browser.eval("document.getElementById('show-answer').click()");
    }

    @ParameterizedTest
    @CsvSource({"400,light,false", "400,dark,false", "1280,light,false", "1280,dark,false", "1280,light,true",
            "1280,dark,true"})
    void axeFindsNothing(int width, String scheme, boolean projector) throws IOException {
        browser.show(width, scheme);
        for (Lesson lesson : Lesson.all()) {
            goOpen(lesson, projector);
            assertEquals(List.of(), browser.violations(".lines"), lesson.name());
        }
    }

    /** Once, since the source's many small parts take long. */
    @ParameterizedTest
    @ValueSource(strings = {"light", "dark"})
    void axeFindsNothingInTheSource(String scheme) throws IOException {
        browser.show(1280, scheme);
        goToFreeze("4");
        assertEquals(List.of(), browser.violations("header"));
    }

    @ParameterizedTest
    @CsvSource({"400,false", "400,true", "1280,true"})
    void nothingScrollsSideways(int width, boolean projector) throws IOException {
        browser.show(width, "light");
        for (Lesson lesson : Lesson.all()) {
            go("#lesson=" + lesson.name());
            assertFits(lesson);
            goOpen(lesson, projector);
            browser.eval("document.querySelectorAll('details').forEach(details => { details.open = true; })");
            assertFits(lesson);
            browser.press("?");
            assertFits(lesson);
        }
    }

    /** The page, and the source in it. */
    private static void assertFits(Lesson lesson) {
        assertEquals(0L,
                browser.eval("return Math.max(...[document.documentElement, ...document.querySelectorAll('.scroller')]"
                        + ".map(part => part.scrollWidth - part.clientWidth))"),
                lesson.name());
    }

    @Test
    void everyControlIsReachedByTheTabKey() {
        go("#lesson=4");
        assertEquals(List.of(), browser.unreachable());
        go("#lesson=4&t=1575");
        assertEquals(List.of(), browser.unreachable());
    }

    @Test
    void theQuestionIsAnsweredByTheKeyboard() {
        go("#lesson=1");
        browser.eval("document.querySelector('#choices button').focus()");
        browser.pressFocused(Keys.ENTER);
        assertEquals("play", browser.eval("return document.activeElement.id"));
        browser.pressFocused(Keys.SPACE);
        assertEquals(true, state("playing"));
        browser.press(Keys.END);
        browser.eval("document.getElementById('show-answer').focus()");
        browser.pressFocused(Keys.ENTER);
        assertEquals(true, state("solved"));
    }

    @Test
    void keysDoWhatTheHelpSays() {
        go("#lesson=4&t=0&by=client");
        browser.press(Keys.ARROW_RIGHT);
        assertEquals(true, browser.eval("return window.classroom.state.us > 0"));
        browser.press(Keys.ARROW_LEFT);
        assertEquals(0L, state("us"));
        browser.press(Keys.END);
        assertEquals(true, browser.eval(
                "return window.classroom.state.us == window.classroom.recordingOf('where').end"));
        browser.press(Keys.HOME);
        assertEquals(0L, state("us"));
        browser.press(",");
        assertEquals(0.5, state("speed"));
        browser.press(".");
        assertEquals(1L, state("speed"));
        browser.press("t");
        assertEquals("thread", state("by"));
        browser.press("z");
        assertEquals(true, state("zoom"));
        browser.press("5");
        assertEquals(5L, state("client"));
        browser.press("f");
        assertEquals(browser.eval("return Math.min(...window.classroom.recordingOf('where').runs"
                + ".flatMap(run => run.freezes.map(freeze => freeze.at_us)))"), state("us"));
        assertTrue(browser.text().contains("Frozen at"), browser.text());
        browser.press(" ");
        assertEquals(true, state("playing"));
        browser.press(" ");
        assertEquals(false, state("playing"));
        browser.press("b");
        assertEquals(true, state("bigger"));
        browser.press("?");
        assertEquals(true, browser.eval("return document.getElementById('help').open"));
        browser.pressFocused(Keys.ESCAPE);
        assertEquals(false, browser.eval("return document.getElementById('help').open"));
        browser.press("n");
        browser.awaitTrue("return window.classroom.state.lesson.number == '5'");
        browser.press("p");
        browser.awaitTrue("return window.classroom.state.lesson.number == '4'");
    }

    /** On a projector, too, and where the word that is meant stands far to the right. */
    @Test
    void theSourceShowsWhatIsMeant() {
        go("#lesson=3&t=1500&by=thread&client=2");
        browser.press("b");
        String box = "const inside = (part, box) => part.left >= box.left && part.right <= box.right + 1"
                + " && part.top >= box.top && part.bottom <= box.bottom;"
                + "const boxOf = element => element.getBoundingClientRect();";
        browser.awaitTrue(box + "const now = document.querySelector('.line.now .n');"
                + "return inside(boxOf(now), boxOf(now.closest('.scroller')))");
        browser.awaitTrue(box + "return ['ofPlatform', 'ofVirtual'].every(word => {"
                + " const part = [...document.querySelectorAll('.line.read code span')].find(span =>"
                + " span.textContent.includes(word));"
                + " return inside(boxOf(part), boxOf(part.closest('.scroller'))); })");
    }

    /** Badges stand behind the code, and do not hide it. */
    @ParameterizedTest
    @ValueSource(ints = {400, 1280})
    void badgesHideNoCode(int width) {
        browser.show(width, "light");
        goToFreeze("4");
        assertEquals(List.of(true, true), browser.eval("return ['here', 'count'].map(kind =>"
                + " document.querySelector('.lines .tag.' + kind) !== null)"));
        assertEquals(List.of(), browser.eval("const meet = (a, b) => a.left < b.right && b.left < a.right"
                + " && a.top < b.bottom && b.top < a.bottom;"
                + "return [...document.querySelectorAll('.lines .tag')].filter(tag =>"
                + " [...tag.closest('.line').querySelectorAll('code span')].some(span => [...span.getClientRects()]"
                + ".some(box => meet(box, tag.getBoundingClientRect())))).map(tag => tag.innerText)"));
    }

    /** A thread in a native call that waits is not running, though Java says so. */
    @Test
    void aFreezeSaysWhoWaits() {
        goToFreeze("4");
        String text = browser.text();
        assertTrue(text.contains("6 × virtual, timed waiting in Thread.sleep"), text);
        assertTrue(text.contains("1 × virtual, waiting in ServerSocket.accept"), text);
        assertTrue(text.contains("1 × waiting in SelectorImpl.select"), text);
        goToFreeze("2");
        assertTrue(browser.text().contains("1 × waiting in ServerSocket.accept"), browser.text());
        for (String[] each : new String[][]{{"sun.nio.ch.EPoll.wait", "waiting"},
                {"io.netty.channel.epoll.Native.epollWait", "waiting"},
                {"io.netty.channel.epoll.Native.epollWait0", "waiting"},
                {"io.netty.channel.uring.Native.ioUringEnter", "waiting"},
                {"sun.nio.ch.SocketDispatcher.write0", "runnable"}}) {
            assertEquals(each[1], browser.eval("return window.classroom.model.stateWords({state: 'RUNNABLE',"
                    + " frames: ['" + each[0] + "']})"), each[0]);
        }
    }

    private static void goToFreeze(String lesson) {
        go("#lesson=" + lesson + "&t=0");
        browser.press("f");
    }

    /** The calls by which a client of a loop came to wait are over; a virtual thread is still in its own. */
    @Test
    void aPathOfCallsThatAreOverIsNotTakenForAStack() {
        go("#lesson=4&t=1500&client=6");
        List<?> paths =
                (List<?>) browser.eval("return [...document.querySelectorAll('.stacks')].map(p => p.innerText)");
        assertEquals("virtual, at the last step of client 6: BlockingServer.recite.", paths.getFirst());
        assertTrue(String.valueOf(paths.getLast())
                .matches(
                        "(?s)selector, at the last step of client 6: .*SelectorServer.run. These calls have returned."),
                paths.toString());
    }

    @Test
    void playGoesToThePicturesIfTheyAreOutOfSight() {
        go("#lesson=4");
        browser.eval("document.querySelector('#choices button').click();"
                + "document.querySelector('.lesson').style.height = innerHeight + 'px'; scrollTo(0, 0)");
        browser.eval("document.getElementById('play').click()");
        browser.awaitTrue("const box = document.querySelector('.picture').getBoundingClientRect();"
                + "const before = window.before; window.before = scrollY;"
                + "return before == scrollY && box.top >= 0 && box.bottom <= innerHeight", Duration.ofMillis(200));
        Object at = browser.eval("scrollBy(0, -30); return scrollY");
        browser.eval("document.getElementById('play').click(); document.getElementById('play').click()");
        assertEquals(at, browser.eval("return scrollY"));
    }

    /** A link into a lesson shows its moment, and asks its question nevertheless. */
    @Test
    void aLinkToAMomentInvitesToGuess() {
        go("#lesson=4&t=1500");
        assertEquals("Choose first. Then look.", browser.eval("return document.getElementById('said').innerText"));
        assertEquals(false, browser.eval("return document.getElementById('answer').checkVisibility()"));
        browser.eval("document.querySelector('#choices button').click()");
        assertEquals(1_500_000L, state("us"));
        assertEquals("You said: six in both. Press Play, and see.",
                browser.eval("return document.getElementById('said').innerText"));
    }

    /** Each opens on what it speaks of. */
    @ParameterizedTest
    @CsvSource({"1,client,6", "2,client,2", "4,thread,2", "8a,client,6"})
    void aLessonOpensWithItsRowsAndClient(String lesson, String rows, long client) {
        go("#lesson=" + lesson);
        assertEquals(rows, state("by"));
        assertEquals(client, state("client"));
    }

    /** Where a late client's position is kept is said as it is of one in time. */
    @Test
    void aLateClientsPositionIsNamed() {
        go("#lesson=8a&t=2400&client=6");
        assertTrue(browser.text().contains("it is late, at byte "), browser.text());
        assertTrue(browser.text()
                .contains("Meanwhile loop 1 works for client 1. The position is a field of its Recital object."),
                browser.text());
    }

    /** A key of the live page says how to get one. */
    @Test
    void rSaysHowToRunALesson() {
        browser.show(400, "light");
        go("#lesson=4&t=1575");
        browser.eval("document.getElementById('code').scrollIntoView()");
        browser.press("r");
        assertTrue(browser.text().contains("bench/classroom"), browser.text());
        assertEquals(true, browser.eval("const box = document.getElementById('live-said').getBoundingClientRect();"
                + "return box.top >= 0 && box.bottom <= innerHeight"));
        assertFalse(browser.text().contains("Run again"), browser.text());
    }

    private static Object state(String name) {
        return browser.eval("return window.classroom.state." + name);
    }
}
