package blockingpoetry.classroom;

import blockingpoetry.cli.Arguments;
import blockingpoetry.cli.Command;
import blockingpoetry.cli.Help;
import blockingpoetry.cli.UsageError;
import blockingpoetry.operation.ParentWatch;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.apache.commons.cli.Options;
import tools.jackson.jr.ob.JSON;

/** The command: records lessons into a page, or serves the page on which they run. */
public final class Classroom implements Command {
    private static final Options OPTIONS = new Options()
            .addOption(Arguments.option("port", "N", "port of the page (default: a free one)"))
            .addOption(
                    Arguments.list("lesson", "NAME", "a lesson to offer or record; may be given again (default: all)"))
            .addOption(Arguments.option("record", "FILE",
                    "run the lessons without a browser, and write them into one page;"
                            + " a FILE.svg gets a still picture of one lesson"))
            .addOption(Arguments.option("figures", "FOLDER",
                    "record which thread of each design does what for three clients, and draw it into a folder"))
            .addOption(Arguments.option("from", "FILE.jfr",
                    "show a flight recording of a server in the place of lessons"))
            .addOption(Arguments.HELP)
            .addOption(Arguments.VERSION);

    private final PrintStream out;
    private final PrintStream err;

    /** @param err for progress */
    public Classroom(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public String name() {
        return "classroom";
    }

    @Override
    public Options options() {
        return OPTIONS;
    }

    @Override
    public Help help() {
        return new Help("blockingpoetry-bench classroom [OPTION]...",
                "Shows on running servers whose thread waits where, in ten lessons.");
    }

    @Override
    public int run(Arguments arguments) throws IOException, InterruptedException {
        arguments.exactly();
        List<Lesson> lessons = chosen(Lesson.all(), arguments.values("lesson"));
        Optional<Path> record = arguments.path("record");
        Optional<Path> from = arguments.path("from");
        int port = arguments.port("port").orElse(0);
        Optional<Path> figures = arguments.path("figures");
        if (figures.isPresent()) {
            if (from.isPresent() || record.isPresent() || !arguments.values("lesson").isEmpty()) {
                throw new UsageError("--figures has a lesson of its own: leave out --from, --record and --lesson");
            }
            drawThreads(figures.get());
        } else if (from.isPresent()) {
            if (!arguments.values("lesson").isEmpty()) {
                throw new UsageError("--from shows a recording in the place of lessons: leave out --lesson");
            }
            show(from.get(), record, port);
        } else if (record.isPresent()) {
            record(lessons, record.get());
        } else {
            serve(Page.ofLessons(), lessons, Map.of(), port);
        }
        return 0;
    }

    /** Into a page, or served as one. */
    private void show(Path flight, Optional<Path> record, int port) throws IOException, InterruptedException {
        Map<String, Object> trace = FlightImport.read(flight);
        Page page = Page.ofRecording(String.valueOf(flight.getFileName()));
        if (record.isEmpty()) {
            serve(page, List.of(), Map.of(Page.IMPORTED, trace), port);
        } else {
            Files.writeString(record.get(), isPicture(record.get())
                    ? Picture.svg(trace)
                    : page.html(Map.of(Page.IMPORTED, trace), false));
        }
    }

    private void record(List<Lesson> lessons, Path file) throws IOException, InterruptedException {
        if (isPicture(file) && lessons.size() > 1) {
            throw new UsageError("a picture shows one lesson: say which, with --lesson");
        }
        Map<String, Map<String, Object>> recordings = new LinkedHashMap<>();
        for (Lesson lesson : lessons) {
            err.println("recording lesson " + (recordings.size() + 1) + " of " + lessons.size() + ": " + lesson.name());
            LessonRun run = new LessonRun(lesson, Duration.ZERO);
            run.run();
            recordings.put(lesson.name(), run.trace());
        }
        Files.writeString(file, isPicture(file)
                ? Picture.svg(recordings.get(lessons.getFirst().name()))
                : Page.ofLessons().html(recordings, false));
    }

    private static void drawThreads(Path folder) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        LessonRun run = new LessonRun(ThreadFigure.lesson(), Duration.ZERO);
        run.run();
        Map<String, Object> trace = run.trace();
        trace.remove("stacks"); // of no use for a figure
        Files.writeString(folder.resolve("recording.json"), JSON.std.asString(trace) + "\n");
        for (Map.Entry<String, String> figure : ThreadFigure.figures(trace).entrySet()) {
            Files.writeString(folder.resolve(figure.getKey() + ".svg"), figure.getValue());
        }
    }

    private static boolean isPicture(Path file) {
        return file.toString().endsWith(".svg");
    }

    /** Blocks until the process is told to end; then the servers end with it. */
    private void serve(Page page, List<Lesson> lessons, Map<String, Object> recordings, int port)
            throws IOException, InterruptedException {
        if (ParentWatch.isLaunched()) {
            ParentWatch.followLauncher();
        }
        try (LiveClassroom classroom = LiveClassroom.start(port, page, lessons, recordings)) {
            out.println("Classroom at " + classroom.url());
            new CountDownLatch(1).await();
        }
    }

    private static List<Lesson> chosen(List<Lesson> all, List<String> names) {
        List<Lesson> chosen = new ArrayList<>();
        for (String name : names) {
            chosen.add(all.stream()
                    .filter(lesson -> lesson.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new UsageError("there is no lesson '" + name + "', only "
                            + all.stream().map(Lesson::name).collect(Collectors.joining(", ")))));
        }
        return names.isEmpty() ? all : chosen;
    }
}
