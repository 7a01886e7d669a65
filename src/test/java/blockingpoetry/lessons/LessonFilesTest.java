package blockingpoetry.lessons;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The lessons as texts: what a student reads before running them. */
class LessonFilesTest {
    private static final Path LESSONS = Path.of("src/lessons/java");

    static List<Path> lessons() throws IOException {
        try (Stream<Path> files = Files.list(LESSONS)) {
            return files.sorted().toList();
        }
    }

    @Test
    void thereAreEightInOrder() throws IOException {
        List<Path> lessons = lessons();
        assertEquals(8, lessons.size());
        for (int i = 0; i < lessons.size(); i++) {
            assertTrue(lessons.get(i).getFileName().toString().startsWith("L" + (i + 1) + "_"), lessons::toString);
        }
    }

    @ParameterizedTest
    @MethodSource("lessons")
    void fitsOnOneScreen(Path lesson) throws IOException {
        int lines = Files.readAllLines(lesson).size();
        assertTrue(30 <= lines && lines <= 70, () -> lines + " lines");
    }

    @ParameterizedTest
    @MethodSource("lessons")
    void saysHowToRunItself(Path lesson) throws IOException {
        assertEquals(List.of("java " + lesson + " poems/accept.txt"),
                matches("\\bjava \\S+ \\S+", comment(lesson)).toList());
    }

    @ParameterizedTest
    @MethodSource("lessons")
    void needsNoNewerJavaThanItSays(Path lesson, @TempDir Path classes) throws IOException {
        List<String> versions = matches("(?<=\\(Java )\\d+(?= or newer)", comment(lesson)).toList();
        assertEquals(1, versions.size());
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter complaints = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<String> options = List.of("--release", versions.getFirst(), "-d", classes.toString());
            assertTrue(
                    compiler.getTask(complaints, files, null, options, null, files.getJavaFileObjects(lesson)).call(),
                    complaints::toString);
        }
    }

    /** "See BlockingServer, STEP 5": there is such a design, and such a step. */
    @ParameterizedTest
    @MethodSource("lessons")
    void namesAStepOfADesign(Path lesson) throws IOException {
        Matcher reference = Pattern.compile("(\\w+Server), STEP (\\d)").matcher(comment(lesson));
        assertTrue(reference.find(), "a reference");
        try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
            Path design =
                    sources.filter(source -> source.endsWith(reference.group(1) + ".java")).findFirst().orElseThrow();
            assertTrue(Files.readString(design).contains("// STEP " + reference.group(2) + ": "));
        }
    }

    @ParameterizedTest
    @MethodSource("lessons")
    void takesItsStepsInOrder(Path lesson) throws IOException {
        List<String> steps = matches("// STEP .*: \\w+", code(lesson)).toList();
        List<String> all = List.of("// STEP 1: listen", "// STEP 2: accept", "// STEP 3: write", "// STEP 4: wait",
                "// STEP 5: finish", "// STEP 6: close");
        assertEquals(all.stream().filter(steps::contains).toList(), steps);
        assertTrue(steps.size() >= 4, steps::toString);
    }

    @Test
    void theReadmeShowsTheThirdAsItIs() throws IOException {
        String lesson = Files.readString(Path.of("src/lessons/java/L3_AVirtualThreadEach.java"));
        String shown = "```java\n" + lesson.substring(lesson.indexOf("public class")) + "```\n";
        assertTrue(Files.readString(Path.of("README.md")).contains(shown));
    }

    @Test
    void oneWordMakesTheThreadsVirtual() throws IOException {
        List<String> platform = words("L2_AThreadEach");
        List<String> virtual = words("L3_AVirtualThreadEach");
        assertEquals(platform.size(), virtual.size());
        assertEquals(List.of("ofPlatform -> ofVirtual"),
                IntStream.range(0, platform.size())
                        .filter(i -> !platform.get(i).equals(virtual.get(i)))
                        .mapToObj(i -> platform.get(i) + " -> " + virtual.get(i))
                        .toList());
    }

    /** The words and signs of a lesson after its first comment, the class's name aside. */
    private static List<String> words(String lesson) throws IOException {
        String code = code(LESSONS.resolve(lesson + ".java")).replace("class " + lesson, "class");
        return matches("\\w+|\\S", code).toList();
    }

    private static String comment(Path lesson) throws IOException {
        String source = Files.readString(lesson);
        assertTrue(source.startsWith("/*"));
        return source.substring(0, source.indexOf("*/")).replaceAll("\n \\* *", " ");
    }

    private static String code(Path lesson) throws IOException {
        String source = Files.readString(lesson);
        return source.substring(source.indexOf("*/") + "*/".length());
    }

    private static Stream<String> matches(String pattern, String text) {
        return Pattern.compile(pattern).matcher(text).results().map(match -> match.group());
    }
}
