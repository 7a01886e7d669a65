package blockingpoetry.classroom;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * One server of a lesson while it runs: its process, its clients, and all that both have told so far. Values come on the thread of the
 * {@link ServerProcess}; {@link #trace} may be called from any thread, at any time.
 */
final class Take {
    private static final int MOST_LANES = 40; // a run with more clients from the beginning is drawn as counts

    private final Lesson lesson;
    private final Lesson.Server server;
    private final ServerProcess process;
    private final ServerProcess.Clock clock;
    private final Runnable changed;
    private final List<Object> told = new ArrayList<>(); // guarded by itself
    private final List<Visitor> visitors = new CopyOnWriteArrayList<>();
    private final List<List<Object>> held = new CopyOnWriteArrayList<>();
    private volatile boolean begun;
    private volatile long startNanos; // as long as it has not begun, there are no times
    private volatile long overNanos;
    private volatile long untilNanos = Long.MAX_VALUE;

    /** @param changed run after each thing that is told, on the thread that tells it */
    Take(Lesson lesson, Lesson.Server server, ServerProcess process, ServerProcess.Clock clock, Runnable changed) {
        this.lesson = lesson;
        this.server = server;
        this.process = process;
        this.clock = clock;
        this.changed = changed;
        process.listen(value -> {
            synchronized (told) {
                told.add(value);
            }
            changed.run();
        });
    }

    ServerProcess process() {
        return process;
    }

    Lesson.Server server() {
        return server;
    }

    List<Visitor> visitors() {
        return visitors;
    }

    ServerProcess.Clock clock() {
        return clock;
    }

    /** Time begins, soon. */
    void begin(long nanos) {
        startNanos = nanos;
        begun = true;
    }

    boolean hasBegun() {
        return begun && System.nanoTime() - startNanos >= 0;
    }

    /** A client connects. */
    void connect(int client) {
        Visitor visitor = new Visitor(client, lesson.poem().bytes(), process.port(), changed);
        visitors.add(visitor);
        visitor.start();
    }

    Optional<Visitor> visitor(int id) {
        return visitors.stream().filter(visitor -> visitor.id() == id).findFirst();
    }

    /** Time ends. */
    void end() {
        untilNanos = System.nanoTime();
    }

    /** The server process is killed. */
    void kill() {
        if (overNanos == 0) {
            overNanos = System.nanoTime();
        }
        process.kill();
    }

    /** Notes if the server process has ended, by whatever hand. */
    void noticeDeath() {
        if (overNanos == 0 && !process.isAlive()) {
            overNanos = System.nanoTime();
            changed.run();
        }
    }

    /** Notes what the kernel holds for a client now. */
    void measureHeld(Visitor visitor) {
        long bytes = KernelBuffers.held(process.port(), visitor.port());
        if (bytes >= 0) {
            held.add(List.of(micros(System.nanoTime()), visitor.id(), bytes));
        }
    }

    /** Whether each connection has ended, as the server tells it, or the server itself has. */
    boolean isOver() {
        if (!process.isAlive()) {
            return visitors.stream().allMatch(Visitor::isDone);
        }
        long connected = visitors.stream().filter(Visitor::wasConnected).count();
        synchronized (told) {
            return told.stream()
                    .filter(value -> value instanceof Map<?, ?> map && map.containsKey("end"))
                    .count() >= connected;
        }
    }

    /**
     * The run as a trace has it.
     *
     * @param stacks to which the stacks of this run are added
     */
    Map<String, Object> trace(Map<List<?>, Integer> stacks) {
        List<Object> values;
        synchronized (told) {
            values = List.copyOf(told);
        }
        Map<Integer, Integer> ids = new HashMap<>();
        visitors.forEach(visitor -> ids.put(visitor.port(), visitor.id()));
        ServerTrace trace = new ServerTrace(ids, startNanos + clock.offsetNanos(), stacks,
                lesson.crowd() ? lesson.numBytes() : 0);
        values.forEach(trace::add);

        Map<String, Object> run = new LinkedHashMap<>();
        run.put("design", server.design());
        Map<String, Object> options = new LinkedHashMap<>();
        server.parallelism().ifPresent(count -> options.put("parallelism", count));
        run.put("options", options);
        run.putAll(server.fields());
        run.put("pid", process.pid());
        if (process.isAlive()) {
            run.put("alive", true);
        }
        run.put("crowd", lesson.crowd() || server.clients().size() > MOST_LANES);
        run.put("clients", lesson.crowd() ? List.of() : clients());
        trace.putInto(run);
        run.put("held", List.copyOf(held));
        if (lesson.crowd() || !isOver()) {
            run.put("until_us", micros(Math.min(System.nanoTime(), untilNanos)));
        }
        if (overNanos != 0) {
            run.put("over", Map.of("at_us", micros(overNanos), "how", process.signal().orElse("a signal")));
        }
        return run;
    }

    /** Those that have come and those that will, so that a page has a row for each from the beginning. */
    private List<Object> clients() {
        Map<Integer, Object> clients = new LinkedHashMap<>();
        server.clients().forEach(id -> clients.put(id, client(id, 0, List.of())));
        visitors.forEach(visitor -> clients.put(visitor.id(), client(visitor)));
        return List.copyOf(clients.values());
    }

    private Map<String, Object> client(Visitor visitor) {
        List<Object> events = new ArrayList<>();
        for (Visitor.Event event : visitor.events()) {
            events.add(event.bytes() < 0
                    ? List.of(micros(event.nanos()), event.what())
                    : List.of(micros(event.nanos()), event.what(), event.bytes()));
        }
        return client(visitor.id(), visitor.port(), events);
    }

    private Map<String, Object> client(int id, int port, List<Object> events) {
        Map<String, Object> client = new LinkedHashMap<>();
        client.put("id", id);
        if (id <= lesson.names().size()) {
            client.put("name", lesson.names().get(id - 1));
        }
        client.put("port", port);
        client.put("events", events);
        return client;
    }

    private long micros(long nanos) {
        return (nanos - startNanos) / 1_000;
    }
}
