package blockingpoetry.designs;

import java.io.IOException;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.CompletionHandler;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.Phaser;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor.DiscardPolicy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The threads of a {@link CompletionServer}: a group that runs handlers, and since NIO.2 has no timers, a clock. */
final class CompletionThreads {
    private final AsynchronousChannelGroup group;
    private final Phaser pending = new Phaser(1); // parties: each accept under way, and the closing thread
    private final ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1,
            Thread.ofPlatform().name("clock").factory(),
            new DiscardPolicy()); // once it is closed, nothing is due any more

    /** @param count threads that run handlers; 0 is one for each core */
    CompletionThreads(int count) throws IOException {
        group = AsynchronousChannelGroup.withFixedThreadPool(
                count == 0 ? Runtime.getRuntime().availableProcessors() : count,
                Thread.ofPlatform().name("completion-", 1).factory());
        clock.setRemoveOnCancelPolicy(true); // else it would keep a connection that has ended until it is due
    }

    AsynchronousChannelGroup group() {
        return group;
    }

    /**
     * A handler that {@link #awaitAccepts} waits for. Were the group shut down between the kernel's accept and the handler, the JDK would close
     * the client's socket itself, without a reset: an end that looks clean.
     */
    <V> CompletionHandler<V, Void> awaited(CompletionHandler<V, Void> handler) {
        pending.register();
        return new CompletionHandler<>() {
            @Override
            public void completed(V result, @Nullable Void none) {
                handler.completed(result, null);
                pending.arriveAndDeregister();
            }

            @Override
            public void failed(Throwable reason, @Nullable Void none) {
                handler.failed(reason, null);
                pending.arriveAndDeregister();
            }
        };
    }

    /** Runs an action on the clock's thread, soon. Any thread may call this. */
    void execute(Runnable action) {
        callLater(Duration.ZERO, action);
    }

    /** Runs an action after a delay, on the clock's thread. Any thread may call this. What it returns cancels the action. */
    Runnable callLater(Duration delay, Runnable action) {
        Future<?> timer = clock.schedule(() -> {
            try {
                action.run();
            } catch (Throwable unforeseen) { // an executor would keep it to itself
                Thread thread = Thread.currentThread();
                thread.getUncaughtExceptionHandler().uncaughtException(thread, unforeseen);
            }
        }, delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> timer.cancel(false);
    }

    /** Blocks until the handlers of all accepts have run; the listeners are closed. */
    void awaitAccepts() {
        try {
            pending.awaitAdvanceInterruptibly(pending.arrive(), 1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the caller is in a hurry
        } catch (TimeoutException e) {
            // For want of memory, a handler may never run.
        }
    }

    /** Drops what is not due yet, and blocks until the threads have ended; all channels are closed. */
    void close() {
        clock.shutdownNow();
        clock.close();
        group.shutdown();
        try {
            group.awaitTermination(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the caller is in a hurry
        }
    }
}
