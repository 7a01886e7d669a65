package blockingpoetry.bench;

import blockingpoetry.Designs;
import blockingpoetry.cli.Arguments;
import blockingpoetry.cli.Command;
import blockingpoetry.cli.Help;
import blockingpoetry.cli.Help.Item;
import blockingpoetry.cli.LastWords;
import blockingpoetry.cli.Mistake;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.cli.Options;

/** The bench's command line: a command for each thing that it does. */
public final class Main implements Command {
    private static final int FAILURE = 1;
    private static final int USAGE = 2;

    private final List<Command> commands;

    private Main(PrintStream out) {
        commands = List.of(new RunLab(out), new RunLab.Again(), new RunLab.Show(out), new Compare(out),
                new Limits(out));
    }

    public static void main(String[] args) {
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
            LastWords.install();
            return blockingpoetry.cli.Main.run(out, err, Designs.WITH_NETTY, rest);
        }
        Main main = new Main(out);
        try {
            for (Command command : main.commands) {
                if (command.name().equals(name)) {
                    return blockingpoetry.cli.Main.run(command, out, rest);
                }
            }
            return blockingpoetry.cli.Main.run(main, out, args);
        } catch (Mistake mistake) {
            err.println("blockingpoetry-bench: " + mistake.getMessage() + "; try --help");
            return USAGE;
        } catch (Exception failure) {
            failure.printStackTrace(err);
            return FAILURE;
        }
    }

    @Override
    public String name() {
        return "blockingpoetry-bench";
    }

    @Override
    public Options options() {
        return new Options().addOption(Arguments.HELP).addOption(Arguments.VERSION);
    }

    @Override
    public Help help() {
        List<Item> items = new ArrayList<>();
        items.add(new Item("serve", "Serves poems as blockingpoetry does, also with --design netty."));
        commands.forEach(command -> items.add(new Item(command.name(), command.help().description())));
        return new Help(List.of("blockingpoetry-bench COMMAND"), "Compares the designs of a poetry server.", List.of(),
                items, List.of(), List.of());
    }

    @Override
    public int run(Arguments arguments) {
        arguments.exactly();
        throw new Mistake("Missing required subcommand");
    }
}
