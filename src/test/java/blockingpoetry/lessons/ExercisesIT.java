package blockingpoetry.lessons;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.opentest4j.AssertionFailedError;

/** The exercises can be solved, and the lessons do not solve them. */
@Tag("slow")
@Timeout(120)
class ExercisesIT {
    @ParameterizedTest
    @EnumSource
    void theLessonFails(Exercise exercise, @TempDir Path folder) {
        assertThrows(AssertionFailedError.class, () -> exercise.check(exercise.lesson(), folder.resolve("poem.txt")));
    }

    @ParameterizedTest
    @EnumSource
    void theSolutionPasses(Exercise exercise, @TempDir Path folder) throws Exception {
        exercise.check(exercise.solution(), folder.resolve("poem.txt"));
    }
}
