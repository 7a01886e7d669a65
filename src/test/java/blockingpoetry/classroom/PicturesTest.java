package blockingpoetry.classroom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.jr.ob.JSON;

/**
 * The pictures of the README and the pages are what the code draws of the recordings in the tree. To draw them again:
 * {@code mvn test -Dtest=PicturesTest -Dpictures.write}.
 */
class PicturesTest {
    private static final Path SITE = Path.of("src/site");

    @Test
    void theSlowClientIsDrawnOfTheRecordedClassroom() throws IOException {
        String svg = Picture.svg((Map<?, ?>) Recorded.recordings(SitePageIT.PAGE).get("queue"));

        assertCurrent(SITE.resolve("one-slow-client.svg"), Picture.inTheme(false, svg));
        assertCurrent(SITE.resolve("one-slow-client-dark.svg"), Picture.inTheme(true, svg));
    }

    @Test
    void eachDesignHasAFigureOfItsThreads() throws IOException {
        Path folder = SITE.resolve("threads");
        Map<String, String> figures =
                ThreadFigure.figures(JSON.std.mapFrom(Files.readString(folder.resolve("recording.json"))));

        assertEquals(ThreadFigure.lesson().servers().stream().map(Lesson.Server::design).toList(),
                figures.keySet().stream().toList());
        for (Map.Entry<String, String> figure : figures.entrySet()) {
            assertCurrent(folder.resolve(figure.getKey() + ".svg"), figure.getValue());
        }
    }

    private static void assertCurrent(Path file, String svg) throws IOException {
        if (System.getProperty("pictures.write") != null) {
            Files.writeString(file, svg);
        }
        assertTrue(Files.readString(file).equals(svg),
                file + " is not what is drawn of its recording: mvn test -Dtest=PicturesTest -Dpictures.write");
    }
}
