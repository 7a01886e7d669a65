package blockingpoetry.classroom;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;
import tools.jackson.jr.ob.JSON;

/** What all threads of this process are doing, virtual ones too, and which of the design's objects there are. */
final class ThreadDump {
    /** A line of the histogram, for what a server keeps for each client. */
    private static final Pattern CLASS =
            Pattern.compile("(?m)^\\s*\\d+:\\s+(\\d+)\\s+(\\d+)\\s+"
                    + "(blockingpoetry\\.\\S+(?:\\$Recital|Client)|jdk\\.internal\\.vm\\.StackChunk)(?!\\S)");
    private static final Pattern FRAME = Pattern.compile("(?:[^/]*/)*([\\w.$]+)\\((?:[\\w$]+\\.java:(\\d+))?.*\\)");

    private ThreadDump() {}

    /**
     * Takes a dump; blocks for some tens of milliseconds, in which the process may stand still.
     *
     * @return threads that do the same are one entry with a count; in the place of what this Java cannot tell, "missing" says why
     */
    static Map<String, Object> take() {
        Map<String, Object> dump = new LinkedHashMap<>();
        try {
            dump.put("threads", threads());
            dump.put("objects", objects());
        } catch (IOException | JMException | RuntimeException | LinkageError e) {
            dump.put("missing", String.valueOf(e.getMessage()));
        }
        return dump;
    }

    private static List<Map<String, Object>> threads() throws IOException {
        Path folder = Files.createTempDirectory("dump");
        Path file = folder.resolve("threads.json");
        try {
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                    .dumpThreads(file.toString(), ThreadDumpFormat.JSON);
            Map<String, Object> parsed = JSON.std.mapFrom(Files.readString(file));
            Map<List<Object>, Map<String, Object>> alike = new LinkedHashMap<>();
            for (Map<?, ?> container : maps(map(parsed.get("threadDump")).get("threadContainers"))) {
                for (Map<?, ?> thread : maps(container.get("threads"))) {
                    add(alike, thread);
                }
            }
            return new ArrayList<>(alike.values());
        } finally {
            Files.deleteIfExists(file);
            Files.delete(folder);
        }
    }

    private static void add(Map<List<Object>, Map<String, Object>> alike, Map<?, ?> thread) {
        List<String> frames = new ArrayList<>();
        for (Object frame : (List<?>) thread.get("stack")) {
            frames.add(frame(String.valueOf(frame)));
        }
        boolean project = frames.stream().anyMatch(frame -> frame.startsWith("blockingpoetry."));
        String name = String.valueOf(thread.get("name"));
        boolean own = frames.stream().anyMatch(frame -> frame.startsWith("blockingpoetry.classroom."))
                && frames.stream().noneMatch(frame -> frame.startsWith("blockingpoetry.designs."));
        if (own || !(project || name.startsWith("ForkJoinPool-"))) {
            return; // the classroom's thread, or the JVM's
        }
        boolean virtual = Boolean.TRUE.equals(thread.get("virtual"));
        Object state = thread.get("state") == null ? "" : thread.get("state");
        Map<String, Object> entry = alike.computeIfAbsent(List.of(virtual, state, frames), first -> {
            Map<String, Object> made = new HashMap<>();
            made.put("id", Long.parseLong(String.valueOf(thread.get("tid"))));
            made.put("name", name);
            made.put("state", state);
            made.put("virtual", virtual);
            made.put("frames", frames);
            made.put("count", 0);
            return made;
        });
        entry.merge("count", 1, (one, other) -> (int) one + (int) other);
    }

    /** {@code java.base/java.lang.Thread.sleep(Thread.java:509)} as {@code java.lang.Thread.sleep:509}. */
    private static String frame(String text) {
        Matcher matcher = FRAME.matcher(text);
        if (!matcher.matches()) {
            return text;
        }
        return matcher.group(2) == null ? matcher.group(1) : matcher.group(1) + ":" + matcher.group(2);
    }

    private static Map<String, List<Long>> objects() throws JMException {
        Object histogram = ManagementFactory.getPlatformMBeanServer()
                .invoke(new ObjectName("com.sun.management:type=DiagnosticCommand"), "gcClassHistogram",
                        new Object[]{null}, new String[]{String[].class.getName()});
        Map<String, List<Long>> objects = new TreeMap<>();
        Matcher line = CLASS.matcher(String.valueOf(histogram));
        while (line.find()) {
            objects.put(line.group(3), List.of(Long.parseLong(line.group(1)), Long.parseLong(line.group(2))));
        }
        return objects;
    }

    private static Map<?, ?> map(Object value) {
        return value instanceof Map<?, ?> map ? map : Map.of();
    }

    private static List<Map<?, ?>> maps(Object value) {
        List<Map<?, ?>> maps = new ArrayList<>();
        if (value instanceof List<?> list) {
            list.forEach(each -> maps.add(map(each)));
        }
        return maps;
    }
}
