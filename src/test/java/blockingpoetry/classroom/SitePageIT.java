package blockingpoetry.classroom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The recorded classroom that the README links to. */
class SitePageIT {
    static final Path PAGE = Path.of("src/site/classroom.html");
    private static final String RECORD = "java -jar target/blockingpoetry-bench.jar classroom --record ";
    private static final int MOST_BYTES = 2 * 1024 * 1024;

    @Test
    void playsEveryLessonFromDisk() throws IOException {
        assertTrue(Files.size(PAGE) <= MOST_BYTES);
        try (Browser browser = Browser.open()) {
            browser.go(PAGE.toUri().toString());
            assertEquals(Lesson.all().stream().map(Lesson::name).toList(),
                    browser.eval("return [...document.querySelectorAll('#lessons a')].length &&"
                            + " JSON.parse(document.getElementById('trace').textContent).lessons.map(lesson => lesson.name)"));
            for (Lesson lesson : Lesson.all()) {
                assertEquals(true, browser.eval("return window.classroom.claim('" + lesson.name() + "').holds"),
                        lesson.name());
            }
            assertEquals(0L, browser.eval("return performance.getEntriesByType('resource').length"));
            assertEquals(List.of(), browser.errors());
        }
    }

    /** Page, scripts and styles are in it, the lessons with their plans, and the sources that it shows. */
    @Test
    void isMadeOfWhatIsInTheTree() throws IOException {
        String recorded = Files.readString(PAGE);
        String now = Page.ofLessons().html(Recorded.recordings(PAGE), false);
        String remedy = PAGE + " is older than what it is made of. Record it again: " + RECORD + PAGE;
        assertTrue(Recorded.frame(now).equals(Recorded.frame(recorded)), remedy);
        Map<String, Object> document = Recorded.document(recorded);
        Map<String, Object> documentNow = Recorded.document(now);
        for (String part : List.of("format", "lessons", "sources")) {
            assertTrue(documentNow.get(part).equals(document.get(part)), "Its " + part + " differ. " + remedy);
        }
    }
}
