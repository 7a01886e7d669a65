package blockingpoetry.classroom;

import blockingpoetry.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.jr.ob.JSON;

/** A recorded lesson, read back from its page, in the words of {@code trace.md}. */
record Recorded(int processors, long pace, int poemBytes, List<Run> runs) {
    private static final Pattern DOCUMENT =
            Pattern.compile("<script type=\"application/json\" id=\"trace\">(.*?)</script>", Pattern.DOTALL);

    /** A step; {@code frames} are its stack, top first. */
    record Step(long us, int client, String name, long bytes, int thread, List<String> frames) {}

    record End(long us, int client, String outcome) {
        boolean is(Outcome wanted) {
            return outcome.equals(wanted.toString());
        }
    }

    record Fault(long at, long to, int client) {}

    /** A number of threads that stand at the same place. */
    record Standing(boolean virtual, List<String> frames, int count) {
        /** Whether they stand in a method of the project, or in what it has called. */
        boolean isAt(String method) {
            return frames.stream()
                    .filter(frame -> frame.startsWith("blockingpoetry."))
                    .findFirst()
                    .filter(frame -> frame.contains(method))
                    .isPresent();
        }
    }

    record Run(String design, Map<?, ?> fields, List<Step> steps, List<End> ends, List<Fault> faults,
            Map<Integer, String> threads, List<Standing> frozen) {
        List<Step> of(int client) {
            return steps.stream().filter(step -> step.client == client).toList();
        }

        long first(int client, String name) {
            return of(client).stream().filter(step -> step.name.equals(name)).findFirst().orElseThrow().us;
        }

        /** How many bytes a client had been sent by then. */
        long bytes(int client, long us) {
            return of(client).stream().filter(step -> step.us <= us).mapToLong(Step::bytes).max().orElse(0);
        }

        End end(int client) {
            return ends.stream().filter(end -> end.client == client).findFirst().orElseThrow();
        }

        /** When a client saw or did something; -1 if it did not. */
        long saw(int client, String what) {
            for (Object each : list(fields.get("clients"))) {
                Map<?, ?> map = (Map<?, ?>) each;
                for (Object event : number(map.get("id")) == client ? list(map.get("events")) : List.of()) {
                    if (list(event).get(1).equals(what)) {
                        return number(list(event).getFirst());
                    }
                }
            }
            return -1;
        }

        List<Integer> clients() {
            return list(fields.get("clients")).stream()
                    .map(each -> (int) number(((Map<?, ?>) each).get("id")))
                    .toList();
        }

        /** The largest of a kind of counts. */
        long most(String count) {
            return list(fields.get("counts")).stream()
                    .mapToLong(each -> number(((Map<?, ?>) list(each).get(1)).get(count)))
                    .max()
                    .orElse(-1);
        }

        int frozen(Predicate<Standing> where) {
            return frozen.stream().filter(where).mapToInt(Standing::count).sum();
        }

        /** How many of its objects were there at the freeze. */
        long objects(String type) {
            Map<?, ?> freeze = (Map<?, ?>) list(fields.get("freezes")).getFirst();
            return ((Map<?, ?>) freeze.get("objects")).entrySet()
                    .stream()
                    .filter(entry -> String.valueOf(entry.getKey()).endsWith(type))
                    .mapToLong(entry -> number(list(entry.getValue()).getFirst()))
                    .sum();
        }
    }

    static Recorded read(Path page, String lesson) throws IOException {
        Map<String, Object> document = document(Files.readString(page));
        Map<?, ?> trace = (Map<?, ?>) ((Map<?, ?>) document.get("recordings")).get(lesson);
        List<?> stacks = list(trace.get("stacks"));
        return new Recorded((int) number(((Map<?, ?>) document.get("made")).get("processors")),
                number(((Map<?, ?>) trace.get("pace")).get("delay_ms")) * 1_000,
                (int) number(((Map<?, ?>) trace.get("poem")).get("bytes")),
                list(trace.get("runs")).stream().map(run -> run((Map<?, ?>) run, stacks)).toList());
    }

    /** What a page shows: lessons, sources, recordings. */
    static Map<String, Object> document(String html) throws IOException {
        Matcher matcher = DOCUMENT.matcher(html);
        if (!matcher.find()) {
            throw new IOException("no recording in the page");
        }
        return JSON.std.mapFrom(matcher.group(1).replace("<\\/", "</"));
    }

    /** The traces of a page, by the names of their lessons. */
    static Map<String, Object> recordings(Path page) throws IOException {
        Map<String, Object> recordings = new LinkedHashMap<>();
        ((Map<?, ?>) document(Files.readString(page)).get("recordings"))
                .forEach((lesson, trace) -> recordings.put(String.valueOf(lesson), trace));
        return recordings;
    }

    /** A page without what it shows. */
    static String frame(String html) {
        return DOCUMENT.matcher(html).replaceFirst("");
    }

    Run run(String design) {
        return runs.stream().filter(run -> run.design.equals(design)).findFirst().orElseThrow();
    }

    private static Run run(Map<?, ?> run, List<?> stacks) {
        List<Step> steps = new ArrayList<>();
        for (Object each : list(run.get("steps"))) {
            List<?> step = list(each);
            int stack = (int) number(step.get(5));
            steps.add(new Step(number(step.get(0)), (int) number(step.get(1)), String.valueOf(step.get(2)),
                    number(step.get(3)), (int) number(step.get(4)),
                    stack < 0 ? List.of() : list(stacks.get(stack)).stream().map(String::valueOf).toList()));
        }
        List<Standing> frozen = new ArrayList<>();
        for (Object freeze : list(run.get("freezes"))) {
            for (Object each : list(((Map<?, ?>) freeze).get("threads"))) {
                Map<?, ?> thread = (Map<?, ?>) each;
                frozen.add(new Standing(Boolean.TRUE.equals(thread.get("virtual")),
                        list(thread.get("frames")).stream().map(String::valueOf).toList(),
                        (int) number(thread.get("count"))));
            }
        }
        Map<Integer, String> threads = new HashMap<>();
        for (Object each : list(run.get("threads"))) {
            Map<?, ?> thread = (Map<?, ?>) each;
            threads.put((int) number(thread.get("id")), String.valueOf(thread.get("kind")));
        }
        return new Run(String.valueOf(run.get("design")), run, steps,
                list(run.get("ends")).stream()
                        .map(Recorded::list)
                        .map(end -> new End(number(end.get(0)), (int) number(end.get(1)), String.valueOf(end.get(2))))
                        .toList(),
                list(run.get("faults")).stream()
                        .map(each -> (Map<?, ?>) each)
                        .map(fault -> new Fault(number(fault.get("at_us")), number(fault.get("to_us")),
                                (int) number(fault.get("client"))))
                        .toList(),
                threads, frozen);
    }

    private static List<?> list(Object value) {
        return value instanceof List<?> list ? list : List.of();
    }

    private static long number(Object value) {
        return ((Number) value).longValue();
    }
}
