package blockingpoetry.classroom;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Runs a lesson once: the same clients at the same moments at each of its servers, which run together or one after the other.
 *
 * <p>{@link #run} blocks its thread; all other methods may be called from any thread meanwhile.
 */
final class LessonRun {
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final Duration LEAD = Duration.ofMillis(300); // from when all is ready until time begins
    private static final Duration TICK = Duration.ofMillis(20);
    private static final int MOST_ADDED = 60; // clients that a page may add

    private final Lesson lesson;
    private final Duration linger;
    private final AtomicLong version = new AtomicLong();
    private final AtomicInteger added = new AtomicInteger();
    private final List<Take> takes = new CopyOnWriteArrayList<>();
    private volatile List<Take> present = List.of(); // those that run now
    private volatile boolean running = true;
    private volatile Optional<String> failure = Optional.empty();

    /** Something to do at a time of the run. */
    private record Action(Duration at, Runnable task) {}

    /** @param linger how long the servers stay after the last client has ended, for clients that are added */
    LessonRun(Lesson lesson, Duration linger) {
        this.lesson = lesson;
        this.linger = linger;
    }

    Lesson lesson() {
        return lesson;
    }

    /** Another number after each change of the trace. */
    long version() {
        return version.get();
    }

    /** Whether the time of its first server has begun: before, there is nothing to see. */
    boolean hasBegun() {
        return takes.stream().anyMatch(Take::hasBegun);
    }

    /** Whether it has not ended yet. */
    boolean isRunning() {
        return running;
    }

    /** Why it could not be run, as a sentence. */
    Optional<String> failure() {
        return failure;
    }

    /**
     * Runs; blocks until all is over, and no process of it is left.
     *
     * @throws IOException if it cannot be run; {@link #failure} then says why
     */
    void run() throws IOException, InterruptedException {
        try {
            runServers();
        } catch (IOException e) {
            failure = Optional.of("the lesson could not be run: " + e.getMessage());
            throw e;
        } finally {
            running = false;
            version.incrementAndGet();
        }
    }

    private void runServers() throws IOException, InterruptedException {
        try {
            if (lesson.inTurn()) {
                for (Lesson.Server server : lesson.servers()) {
                    run(List.of(server));
                }
            } else {
                run(lesson.servers());
            }
        } finally {
            present = List.of();
            takes.forEach(take -> take.process().close());
        }
    }

    /** All that is known so far, in the form of a trace. */
    Map<String, Object> trace() {
        Map<List<?>, Integer> stacks = new LinkedHashMap<>();
        List<Take> begun = takes.stream().filter(Take::hasBegun).toList();
        Map<String, Object> trace = new LinkedHashMap<>();
        trace.put("pace", Map.of("num_bytes", lesson.numBytes(), "delay_ms", lesson.delay().toMillis()));
        trace.put("poem", Map.of("name", lesson.poem().name(), "bytes", lesson.poem().size()));
        trace.put("clock_error_us",
                begun.stream().mapToLong(take -> take.clock().errorNanos() / 1_000).max().orElse(0));
        trace.put("runs", begun.stream().map(take -> take.trace(stacks)).toList());
        trace.put("stacks", List.copyOf(stacks.keySet()));
        return trace;
    }

    /**
     * One more client connects, at the same moment at every server that runs now.
     *
     * @throws IllegalStateException if none can; the message is a sentence
     */
    void addClient() {
        List<Take> servers = present.stream().filter(take -> take.process().isAlive()).toList();
        if (servers.isEmpty()) {
            throw new IllegalStateException("no server runs just now");
        }
        if (added.get() >= MOST_ADDED || lesson.crowd()) {
            throw new IllegalStateException("there are clients enough");
        }
        int id = lesson.clients() + added.incrementAndGet();
        servers.forEach(take -> take.connect(id));
        version.incrementAndGet();
    }

    /**
     * Does what an order says, at the servers that run now.
     *
     * @throws IllegalArgumentException if there is no such order
     * @throws IllegalStateException    if there is nobody to obey it; both messages are sentences
     */
    void obey(Lesson.Order order) {
        List<Take> servers = present.stream()
                .filter(take -> take.process().isAlive())
                .filter(take -> order.server().isEmpty() || order.server().get() == takes.indexOf(take))
                .toList();
        if (servers.isEmpty()) {
            throw new IllegalStateException("no such server runs just now");
        }
        switch (order.verb()) {
            case "freeze" -> servers.forEach(take -> take.process().order("freeze"));
            case "kill" -> servers.forEach(Take::kill);
            default -> obey(servers, order);
        }
        version.incrementAndGet();
    }

    private void obeyIfPossible(Lesson.Order order) {
        try {
            obey(order);
        } catch (IllegalStateException e) {
            // The page was first: the client has left, or the server has been killed.
        }
    }

    private static void obey(List<Take> servers, Lesson.Order order) {
        int client = order.client()
                .orElseThrow(() -> new IllegalArgumentException("the order '" + order.verb() + "' needs a client"));
        List<Take> those =
                servers.stream().filter(take -> take.visitor(client).filter(v -> !v.isDone()).isPresent()).toList();
        if (those.isEmpty()) {
            throw new IllegalStateException("client " + client + " is not there");
        }
        those.forEach(take -> obey(take, take.visitor(client).orElseThrow(), order));
    }

    private static void obey(Take take, Visitor visitor, Lesson.Order order) {
        switch (order.verb()) {
            case "stop" -> visitor.stop();
            case "resume" -> visitor.resume();
            case "leave" -> visitor.leave();
            case "reset" -> visitor.reset();
            case "send" -> visitor.send();
            case "sleep", "burn" -> take.process()
                    .order(order.verb() + " " + visitor.port() + " " + order.time().toMillis());
            default -> throw new IllegalArgumentException("there is no order '" + order.verb() + "'");
        }
    }

    private void run(List<Lesson.Server> servers) throws IOException, InterruptedException {
        List<Take> together = new ArrayList<>();
        for (Lesson.Server server : servers) {
            ServerProcess process = ServerProcess.start(lesson, server);
            Take take = new Take(lesson, server, process, process.clock(), version::incrementAndGet);
            takes.add(take);
            together.add(take);
            process.order("watch " + (lesson.crowd() ? "NONE" : "STEPS"));
        }
        long startNanos = System.nanoTime() + LEAD.toNanos();
        together.forEach(take -> take.begin(startNanos));
        present = together;
        for (Action action : plan(together)) {
            sleepUntil(startNanos + action.at.toNanos());
            action.task.run();
        }
        awaitEnd(together, startNanos);
        present = List.of();
        together.forEach(Take::end);
        together.forEach(take -> take.process().close());
    }

    /** What is to be done, in the order of time. */
    private List<Action> plan(List<Take> together) {
        List<Action> actions = new ArrayList<>();
        for (int id = 1; id <= lesson.clients(); id++) {
            int client = id;
            actions.add(new Action(lesson.apart().multipliedBy(id - 1L), () -> together.stream()
                    .filter(take -> take.server().clients().contains(client))
                    .forEach(take -> take.connect(client))));
        }
        lesson.orders().forEach(order -> actions.add(new Action(order.at(), () -> obeyIfPossible(order))));
        actions.sort(Comparator.comparing(Action::at));
        return actions;
    }

    /** Until each connection has ended, as its server tells it, and some time more; or until time is up. */
    private void awaitEnd(List<Take> together, long startNanos) throws InterruptedException {
        long endNanos = startNanos + (lesson.crowd() ? lesson.last() : LONGEST).toNanos();
        long busyNanos = System.nanoTime();
        while (System.nanoTime() - endNanos < 0) {
            together.forEach(Take::noticeDeath);
            if (lesson.crowd() || !together.stream().allMatch(Take::isOver)) {
                busyNanos = System.nanoTime();
            } else if (System.nanoTime() - busyNanos >= linger.toNanos()) {
                return;
            }
            together.forEach(take -> take.visitors()
                    .stream()
                    .filter(Visitor::hasStopped)
                    .forEach(take::measureHeld));
            Thread.sleep(TICK);
        }
    }

    private static void sleepUntil(long nanos) throws InterruptedException {
        long left = nanos - System.nanoTime();
        if (left > 0) {
            Thread.sleep(Duration.ofNanos(left));
        }
    }
}
