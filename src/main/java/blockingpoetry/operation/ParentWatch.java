package blockingpoetry.operation;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Watches the process that started this one. Standard input is a pipe into which that parent writes nothing: it ends when
 * the parent does, even by SIGKILL.
 */
public final class ParentWatch {
    /** With this flag {@link Launcher} starts its child. */
    static final String LAUNCHED_FLAG = "-Dblockingpoetry.launched=true";

    private static final int KILLED = 137; // a shell's code for SIGKILL, the one signal a launcher cannot pass on

    private ParentWatch() {}

    /** Whether the parent is a {@link Launcher}, which stands between this process and the terminal. */
    public static boolean isLaunched() {
        return Boolean.getBoolean("blockingpoetry.launched");
    }

    /** From now on this process ends when the launcher does. */
    public static void followLauncher() {
        onEnd(() -> Runtime.getRuntime().halt(KILLED));
    }

    /** Runs an action once the parent has ended, on a thread of its own. */
    static void onEnd(Runnable action) {
        Thread.ofPlatform().daemon().name("parent-watch").start(() -> {
            try {
                System.in.transferTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
                // A broken pipe is an end, too.
            }
            action.run();
        });
    }
}
