package blockingpoetry.cli;

import java.io.IOException;
import java.io.OutputStream;

/** The other end of {@link Launcher}'s lifeline: when the launcher is gone, this process goes too. */
final class Lifeline {
    /** How {@link Launcher} says that it holds the other end. */
    static final String FLAG = "-Dblockingpoetry.lifeline=true";

    private static final int KILLED = 137; // what a shell says of SIGKILL, the one signal a launcher cannot pass on

    private Lifeline() {}

    /** Whether a launcher stands between this process and the terminal. */
    static boolean isHeld() {
        return Boolean.getBoolean("blockingpoetry.lifeline");
    }

    static void hold() {
        Signals.on("INT", () -> {}); // a terminal sends it to both; the launcher passes it on, as TERM
        Thread.ofPlatform().daemon().name("lifeline").start(() -> {
            try {
                System.in.transferTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
                // Broken or ended: the same.
            }
            Runtime.getRuntime().halt(KILLED);
        });
    }
}
