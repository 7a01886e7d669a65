package blockingpoetry.classroom;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a {@link WatchedServer} has told, in the form of a trace. It is made anew for each look at a run, and used by one thread. */
final class ServerTrace {
    private static final int CARRIERS_FROM = 1_000_000; // numbers for carriers, which have no thread id of their own here

    private final Map<Integer, Integer> ids;
    private final long startNanos;
    private final Map<List<?>, Integer> stacks;
    private final int chunkBytes;
    private final List<Object> steps = new ArrayList<>();
    private final List<Object> ends = new ArrayList<>();
    private final Map<Object, Object> faults = new LinkedHashMap<>(); // by client and beginning
    private final List<Object> counts = new ArrayList<>();
    private final List<Object> freezes = new ArrayList<>();
    private final Map<Integer, Map<String, Object>> threads = new LinkedHashMap<>();
    private long cpuMillisBefore = -1;
    private long lastBytes;
    private long lastMicros;
    private long dropped;

    /**
     * @param ids        of clients, by their ports; what is told of others is passed over
     * @param startNanos when the run began, by the server's clock
     * @param stacks     to which the stacks of this server are added
     * @param chunkBytes by which writes are counted; 0 if they need not be
     */
    ServerTrace(Map<Integer, Integer> ids, long startNanos, Map<List<?>, Integer> stacks, int chunkBytes) {
        this.ids = ids;
        this.startNanos = startNanos;
        this.stacks = stacks;
        this.chunkBytes = chunkBytes;
    }

    /** The next thing that it has told: a list is a step, a map says by one of its keys what it is. */
    void add(Object value) {
        if (value instanceof List<?> step) {
            addStep(step);
        } else if (value instanceof Map<?, ?> map) {
            if (map.containsKey("end") && isClient(map.get("end"))) {
                ends.add(List.of(micros(map.get("at")), client(map.get("end")), map.get("outcome")));
            } else if (map.containsKey("hog") && isClient(map.get("hog"))) {
                addFault(map);
            } else if (map.containsKey("counts")) {
                addCounts(map);
            } else if (map.containsKey("freeze")) {
                addFreeze(map);
            }
        }
    }

    void putInto(Map<String, Object> run) {
        run.put("threads", List.copyOf(threads.values()));
        run.put("steps", steps);
        run.put("ends", ends);
        run.put("faults", List.copyOf(faults.values()));
        run.put("counts", counts);
        run.put("freezes", freezes);
        run.put("dropped", dropped);
    }

    private void addStep(List<?> step) {
        if (isClient(step.get(1))) {
            int thread = thread(longOf(step.get(4)), String.valueOf(step.get(5)));
            List<?> frames = (List<?>) step.get(6);
            int stack = frames.isEmpty() ? -1 : stacks.computeIfAbsent(frames, first -> stacks.size());
            steps.add(List.of(micros(step.get(0)), client(step.get(1)), step.get(2), step.get(3), thread, stack,
                    longOf(step.get(7)) / 1_000));
        }
    }

    private int thread(long number, String name) {
        int id = (int) (number < 0 ? CARRIERS_FROM - number : number);
        threads.computeIfAbsent(id, first -> Map.of("id", id, "name", name, "kind", kind(name)));
        return id;
    }

    /** The kind of a thread, by its name. */
    static String kind(String name) {
        if (name.startsWith("accept-") || name.equals("recital") || name.equals("clock")) {
            return name.replaceFirst("-.*", "");
        }
        return name.startsWith("ForkJoinPool-") ? "carrier" : "loop";
    }

    /** Told when it begins and, in the place of that, when it has ended. */
    private void addFault(Map<?, ?> map) {
        Map<String, Object> fault = new LinkedHashMap<>();
        fault.put("at_us", micros(map.get("at")));
        if (map.get("to") != null) {
            fault.put("to_us", micros(map.get("to")));
        }
        fault.put("client", client(map.get("hog")));
        fault.put("what", Boolean.TRUE.equals(map.get("burns")) ? "burn" : "sleep");
        fault.put("ms", map.get("ms"));
        faults.put(List.of(longOf(map.get("hog")), longOf(map.get("at"))), fault);
    }

    /** Counts of the process, told as differences from when the run began. */
    private void addCounts(Map<?, ?> map) {
        long micros = micros(map.get("counts"));
        long cpuMillis = longOf(map.get("cpu_ms"));
        long bytes = longOf(map.get("bytes"));
        dropped = longOf(map.get("dropped"));
        if (micros < 0 || cpuMillisBefore < 0) {
            cpuMillisBefore = cpuMillis;
        }
        Map<String, Object> count = new LinkedHashMap<>();
        count.put("open", map.get("open"));
        count.put("threads", map.get("threads"));
        count.put("resident_kib", map.get("resident_kib"));
        count.put("cpu_ms", cpuMillis - cpuMillisBefore);
        if (chunkBytes > 0 && micros > lastMicros) {
            count.put("writes", (bytes - lastBytes) * 1_000_000 / chunkBytes / (micros - lastMicros));
        }
        lastBytes = bytes;
        lastMicros = micros;
        if (micros < 0) {
            counts.clear(); // one count before the first client is enough
        }
        counts.add(List.of(Math.max(0, micros), count));
    }

    private void addFreeze(Map<?, ?> map) {
        Map<String, Object> freeze = new LinkedHashMap<>();
        freeze.put("at_us", micros(map.get("freeze")));
        for (String name : List.of("threads", "objects", "missing")) {
            if (map.get(name) != null) {
                freeze.put(name, map.get(name));
            }
        }
        freezes.add(freeze);
    }

    private boolean isClient(Object port) {
        return ids.containsKey((int) longOf(port));
    }

    private int client(Object port) {
        return ids.get((int) longOf(port));
    }

    private long micros(Object nanos) {
        return (longOf(nanos) - startNanos) / 1_000;
    }

    private static long longOf(Object number) {
        return number instanceof Number value ? value.longValue() : 0;
    }
}
