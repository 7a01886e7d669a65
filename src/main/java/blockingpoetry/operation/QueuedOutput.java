package blockingpoetry.operation;

import static blockingpoetry.recitals.Log.LOG;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An output that keeps nobody waiting, even if it leads to a pipe that is full or to a disk that hangs. Bytes are queued, and a thread of
 * its own passes them on, many lines in one system call. What does not fit into the queue is dropped; once the output flows again, the
 * log says how much that was. Any thread may write.
 */
public final class QueuedOutput extends OutputStream {
    private static final int CAPACITY = 1024 * 1024; // bytes
    private static final Duration REST = Duration.ofMillis(5); // after a system call, so that the next one has more to pass on

    private static volatile @Nullable QueuedOutput log;

    private final OutputStream out;

    private volatile boolean isUrgent; // there is no time to rest

    // Guarded by this.
    private byte[] queue = new byte[8 * 1024];
    private byte[] passing = new byte[8 * 1024]; // what is being passed on; the thread's own meanwhile
    private int count; // bytes in the queue
    private long dropped; // lines
    private boolean isPassing;
    private boolean isFlowing = true; // the last bytes were taken

    private QueuedOutput(OutputStream out, String name) {
        this.out = out;
        Thread.ofPlatform().daemon().name(name).start(this::run);
    }

    /** Lets {@link System#err}, to which the log goes, keep nobody waiting. */
    static QueuedOutput replaceStderr(OutputStream out, Charset charset) {
        QueuedOutput queued = new QueuedOutput(out, "log");
        System.setErr(new TimedLines(queued, charset));
        log = queued;
        return queued;
    }

    /** The same for another stream. */
    static QueuedOutput of(PrintStream out) {
        return new QueuedOutput(out, "out");
    }

    /** Blocks until all that was logged is passed on, but no longer than a while. */
    static void drainLog(Duration most) {
        QueuedOutput queued = log;
        if (queued != null) {
            queued.drain(most);
        }
    }

    @Override
    public void write(int value) {
        write(new byte[]{(byte) value}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        if (length > CAPACITY - count) {
            dropped++;
            return;
        }
        if (length > queue.length - count) {
            queue = Arrays.copyOf(queue, Math.min(CAPACITY, 2 * (count + length)));
        }
        System.arraycopy(bytes, offset, queue, count, length);
        count += length;
        notifyAll(); // a system call only if the thread waits, which it does not while it rests
    }

    /** Blocks until all is passed on that was written before, but no longer than a while. Allocates nothing. */
    synchronized void drain(Duration most) {
        long endNanos = System.nanoTime() + most.toNanos();
        isUrgent = true;
        try {
            for (long left = most.toNanos(); (count > 0 || isPassing) && left > 0;
                    left = endNanos - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            isUrgent = false;
        }
    }

    private void run() {
        try {
            while (true) {
                int length = take();
                long lost = lost(); // said while the queue is empty, and so has room for it
                if (lost > 0) {
                    LOG.warn("{} lines of the log are lost: nobody took them in time", lost);
                }
                finish(length, passOn(length));
                if (!isUrgent) {
                    Thread.sleep(REST);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nothing interrupts this thread
        }
    }

    /** Waits for bytes, and takes them out of the queue. */
    private synchronized int take() throws InterruptedException {
        while (count == 0) {
            wait();
        }
        byte[] taken = queue;
        queue = passing;
        passing = taken;
        int length = count;
        count = 0;
        isPassing = true;
        return length;
    }

    /** Lines that were dropped and not yet spoken of, if there is somebody to speak to. */
    private synchronized long lost() {
        long lost = isFlowing ? dropped : 0;
        dropped -= lost;
        return lost;
    }

    private boolean passOn(int length) {
        try {
            out.write(passing, 0, length);
            out.flush();
            return true;
        } catch (IOException e) {
            return false; // the disk is full, or the reader of the pipe has gone
        }
    }

    private synchronized void finish(int length, boolean passed) {
        if (!passed) {
            for (int i = 0; i < length; i++) {
                dropped += passing[i] == '\n' ? 1 : 0;
            }
        }
        isFlowing = passed;
        isPassing = false;
        notifyAll();
    }

    /** Puts the time before each line. The logger could, but what it formats a time with takes a twentieth of a second to load. */
    private static final class TimedLines extends PrintStream {
        private static final DateTimeFormatter TIME =
                new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

        TimedLines(OutputStream out, Charset charset) {
            super(out, false, charset);
        }

        @Override
        public void println(@Nullable String line) {
            print(TIME.format(Instant.now()) + " " + line + "\n"); // in one write, which is queued or dropped as a whole
        }

        /** A line of a stack trace. */
        @Override
        public void println(@Nullable Object line) {
            print(line + "\n");
        }
    }
}
