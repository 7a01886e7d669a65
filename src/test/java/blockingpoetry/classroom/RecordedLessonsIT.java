package blockingpoetry.classroom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import blockingpoetry.Outcome;
import blockingpoetry.classroom.Recorded.Fault;
import blockingpoetry.classroom.Recorded.Run;
import blockingpoetry.classroom.Recorded.Step;
import blockingpoetry.process.Jar;
import blockingpoetry.process.ProcessResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each lesson, recorded from running servers: what it claims holds in its trace, as an inequality that does not depend on the machine's
 * speed; the trace is true; and the page says the same, from disk.
 */
@Tag("slow")
class RecordedLessonsIT {
    private static final Map<String,
            Path> SOURCES = Map.of("BlockingServer", Path.of("src/main/java/blockingpoetry/designs"),
                    "SelectorServer", Path.of("src/main/java/blockingpoetry/designs"), "NettyServer",
                    Path.of("bench/java/blockingpoetry/designs"));
    private static final List<String> STEPS = List.of("listen", "accept", "write", "wait", "finish", "close");

    @TempDir
    private static Path folder;

    private static Browser browser;

    @BeforeAll
    static void open() {
        browser = Browser.open();
    }

    @AfterAll
    static void close() {
        browser.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"queue", "threads", "one-word", "where", "position", "stopped-reader", "leaver",
            "hog-sleeps", "hog-burns", "crowd", "crash"})
    void whatALessonClaimsHolds(String lesson) throws IOException {
        Path page = folder.resolve(lesson + ".html");
        ProcessResult result = Jar.classroom().run("--lesson", lesson, "--record", page.toString());
        assertEquals(new ProcessResult(0, "", "recording lesson 1 of 1: " + lesson + "\n"), result);

        Recorded recorded = Recorded.read(page, lesson);
        for (Run run : recorded.runs()) {
            assertStepsAreInOrder(run, recorded.poemBytes());
            assertLinesLieBelowTheirStep(run);
        }
        assertClaim(lesson, recorded);
        assertThePageSaysSo(page, lesson);
    }

    /** Steps touch, bytes add up, and no client is ahead of its server. */
    private static void assertStepsAreInOrder(Run run, int poemBytes) {
        for (int client : run.clients()) {
            List<Step> steps = run.of(client);
            String order = steps.stream().map(Step::name).collect(Collectors.joining(" "));
            boolean finished = run.ends().stream().anyMatch(end -> end.client() == client && end.is(Outcome.FINISHED));
            if (finished) {
                assertTrue(order.matches("accept( write( wrote)+( wait)?)+ finish close"), order);
                assertEquals(poemBytes, steps.getLast().bytes());
                assertTrue(run.saw(client, "connected") >= 0 && run.saw(client, "end") >= 0, "client " + client);
                assertTrue(run.saw(client, "read") >= run.first(client, "write") - 5_000, "client " + client);
            }
            for (int i = 1; i < steps.size(); i++) {
                assertTrue(steps.get(i).us() >= steps.get(i - 1).us(), order);
                assertTrue(steps.get(i).bytes() >= steps.get(i - 1).bytes(), order);
            }
        }
    }

    private static void assertLinesLieBelowTheirStep(Run run) {
        String name = SOURCES.containsKey(run.design()) ? run.design() : switch (run.design()) {
            case "selector" -> "SelectorServer";
            case "netty" -> "NettyServer";
            default -> "BlockingServer";
        };
        List<String> source;
        try {
            source = Files.readAllLines(SOURCES.get(name).resolve(name + ".java"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        for (Step step : run.steps()) {
            if (step.name().equals("wrote")) {
                continue; // its line is that of the write
            }
            int number = STEPS.indexOf(step.name()) + 1;
            int from = lineOf(source, number);
            int to = number == STEPS.size() ? source.size() : lineOf(source, number + 1);
            assertTrue(step.frames()
                    .stream()
                    .filter(frame -> frame.startsWith(name))
                    .mapToInt(frame -> Integer.parseInt(frame.substring(frame.lastIndexOf(':') + 1)))
                    .anyMatch(line -> line > from && line <= to), step + " is not between " + from + " and " + to);
        }
    }

    private static int lineOf(List<String> source, int step) {
        for (int i = 0; i < source.size(); i++) {
            if (source.get(i).contains("// STEP " + step + ":")) {
                return i + 1;
            }
        }
        throw new AssertionError("no STEP " + step);
    }

    private static void assertClaim(String lesson, Recorded recorded) {
        switch (lesson) {
            case "queue" -> {
                Run sequential = recorded.run("sequential");
                for (int client = 2; client <= 6; client++) {
                    assertTrue(sequential.first(client, "accept") >= sequential.end(client - 1).us());
                }
                Run platform = recorded.run("platform");
                assertTrue(platform.first(6, "accept") < platform.end(1).us());
            }
            case "threads" -> assertEquals(6, threads(recorded.run("platform"), "recital"));
            case "one-word" -> {
                assertEquals(6, threads(recorded.run("platform"), "recital"));
                assertTrue(threads(recorded.run("virtual"), "carrier") <= recorded.processors());
            }
            case "where" -> {
                assertEquals(1, threads(recorded.run("selector"), "loop"));
                assertTrue(threads(recorded.run("virtual"), "carrier") <= recorded.processors());
            }
            case "position" -> {
                Run virtual = recorded.run("virtual");
                Run selector = recorded.run("selector");
                assertEquals(6, virtual.frozen(threads -> threads.virtual() && threads.isAt("BlockingServer.recite")));
                assertEquals(1, selector.frozen(threads -> threads.isAt("SelectorServer.run")));
                assertEquals(6, selector.objects("SelectorServer$Recital"));
                assertEquals(0, virtual.objects("$Recital"));
            }
            case "stopped-reader" -> {
                for (String design : List.of("virtual", "selector")) {
                    Run run = recorded.run(design);
                    assertTrue(run.end(1).is(Outcome.STALLED), run.ends().toString());
                    for (int client = 2; client <= 4; client++) {
                        assertTrue(run.end(client).is(Outcome.FINISHED), run.ends().toString());
                        assertTrue(run.first(client, "wait") < run.end(1).us());
                    }
                }
                Run sequential = recorded.run("sequential");
                assertTrue(sequential.first(2, "accept") >= sequential.end(1).us());
            }
            case "leaver" -> recorded.runs().forEach(run -> {
                assertTrue(run.end(2).is(Outcome.ABORTED) && run.end(2).us() >= run.saw(2, "left"));
                assertTrue(run.end(4).is(Outcome.ABORTED) && run.end(4).us() >= run.saw(4, "reset"));
                assertEquals(4, run.ends().stream().filter(end -> end.is(Outcome.FINISHED)).count());
            });
            case "hog-sleeps", "hog-burns" -> recorded.runs().forEach(run -> {
                Fault fault = run.faults().getFirst();
                List<Integer> others = run.clients().stream().filter(client -> client != fault.client()).toList();
                long served = others.stream()
                        .filter(client -> run.of(client)
                                .stream()
                                .anyMatch(step -> step.us() > fault.at() && step.us() < fault.to()))
                        .count();
                boolean alone =
                        run.design().equals("selector") || run.fields().get("options").toString().contains("=1");
                assertEquals(alone ? 0 : others.size(), served, run.design() + " " + run.fields().get("options"));
                assertEquals(400, run.bytes(fault.client(), fault.at()), "at the same chunk in every server");
                assertEquals(1, run.frozen(threads -> threads.isAt("StepWitness$Hog.work")));
            });
            case "crowd" -> {
                long threads = recorded.run("selector").most("threads");
                assertTrue(recorded.run("platform").most("threads") >= threads + 990);
                assertTrue(recorded.run("virtual").most("threads") <= threads + 50);
                recorded.runs().forEach(run -> assertEquals(1_000, run.most("open"), run.design()));
            }
            case "crash" -> recorded.runs().forEach(run -> {
                boolean killed = run.fields().containsKey("over");
                for (int client : run.clients()) {
                    assertTrue(run.saw(client, killed ? "broken" : "end") >= 0, run.fields().toString());
                }
                assertEquals(killed ? 0 : 3, run.ends().stream().filter(end -> end.is(Outcome.FINISHED)).count());
            });
            default -> throw new AssertionError(lesson);
        }
    }

    private static long threads(Run run, String kind) {
        return run.threads().values().stream().filter(kind::equals).count();
    }

    /** The figures are computed by the page's own scripts, from nothing but the file. */
    private static void assertThePageSaysSo(Path page, String lesson) {
        browser.go(page.toUri().toString());
        assertEquals(true, browser.eval("return window.classroom.claim('" + lesson + "').holds"), lesson);
        assertEquals(0L, browser.eval("return performance.getEntriesByType('resource').length"));
        assertEquals(List.of(), browser.errors());
        assertFalse(browser.text().contains("undefined") || browser.text().contains("NaN"), browser.text());
    }
}
