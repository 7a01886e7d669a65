package blockingpoetry.bench;

import blockingpoetry.cli.Arguments;
import blockingpoetry.cli.Command;
import blockingpoetry.cli.Help;
import org.apache.commons.cli.Options;

/** A command of a few lines. */
record Subcommand(String name, Options options, Help help, Body body) implements Command {
    /** What the command does; returns the exit code. */
    interface Body {
        int run(Arguments arguments) throws Exception;
    }

    @Override
    public int run(Arguments arguments) throws Exception {
        return body.run(arguments);
    }
}
