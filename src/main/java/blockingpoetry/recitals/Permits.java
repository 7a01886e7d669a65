package blockingpoetry.recitals;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Permits to hold a connection: all listeners of a server share them, and there are as many as it may have clients at once.
 *
 * <p>A design takes one for each client that it accepts; the end of the {@link Connection} gives it back. While none is free,
 * clients wait in the backlog. First come, first served: a released permit goes to the listener that has waited longest, and wakes no
 * other.
 */
public final class Permits {
    private final int total;
    private final Queue<Runnable> waiting = new ArrayDeque<>(); // guarded by this; empty while a permit is free
    private int free; // guarded by this

    Permits(int total) {
        this.total = total;
        this.free = total;
    }

    /**
     * Takes a permit if one is free.
     *
     * @param granted if this returns false: run once, when a permit has been taken for the caller, on the thread that released it
     */
    public synchronized boolean tryAcquire(Runnable granted) {
        if (free == 0) {
            waiting.add(granted);
            return false;
        }
        free--;
        return true;
    }

    /** Takes a permit; blocks while none is free. */
    public void acquire() {
        Semaphore granted = new Semaphore(0);
        if (!tryAcquire(granted::release)) {
            granted.acquireUninterruptibly();
        }
    }

    /** Blocks until a permit is free, and does not take it: several listeners may wait for the same one. */
    public void awaitFree() {
        acquire();
        release();
    }

    public void release() {
        Runnable next;
        synchronized (this) {
            next = waiting.poll();
            if (next == null) {
                free++;
                notifyAll(); // wakes awaitAll
            }
        }
        if (next != null) {
            next.run();
        }
    }

    /** Blocks until all permits are free, so that no connection is open and nobody waits to open one. */
    public void awaitAll() {
        boolean interrupted = false;
        while (!isAllFree()) {
            interrupted |= Thread.interrupted();
            awaitAll(Duration.ofDays(1));
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The same, but waits no longer than a timeout, and returns early if the caller is interrupted. */
    public synchronized void awaitAll(Duration timeout) {
        long endNanos = System.nanoTime() + timeout.toNanos();
        try {
            for (long left = timeout.toNanos(); free < total && left > 0; left = endNanos - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the caller is in a hurry, as if the time were over
        }
    }

    private synchronized boolean isAllFree() {
        return free == total;
    }
}
