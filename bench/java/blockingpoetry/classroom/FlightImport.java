package blockingpoetry.classroom;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/**
 * A trace from a file of the JDK's flight recorder, which has the steps of any blockingpoetry server. It knows less than a witness: a
 * client's time in the backlog is not in it, nor a step that has not ended, nor a partial write.
 */
final class FlightImport {
    private final List<RecordedEvent> steps = new ArrayList<>();
    private final List<RecordedEvent> recitals = new ArrayList<>();
    private final Map<List<?>, Integer> stacks = new LinkedHashMap<>();
    private Instant start = Instant.MAX;

    private FlightImport() {}

    /**
     * Reads a file; blocks while it does.
     *
     * @throws IOException if it cannot be read, or has no steps; the message is a sentence
     */
    static Map<String, Object> read(Path file) throws IOException {
        FlightImport flight = new FlightImport();
        try (RecordingFile recording = new RecordingFile(file)) {
            while (recording.hasMoreEvents()) {
                flight.add(recording.readEvent());
            }
        } catch (IOException e) {
            throw new IOException(file + " cannot be read as a flight recording: " + e.getMessage(), e);
        }
        if (flight.steps.isEmpty()) {
            throw new IOException(file + " has no events blockingpoetry.Step");
        }
        return flight.trace();
    }

    private void add(RecordedEvent event) {
        switch (event.getEventType().getName()) {
            case "blockingpoetry.Step" -> {
                steps.add(event);
                start = event.getStartTime().isBefore(start) ? event.getStartTime() : start;
            }
            case "blockingpoetry.Recital" -> recitals.add(event);
            default -> {}
        }
    }

    private Map<String, Object> trace() {
        steps.sort(Comparator.comparing(RecordedEvent::getStartTime));
        Map<String, List<RecordedEvent>> byDesign = new TreeMap<>();
        steps.forEach(step -> byDesign.computeIfAbsent(step.getString("design"), first -> new ArrayList<>()).add(step));
        Map<String, Object> trace = new LinkedHashMap<>();
        trace.put("pace", pace());
        trace.put("poem",
                Map.of("name", recitals.isEmpty() ? "unknown" : recitals.getFirst().getString("poem"), "bytes",
                        recitals.stream().mapToLong(recital -> recital.getLong("bytes")).max().orElse(0)));
        trace.put("runs", byDesign.entrySet().stream().map(entry -> run(entry.getKey(), entry.getValue())).toList());
        trace.put("stacks", List.copyOf(stacks.keySet()));
        return trace;
    }

    /** The options are not recorded: the chunk is the largest write, the delay is what half of the waits took at most. */
    private Map<String, Object> pace() {
        long bytes = steps.stream().mapToLong(step -> step.getLong("bytes")).max().orElse(0);
        List<Long> waits = steps.stream()
                .filter(step -> step.getString("step").equals("wait"))
                .map(step -> step.getDuration().toMillis())
                .sorted()
                .toList();
        return Map.of("num_bytes", Math.max(1, bytes), "delay_ms", waits.isEmpty() ? 0 : waits.get(waits.size() / 2));
    }

    private Map<String, Object> run(String design, List<RecordedEvent> ofDesign) {
        Map<Long, Integer> ids = new LinkedHashMap<>();
        Map<Long, Long> bytes = new HashMap<>();
        Map<String, Map<String, Object>> threads = new LinkedHashMap<>();
        List<Object> lines = new ArrayList<>();
        for (RecordedEvent step : ofDesign) {
            long connection = step.getLong("connection");
            int id = ids.computeIfAbsent(connection, first -> ids.size() + 1);
            long before = bytes.getOrDefault(connection, 0L);
            bytes.put(connection, before + step.getLong("bytes"));
            String name = step.getString("thread");
            Map<String, Object> thread = threads.computeIfAbsent(name,
                    first -> Map.of("id", threads.size() + 1, "name", name, "kind", ServerTrace.kind(name)));
            lines.add(List.of(micros(step.getStartTime()), id, step.getString("step"), before,
                    (int) thread.get("id"), stack(step)));
        }
        List<Object> ends = new ArrayList<>();
        for (RecordedEvent recital : recitals) {
            Integer id = ids.get(recital.getLong("connection"));
            if (recital.getString("design").equals(design) && id != null) {
                ends.add(List.of(micros(recital.getEndTime()), id, recital.getString("outcome")));
            }
        }
        Map<String, Object> run = new LinkedHashMap<>();
        run.put("design", design);
        run.put("threads", List.copyOf(threads.values()));
        run.put("clients", ids.values().stream().map(id -> Map.of("id", id, "events", List.of())).toList());
        run.put("steps", lines);
        run.put("ends", ends);
        return run;
    }

    /** The project's frames, if the events were recorded with their stacks; else -1. */
    private int stack(RecordedEvent step) {
        if (step.getStackTrace() == null) {
            return -1;
        }
        List<String> frames = new ArrayList<>();
        for (RecordedFrame frame : step.getStackTrace().getFrames()) {
            String type = frame.getMethod().getType().getName();
            if (type.startsWith("blockingpoetry.designs.")) {
                frames.add(type.substring(type.lastIndexOf('.') + 1) + "." + frame.getMethod().getName() + ":"
                        + frame.getLineNumber());
            }
        }
        return frames.isEmpty() ? -1 : stacks.computeIfAbsent(frames, first -> stacks.size());
    }

    private long micros(Instant time) {
        return Duration.between(start, time).toNanos() / 1_000;
    }
}
