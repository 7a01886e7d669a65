package blockingpoetry.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Ends the process when one of its threads ends by what nobody has caught: memory that is used up, or a bug. Who is left
 * would be half a server: one that does not accept any more, or does not look for clients that are stuck.
 */
public final class LastWords implements Thread.UncaughtExceptionHandler {
    /** Made while there is memory. */
    private static final byte[] NO_MEMORY = "blockingpoetry: out of memory, and so at its end\n".getBytes(US_ASCII);

    /** Without a lock, which {@link System#err} has. */
    private static final FileOutputStream STDERR = new FileOutputStream(FileDescriptor.err);

    /**
     * Given up at the end, so that who ends the process is not the last of thousands of threads that wait for a collection
     * each: these are served in no order, and would keep it waiting for minutes.
     */
    @SuppressWarnings("UnusedVariable") // it is there to be given up
    private static byte @Nullable [] reserve = new byte[256 * 1024];

    private LastWords() {}

    /** From now on, for all threads. */
    public static void install() {
        // To end takes a class that is loaded no later than a hook is added; without memory it could not be loaded any more.
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> {}));
        Thread.setDefaultUncaughtExceptionHandler(new LastWords());
    }

    @Override
    public void uncaughtException(Thread thread, Throwable cause) {
        if (cause instanceof OutOfMemoryError) {
            outOfMemory();
        }
        try {
            System.err.println("blockingpoetry: at its end, for the thread \"" + thread.getName() + "\" failed");
            cause.printStackTrace();
        } catch (OutOfMemoryError noWords) {
            outOfMemory();
        } finally {
            halt();
        }
    }

    /** Says so, and ends the process, without allocating anything. */
    static void outOfMemory() {
        reserve = null;
        try {
            System.err.write(NO_MEMORY, 0, NO_MEMORY.length);
            System.err.flush();
        } catch (OutOfMemoryError inUse) { // by another thread's last words, and to wait takes memory
            sayWithoutLock();
        } finally {
            halt();
        }
    }

    private static void sayWithoutLock() {
        try {
            STDERR.write(NO_MEMORY);
        } catch (IOException e) {
            // Nobody listens.
        }
    }

    /** Not an exit, which waits for a stop in order, and that takes a whole server. */
    private static void halt() {
        Runtime.getRuntime().halt(Main.FAILURE);
    }
}
