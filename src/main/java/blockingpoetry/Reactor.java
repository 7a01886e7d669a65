package blockingpoetry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * An event loop for anything: it waits for channels and for times, and calls back.
 *
 * <p>All callbacks run on the thread that is in {@link #run}, one after the other, so that what only they touch needs no
 * lock; none of them may block. A callback must not throw: that ends the loop.
 */
final class Reactor {
    private final Selector selector = Selector.open();
    private final PriorityQueue<Timer> timers = new PriorityQueue<>();
    private final Queue<Runnable> calls = new ConcurrentLinkedQueue<>(); // from other threads
    private boolean running = true;

    Reactor() throws IOException {}

    /**
     * Calls back whenever a channel is ready; replaces what was asked for this channel before. In the loop's thread only,
     * or before the loop runs.
     *
     * @param channel   in non-blocking mode
     * @param readiness the interest set, of {@link SelectionKey}'s operations; 0 for none
     * @throws ClosedChannelException if the channel is closed
     */
    void register(SelectableChannel channel, int readiness, Runnable callback) throws ClosedChannelException {
        try {
            SelectionKey key = channel.keyFor(selector);
            if (key != null || readiness != 0) {
                channel.register(selector, readiness, callback);
            }
        } catch (CancelledKeyException e) {
            throw new ClosedChannelException();
        }
    }

    /** Calls back once, after a delay, a millisecond late at most if the loop is idle. In the loop's thread only. */
    void callLater(Duration delay, Runnable callback) {
        timers.add(new Timer(System.nanoTime() + delay.toNanos(), callback));
    }

    /** Calls back once, soon. Any thread may ask. */
    void call(Runnable callback) {
        calls.add(callback);
        selector.wakeup();
    }

    /** Loops until {@link #stop}, then lets go of all channels without closing them. */
    void run() {
        try (selector) {
            while (running) {
                select();
                long nowNanos = System.nanoTime(); // what is due by then; the next turn has the rest, after the channels
                while (!timers.isEmpty() && timers.peek().nanos - nowNanos <= 0) {
                    timers.remove().callback.run();
                }
                for (Runnable callback = calls.poll(); callback != null; callback = calls.poll()) {
                    callback.run();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes {@link #run} return after the callbacks of this turn. Any thread may ask. */
    void stop() {
        call(() -> running = false);
    }

    private void select() throws IOException {
        if (timers.isEmpty()) {
            selector.select(Reactor::callBack);
            return;
        }
        long nanosLeft = timers.peek().nanosLeft(); // asked once, for it may be over the next time
        if (nanosLeft > 0) {
            // Rounded up, for a loop that is woken too early would spin until it is time.
            selector.select(Reactor::callBack, 1 + TimeUnit.NANOSECONDS.toMillis(nanosLeft));
        } else {
            selector.selectNow(Reactor::callBack);
        }
    }

    private static void callBack(SelectionKey key) {
        ((Runnable) key.attachment()).run();
    }

    private record Timer(long nanos, Runnable callback) implements Comparable<Timer> {
        long nanosLeft() {
            return nanos - System.nanoTime();
        }

        @Override
        public int compareTo(Timer other) {
            return Long.compare(nanos - other.nanos, 0); // by difference, for nanoTime may wrap around
        }
    }
}
