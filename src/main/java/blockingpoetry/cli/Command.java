package blockingpoetry.cli;

import org.apache.commons.cli.Options;

/** Something that is done from the command line. */
public interface Command {
    /** What it is called by. */
    String name();

    /** Each option that it takes. The help, the manual page and the completion are made from them, too. */
    Options options();

    /** What else there is to say of it; made only when somebody asks. */
    Help help();

    /**
     * Does what the arguments say; blocks until it is done.
     *
     * @return the exit code
     * @throws Mistake if the arguments make no sense
     */
    int run(Arguments arguments) throws Exception;
}
