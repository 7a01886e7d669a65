package blockingpoetry.operation;

import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * POSIX signals. Java has no API for them but {@code sun.misc.Signal}. It is used only here, because the compiler's warning
 * about it cannot be suppressed (see the pom).
 * <p>
 * Plain Java 8, because {@link Launcher} uses it too.
 */
final class Signals {
    private Signals() {}

    /**
     * Runs an action in a new thread each time a signal arrives, instead of what the JVM would do; an empty action ignores the
     * signal. The name is without the prefix: {@code TERM}.
     *
     * @return false if the process was started with the signal ignored, as by nohup: then the JVM goes on to ignore it
     */
    static boolean on(String name, Runnable action) {
        try {
            return Signal.handle(new Signal(name), signal -> action.run()) != SignalHandler.SIG_IGN;
        } catch (IllegalArgumentException e) {
            // This system does not have the signal, or the JVM keeps it: QUIT always, the others with -Xrs.
            return true;
        }
    }
}
