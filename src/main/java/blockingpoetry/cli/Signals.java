package blockingpoetry.cli;

import sun.misc.Signal;

/**
 * POSIX signals. They are no part of the Java platform, and {@code sun.misc.Signal} is the only way to them: it is used
 * here and nowhere else, because the compiler's warning about it cannot be suppressed (see the pom).
 * <p>
 * Plain Java 8, because {@link Launcher} uses it too.
 */
final class Signals {

    private Signals() {}

    /**
     * Runs an action, in a new thread, each time a signal arrives, instead of what the JVM would do. An empty action
     * ignores the signal.
     *
     * @param name without the prefix: {@code TERM}
     * @return false if nothing was changed: the signal is unknown here, or the JVM keeps it (QUIT always, the rest with
     *         {@code -Xrs})
     */
    static boolean on(String name, Runnable action) {
        try {
            Signal.handle(new Signal(name), signal -> action.run());
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
