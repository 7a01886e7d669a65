package blockingpoetry.classroom;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.jr.ob.JSON;

/**
 * What a server process says to the classroom: a JSON array or object for each line of its standard output, written by one thread, so
 * that no thread that serves clients waits for the pipe.
 */
final class EventQueue {
    private static final int CAPACITY = 100_000;

    private final BlockingQueue<Event> events = new ArrayBlockingQueue<>(CAPACITY);
    private final AtomicLong dropped = new AtomicLong();

    /** Something that can be written as JSON; made into that on the writing thread. */
    @FunctionalInterface
    interface Event {
        Object json();
    }

    /** Says something soon. Any thread may call this; it never blocks. What does not fit is dropped and counted. */
    void add(Event event) {
        if (!events.offer(event)) {
            dropped.incrementAndGet();
        }
    }

    long dropped() {
        return dropped.get();
    }

    /** Writes for ever, on a thread of its own. */
    void start(PrintStream out) {
        Thread.ofPlatform().daemon().name("events").start(() -> {
            List<Event> batch = new ArrayList<>();
            try {
                while (true) {
                    batch.add(events.take());
                    events.drainTo(batch);
                    for (Event event : batch) {
                        out.println(JSON.std.asString(event.json()));
                    }
                    out.flush();
                    batch.clear();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
