package blockingpoetry.operation;

import static java.nio.charset.StandardCharsets.US_ASCII;

import blockingpoetry.cli.Main;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Ends the process when an exception ends one of its threads: memory is used up, or there is a bug. Without that thread it
 * would be half a server, which no longer accepts, or no longer looks for stalled clients.
 */
public final class FatalErrorHandler implements Thread.UncaughtExceptionHandler {
    /** Allocated while there is memory. */
    private static final byte[] NO_MEMORY = "blockingpoetry: out of memory, and so at its end\n".getBytes(US_ASCII);

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /** Unlike {@link System#err}, it has no lock. */
    private static final FileOutputStream STDERR = new FileOutputStream(FileDescriptor.err);

    /**
     * Freed at the end. Without it, the thread that ends the process may be one of thousands that each wait for a collection,
     * and wait for minutes.
     */
    @SuppressWarnings("UnusedVariable") // only its memory is used
    private static byte @Nullable [] reserve = new byte[256 * 1024];

    private FatalErrorHandler() {}

    /** Handles the uncaught exceptions of all threads from now on. */
    public static void install() {
        // Adding a hook loads a class that halting needs, and that could not be loaded without memory.
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> {}));
        Thread.setDefaultUncaughtExceptionHandler(new FatalErrorHandler());
    }

    @Override
    public void uncaughtException(Thread thread, Throwable cause) {
        if (cause instanceof OutOfMemoryError) {
            outOfMemory();
        }
        try {
            System.err.println("blockingpoetry: at its end, for the thread \"" + thread.getName() + "\" failed");
            cause.printStackTrace();
            QueuedOutput.drainLog(PATIENCE);
        } catch (OutOfMemoryError noMemoryForTheMessage) {
            outOfMemory();
        } finally {
            halt();
        }
    }

    /** Reports it and ends the process, without allocating anything. */
    static void outOfMemory() {
        reserve = null;
        try {
            System.err.write(NO_MEMORY, 0, NO_MEMORY.length);
            System.err.flush();
            QueuedOutput.drainLog(PATIENCE);
        } catch (OutOfMemoryError locked) { // another thread is writing, and to wait for it takes memory
            writeWithoutLock();
        } finally {
            halt();
        }
    }

    private static void writeWithoutLock() {
        try {
            STDERR.write(NO_MEMORY);
        } catch (IOException e) {
            // There is nobody left to tell.
        }
    }

    /** Not {@link System#exit}: it would run hooks, or wait for another exit that never ends. */
    private static void halt() {
        Runtime.getRuntime().halt(Main.FAILURE);
    }
}
