package blockingpoetry.lessons;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** For students: red until their copies of lessons do what is asked for. {@code mvn test -Pexercises} */
@Tag("exercise")
@Timeout(120)
class ExerciseTest {
    /** The exercises on which somebody works. */
    static List<Exercise> begun() {
        List<Exercise> begun = Stream.of(Exercise.values()).filter(e -> Files.exists(e.answer())).toList();
        assertFalse(begun.isEmpty(), "copy a lesson first: cp " + Exercise.E1.lesson() + " " + Exercise.E1.answer());
        return begun;
    }

    @ParameterizedTest
    @MethodSource("begun")
    void isSolved(Exercise exercise, @TempDir Path folder) throws Exception {
        try {
            exercise.check(exercise.answer(), folder.resolve("poem.txt"));
        } catch (AssertionError | Exception failure) {
            throw new AssertionError(exercise.answer() + ": " + failure.getMessage(), failure);
        }
    }
}
