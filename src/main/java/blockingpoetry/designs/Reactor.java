package blockingpoetry.designs;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * An event loop for anything: it waits for channels and for times, and calls back, once for each call that asks for it.
 *
 * <p>All callbacks run on the thread that is in {@link #run}, one after the other, so what only they touch needs no lock. None may
 * block. A callback must not throw: that ends the loop.
 */
final class Reactor implements Executor {
    private final Selector selector = Selector.open();
    private final TaskQueue tasks = new TaskQueue(selector);

    Reactor() throws IOException {}

    /**
     * Calls back once, when a channel in non-blocking mode is ready for one of {@link SelectionKey}'s operations. This replaces a
     * callback that the channel still waits for. In the loop's thread only.
     *
     * @throws ClosedChannelException if the channel is closed
     */
    void whenReady(SelectableChannel channel, int operation, Runnable callback) throws ClosedChannelException {
        try {
            channel.register(selector, operation, callback);
        } catch (CancelledKeyException e) {
            throw new ClosedChannelException();
        }
    }

    /** Calls back once, after a delay, a millisecond late at most if the loop is idle. In the loop's thread only. */
    void callLater(Duration delay, Runnable callback) {
        tasks.schedule(delay, callback);
    }

    /** Runs a task on the loop's thread, soon. Any thread may call this. */
    @Override
    public void execute(Runnable task) {
        tasks.execute(task);
    }

    /** Loops until its thread is interrupted, then lets go of all channels without closing them. */
    void run() throws IOException {
        try (selector) {
            while (!Thread.interrupted()) {
                long millis = tasks.millisLeft();
                if (millis > 0) {
                    selector.select(Reactor::callBack, millis);
                } else {
                    selector.selectNow(Reactor::callBack);
                }
                tasks.run();
            }
        }
    }

    private static void callBack(SelectionKey key) {
        try {
            key.interestOps(0); // once
        } catch (CancelledKeyException e) {
            return; // another thread has just closed the channel
        }
        ((Runnable) key.attachment()).run();
    }
}
