package blockingpoetry.site;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import blockingpoetry.designs.Design;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** README and pages: their links lead somewhere, their commands have the options that there are, their figures are those of the reports. */
class PagesTest {
    private static final Path RESULTS = Path.of("bench/results");
    private static final PrintStream NOWHERE = new PrintStream(OutputStream.nullOutputStream());

    /** Programs of the system, the JDK and Debian: what they are given is tried elsewhere, or by {@link ReadmeIT}. */
    private static final Set<String> OTHERS =
            Set.of("apt-get", "cat", "cp", "curl", "diff", "jcmd", "jfr", "journalctl", "kill", "mkdir", "nc",
                    "systemctl", "tsung", "(for");

    static List<Page> pages() throws IOException {
        return Page.all();
    }

    @Test
    void theReadmeIsOfOneSitting() {
        assertTrue(Page.readme().text().lines().count() <= 150);
    }

    @ParameterizedTest
    @MethodSource("pages")
    void linksLeadSomewhere(Page page) {
        for (String link : page.links()) {
            if (!link.matches("https?:.*")) {
                String[] parts = link.split("#", 2);
                Path file = parts[0].isEmpty() ? page.file() : page.file().resolveSibling(parts[0]).normalize();
                assertTrue(Files.exists(file), link);
                assertTrue(parts.length == 1 || Page.of(file).anchors().contains(parts[1]), link);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void commandsHaveOptionsThatThereAre(Page page) throws IOException {
        for (String line : page.commands()) {
            for (String command : line.split(" && ")) {
                List<String> words = List.of(command.split(" "));
                switch (words.getFirst()) {
                    case "java" -> assertEquals(0, tried(words), command);
                    case "mvn" -> assertMavenKnows(command);
                    case "src/main/dist/install" -> assertEquals(1, words.size(), command); // InstalledIT runs it
                    case "bench/run" -> assertEquals(0, triedBench(words, "lab"), command);
                    case "bench/classroom" -> assertEquals(0, triedBench(words, "classroom"), command);
                    default -> assertTrue(OTHERS.contains(words.getFirst()), command);
                }
                words.stream()
                        .map(word -> word.replaceFirst("^@|@\\d+$", ""))
                        .filter(word -> word.matches("(bench|poems|src)/.*"))
                        .forEach(file -> assertTrue(Files.exists(Path.of(file)), command));
            }
        }
    }

    /** The exit code of a command of a jar that is asked for help besides: an option that there is not comes first. */
    private static int tried(List<String> words) {
        int jar = words.indexOf("-jar") + 1;
        if (jar == 0) {
            return 0; // a lesson, from its source: LessonsIT
        }
        List<String> arguments = new ArrayList<>(words.subList(jar + 1, words.size()));
        arguments.add("--help");
        String[] array = arguments.toArray(new String[0]);
        return words.get(jar).equals("target/blockingpoetry.jar")
                ? blockingpoetry.cli.Main.run(NOWHERE, NOWHERE, Design.ALL, array)
                : blockingpoetry.bench.Main.run(NOWHERE, NOWHERE, array);
    }

    private static int triedBench(List<String> words, String otherwise) {
        List<String> arguments = new ArrayList<>(words.subList(1, words.size()));
        if (arguments.isEmpty() || arguments.getFirst().startsWith("-")) {
            arguments.addFirst(otherwise);
        }
        arguments.add("--help");
        return blockingpoetry.bench.Main.run(NOWHERE, NOWHERE, arguments.toArray(new String[0]));
    }

    private static void assertMavenKnows(String command) throws IOException {
        String pom = Files.readString(Path.of("pom.xml"));
        matches(" -P(\\w+)", command).forEach(id -> assertTrue(pom.contains("<id>" + id + "</id>"), command));
        for (String test : matches(" -Dtest=(\\w+)", command).toList()) {
            try (Stream<Path> tests = Files.walk(Path.of("src/test/java"))) {
                assertTrue(tests.anyMatch(file -> file.endsWith(test + ".java")), command);
            }
        }
    }

    /** Slow, but not so slow that it seems to hang. */
    @Test
    void theSlowExampleTakesTenSeconds() throws IOException {
        String example =
                Page.readme().commands().stream().filter(line -> line.contains("--delay")).findFirst().orElseThrow();
        double delay = Double.parseDouble(matches("--delay (\\S+)", example).findFirst().orElseThrow());
        int chunk = Integer.parseInt(matches("--num-bytes (\\d+)", example).findFirst().orElseThrow());
        for (String poem : matches("(poems/\\S+)", example).toList()) {
            double seconds = delay * Math.ceilDiv((int) Files.size(Path.of(poem)), chunk);
            assertTrue(8 <= seconds && seconds <= 12, poem + ": " + seconds + " s");
        }
    }

    /** The README's rows are those of the comparison of all machines. */
    @Test
    void theReadmesRowsAreMeasured() throws IOException {
        String across = Files.readString(RESULTS.resolve("across.md"));
        List<List<String>> rows = Page.readme()
                .text()
                .lines()
                .filter(line -> line.matches("\\| `[\\w-]+`: .*"))
                .map(line -> Arrays.stream(line.split("\\|")).map(String::strip).toList())
                .toList();
        assertEquals(5, rows.size());
        for (List<String> row : rows) {
            String name = row.get(1).replaceFirst("`([\\w-]+)`.*", "$1");
            assertEquals(cells(across, "burst, K=1,000: server CPU per poem", name), row.subList(2, 6), name);
            List<String> memory = cells(across, "crowd, slopes: process memory per connection", name).stream()
                    .sorted()
                    .toList();
            String range = memory.getFirst() + "–" + memory.getLast();
            assertEquals(memory.getFirst().equals(memory.getLast()) ? memory.getFirst() : range, row.get(6), name);
        }
    }

    /** The medians of a contender on the four machines, as ratios to that of virtual; a dash if there is none. */
    private static List<String> cells(String across, String section, String contender) {
        String from = across.substring(across.indexOf("### " + section + "\n") + 4);
        String part = from.substring(0, (from + "\n### ").indexOf("\n### "));
        return part.lines()
                .filter(line -> line.startsWith("| " + contender + " | "))
                .findFirst()
                .map(line -> Arrays.stream(line.split("\\|"))
                        .map(figure -> figure.strip().replaceFirst(" \\(.*?\\)", "").replace("no difference", "="))
                        .toList()
                        .subList(2, 6))
                .orElse(List.of("–", "–", "–", "–"));
    }

    /** What its sentences say in bytes and milliseconds is in the reports of the full runs. */
    @Test
    void theReadmesSentencesAreMeasured() throws IOException {
        String readme = Page.readme().text().replaceAll("\\s+", " ");
        Matcher start = Pattern.compile("comes (\\d+) \\(D\\) to (\\d+) ms \\(E\\) after the command").matcher(readme);
        assertTrue(start.find() && readme.contains("`virtual` 3,600 to 4,000 bytes and")
                && readme.contains("after about half of that"));
        double least = Double.MAX_VALUE;
        double most = 0;
        for (String run : List.of("2026-11-26-vm", "2026-11-27-vm", "2026-11-27-vm-epyc", "2026-11-27-vm-epyc-25")) {
            String report = Files.readString(RESULTS.resolve(run + "/report.md"));
            double bytes = measured("process memory per connection of virtual is ([\\d,]+) ", report);
            double first = measured("start to the first poem of virtual is ([\\d,]+) ", report);
            double cached = measured("(?m)^\\| virtual-aot \\| [\\d.]+ \\([^|]*\\) \\| (\\d+) \\(", report);
            assertEquals(3_800, bytes, 250, run);
            assertEquals(0.47, cached / first, 0.07, run);
            least = Math.min(least, first);
            most = Math.max(most, first);
        }
        assertEquals(start.group(1) + " " + start.group(2), String.format(Locale.ROOT, "%.0f %.0f", least, most));
    }

    private static double measured(String pattern, String report) {
        return Double.parseDouble(matches(pattern, report).findFirst().orElseThrow().replace(",", ""));
    }

    @Test
    void theFigureOfEachDesignStandsWhereTheTextSpeaksOfIt() throws IOException {
        Page reading = Page.of(Path.of("src/site/markdown/reading-the-code.md"));
        try (Stream<Path> files = Files.list(Path.of("src/site/threads"))) {
            List<Path> figures = files.filter(file -> file.toString().endsWith(".svg")).toList();
            assertEquals(7, figures.size());
            figures.forEach(file -> assertTrue(reading.links().contains("../threads/" + file.getFileName())));
        }
    }

    private static Stream<String> matches(String pattern, String text) {
        return Pattern.compile(pattern).matcher(text).results().map(match -> match.group(1));
    }
}
