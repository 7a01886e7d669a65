package blockingpoetry.bench;

import blockingpoetry.classroom.Classroom;
import blockingpoetry.cli.Arguments;
import blockingpoetry.cli.Command;
import blockingpoetry.cli.Help;
import blockingpoetry.cli.Help.Item;
import blockingpoetry.cli.UsageError;
import blockingpoetry.designs.Designs;
import blockingpoetry.operation.FatalErrorHandler;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.commons.cli.Options;

/** The bench's command line: finds the command that the first argument names, and runs it. */
public final class Main {
    static final int OK = 0;
    static final int FAILURE = 1;
    private static final int USAGE = 2;

    private Main() {}

    public static void main(String[] args) {
        Locale.setDefault(Locale.ROOT); // a report has years of our calendar, and ASCII digits
        System.exit(run(System.out, System.err, args));
    }

    /**
     * Does what the arguments say; blocks until it is done.
     *
     * @return 0 if all went well, 1 after a failure, 2 if the arguments make no sense
     */
    public static int run(PrintStream out, PrintStream err, String... args) {
        String name = args.length == 0 ? "" : args[0];
        String[] rest = Arrays.copyOfRange(args, Math.min(1, args.length), args.length);
        if (name.equals("serve")) {
            FatalErrorHandler.install();
            return blockingpoetry.cli.Main.run(out, err, Designs.WITH_NETTY, rest);
        }
        List<Command> others = List.of(ContendersCommand.create(out), LoadCommand.load(out), LoadCommand.merge(out),
                ResultsCommands.report(),
                ResultsCommands.compare(out), ResultsCommands.across(out), ResultsCommands.limits(out));
        List<Command> commands = new ArrayList<>(others);
        commands.addFirst(LabCommand.create(out, items(others)));
        commands.add(new Classroom(out, err));
        try {
            for (Command command : commands) {
                if (command.name().equals(name)) {
                    return blockingpoetry.cli.Main.run(command, out, rest);
                }
            }
            return blockingpoetry.cli.Main.run(overview(commands), out, args);
        } catch (UsageError error) {
            err.println("blockingpoetry-bench: " + error.getMessage() + "; try --help");
            return USAGE;
        } catch (IOException failure) {
            err.println("blockingpoetry-bench: " + failure.getMessage());
            return FAILURE;
        } catch (UncheckedIOException failure) {
            err.println("blockingpoetry-bench: " + failure.getCause().getMessage());
            return FAILURE;
        } catch (Exception failure) {
            failure.printStackTrace(err);
            return FAILURE;
        }
    }

    private static List<Item> items(List<Command> commands) {
        return commands.stream().map(command -> new Item(command.name(), command.help().description())).toList();
    }

    /** What there is without a command: the help, which lists them. */
    private static Command overview(List<Command> commands) {
        List<Item> items = new ArrayList<>();
        items.add(new Item("serve", "Serves poems as blockingpoetry does, also with --design netty."));
        items.addAll(items(commands));
        Help help = new Help(List.of("blockingpoetry-bench COMMAND"),
                "Compares the designs of a poetry server, and shows what they do.", List.of(), items, List.of(),
                List.of());
        Options options = new Options().addOption(Arguments.HELP).addOption(Arguments.VERSION);
        return new Subcommand("blockingpoetry-bench", options, help, arguments -> {
            arguments.exactly();
            throw new UsageError("Missing required subcommand");
        });
    }
}
