package blockingpoetry.cli;

import org.apache.commons.cli.Options;

/** A command of the command line: its options, its help, and what it does. */
public interface Command {
    /** The word that is typed for it. */
    String name();

    /** Its options. The help, the manual page and the completion are made from them, too. */
    Options options();

    /** Its help beside the options; made only on demand. */
    Help help();

    /**
     * Runs it; blocks until it is done.
     *
     * @return the exit code
     * @throws UsageError if the arguments make no sense
     */
    int run(Arguments arguments) throws Exception;
}
