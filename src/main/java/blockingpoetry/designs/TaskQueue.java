package blockingpoetry.designs;

import java.nio.channels.Selector;
import java.time.Duration;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** What an event loop runs beside its channels: timers, and tasks of other threads. For the loop's thread, except {@link #execute}. */
final class TaskQueue implements Executor {
    private final Selector selector;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>((a, b) -> Long.signum(a.dueNanos - b.dueNanos)); // by difference, for nanoTime may wrap around

    private record Timer(long dueNanos, Runnable action) {}

    /** @param selector where the loop waits */
    TaskQueue(Selector selector) {
        this.selector = selector;
    }

    /** Runs a task on the loop's thread, soon. Any thread may call this. */
    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        selector.wakeup();
    }

    void schedule(Duration delay, Runnable action) {
        timers.add(new Timer(System.nanoTime() + delay.toNanos(), action));
    }

    /**
     * How long the loop may wait for its channels: until the first timer is due, or for ever if there is none. Rounded up to
     * milliseconds, because a loop that wakes too early would spin until the time has come.
     */
    long millisLeft() {
        if (timers.isEmpty()) {
            return Long.MAX_VALUE;
        }
        long nanosLeft = timers.peek().dueNanos - System.nanoTime();
        return nanosLeft <= 0 ? 0 : 1 + TimeUnit.NANOSECONDS.toMillis(nanosLeft);
    }

    /** Runs the timers that are due now, and all tasks. A timer that becomes due meanwhile waits for the next turn of the loop. */
    void run() {
        long nowNanos = System.nanoTime();
        while (!timers.isEmpty() && timers.peek().dueNanos - nowNanos <= 0) {
            timers.remove().action.run();
        }
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }
}
