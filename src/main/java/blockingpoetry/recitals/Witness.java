package blockingpoetry.recitals;

import blockingpoetry.Outcome;

/** Hears of each step of a connection just before it is taken, on the thread that takes it. The connection waits meanwhile. */
public interface Witness {
    /** Hears of nothing. */
    Witness NONE = new Witness() {};

    /** The next step begins: accept, write, wait, finish or close. */
    default void step(Connection connection, String step) {}

    /** A write has returned, or is done: the kernel took so many bytes, or none. */
    default void wrote(Connection connection, int count) {}

    /** The connection has ended. */
    default void ended(Connection connection, Outcome outcome) {}
}
