package blockingpoetry.lessons;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import blockingpoetry.classroom.Classroom;
import blockingpoetry.process.FreePorts;
import blockingpoetry.process.Jar;
import blockingpoetry.process.JarProcess;
import blockingpoetry.process.ProcessResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code src/site/markdown/exercises.md}: what it tells the reader to type works, and what it names is there. */
@Tag("slow")
class ExercisesPageIT {
    private static final Path PAGE = Path.of("src/site/markdown/exercises.md");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^ *```sh\n(.*?)^ *```$");

    /** The commands of each block of the page. */
    static List<List<String>> blocks() throws IOException {
        return matches(BLOCK.pattern(), Files.readString(PAGE))
                .map(block -> block.lines().map(String::strip).toList())
                .toList();
    }

    static List<String> commands() throws IOException {
        return blocks().stream().flatMap(List::stream).toList();
    }

    /** Each server starts as the page says, but on free ports, and the clients beside it are served. */
    @Test
    void serversServeTheirClients() throws IOException {
        int servers = 0;
        for (List<String> block : blocks()) {
            int free = FreePorts.inARow(3);
            List<JarProcess> running = new ArrayList<>();
            try {
                for (String command : block) {
                    String[] words = onFreePorts(command, free).split(" ");
                    int jar = List.of(words).indexOf("target/blockingpoetry.jar");
                    String[] arguments = Arrays.copyOfRange(words, jar + 1, words.length);
                    if (command.startsWith("(for ")) {
                        String clients = onFreePorts(command, free).replace("sleep 60", "sleep 0");
                        assertEquals(new ProcessResult(0, "", ""),
                                result(JarProcess.start(List.of("bash", "-c", clients))));
                    } else if (jar >= 0 && arguments[0].equals("get")) {
                        assertEquals(0, result(Jar.JAR.start(arguments)).exitCode(), command);
                    } else if (jar >= 0) {
                        int poems = (int) Stream.of(arguments).filter(word -> word.startsWith("poems/")).count();
                        running.add(Jar.JAR.start(arguments).awaitServing(poems));
                        servers++;
                    }
                }
            } finally {
                running.forEach(JarProcess::close);
            }
        }
        assertEquals(4, servers);
    }

    private static String onFreePorts(String command, int free) {
        return command.replace("10000", "" + free).replace("10001", "" + (free + 1)).replace("12000", "" + (free + 2));
    }

    private static ProcessResult result(JarProcess process) {
        try (process) {
            return process.awaitEnd();
        }
    }

    @Test
    void bashIsAClientOfALesson(@TempDir Path folder) throws Exception {
        String cat = commands().stream().filter(command -> command.startsWith("cat ")).findFirst().orElseThrow();
        Path poem = Files.writeString(folder.resolve("poem.txt"), "A line that takes its time.\n");
        try (LessonProcess server = LessonProcess.start(Exercise.E1.lesson(), poem)) {
            String port = "" + server.address().getPort();
            try (JarProcess bash = JarProcess.start(List.of("bash", "-c", cat.replace("10000", port)))) {
                assertEquals(new ProcessResult(0, Files.readString(poem), ""), bash.awaitEnd());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void namesWhatIsThere(String command) throws IOException {
        List<String> words = List.of(command.split(" "));
        switch (words.getFirst()) {
            case "mvn" -> {
                String pom = Files.readString(Path.of("pom.xml"));
                matches(" -P(\\w+)", command).forEach(id -> assertTrue(pom.contains("<id>" + id + "</id>"), id));
                for (String test : matches(" -Dtest=(\\w+)", command).toList()) {
                    try (Stream<Path> tests = Files.walk(Path.of("src/test/java"))) {
                        assertTrue(tests.anyMatch(file -> file.endsWith(test + ".java")), test);
                    }
                }
            }
            case "bench/classroom" -> {
                matches(" --([a-z-]+)", command)
                        .forEach(option -> assertTrue(
                                new Classroom(System.out, System.err).options().hasLongOption(option), option));
                matches(" --lesson (\\S+)", command).forEach(name -> assertTrue(lessons("name").contains(name), name));
            }
            case "bench/run" -> {
                String source = Files.readString(Path.of("bench/java/blockingpoetry/bench/LabCommand.java"));
                matches(" --([a-z-]+)", command)
                        .forEach(option -> assertTrue(source.contains('"' + option + '"'), option));
            }
            case "cat", "cp", "diff", "java", "mkdir", "(for" -> {}
            default ->
                throw new AssertionError("a command that this test does not know: " + command);
        }
        words.stream()
                .filter(word -> word.contains("/") && !word.matches("(exercises|target|.*/dev/tcp)/.*"))
                .map(word -> word.replaceFirst("@\\d+$", ""))
                .forEach(file -> assertTrue(Files.exists(Path.of(file)), file));
    }

    @Test
    void namesLessonsOfTheClassroom() throws IOException {
        Set<String> named = matches("\\blessons? (\\d+[ab]?)\\b",
                Files.readString(PAGE).replaceAll("\\s+", " ").toLowerCase(Locale.ROOT))
                .collect(Collectors.toCollection(TreeSet::new));
        assertTrue(lessons("number").containsAll(named), named::toString);
        assertTrue(named.size() >= 8, named::toString);
    }

    @Test
    void hasEachExerciseWithTheLessonThatItStartsFrom() throws IOException {
        List<String> tasks = matches("(?m)^- \\*\\*(E\\d+\\. .*\\(start from \\w+)", Files.readString(PAGE))
                .map(task -> task.replaceAll("\\..*from ", " "))
                .toList();
        assertEquals(Arrays.stream(Exercise.values())
                .map(exercise -> exercise + " " + exercise.lesson().getFileName().toString().replaceFirst("_.*", ""))
                .toList(), tasks);
    }

    /** What the classroom's lessons have for a key. */
    private static List<String> lessons(String key) {
        try {
            return matches("\"" + key + "\": \"([^\"]*)\"",
                    Files.readString(Path.of("bench/resources/blockingpoetry/classroom/lessons.json"))).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The first group of each match. */
    private static Stream<String> matches(String pattern, String text) {
        return Pattern.compile(pattern).matcher(text).results().map(match -> match.group(1));
    }
}
