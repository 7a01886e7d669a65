package blockingpoetry.bench;

import blockingpoetry.Designs;
import blockingpoetry.cli.LastWords;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Unmatched;

/** The bench's command line: a subcommand for each thing that it does. */
@Command(name = "blockingpoetry-bench", mixinStandardHelpOptions = true, usageHelpAutoWidth = true,
        version = "blockingpoetry-bench, Java ${java.version}",
        description = "Compares the designs of a poetry server.")
public final class Main {
    private static final int USAGE = 2;

    private Main() {}

    public static void main(String[] args) {
        System.exit(run(System.out, System.err, args));
    }

    /**
     * Does what the arguments say; blocks until it is done.
     *
     * @return 0 if all went well, 1 after a failure, 2 if the arguments make no sense
     */
    public static int run(PrintStream out, PrintStream err, String... args) {
        // Not even "--" is taken from what the server is told.
        CommandLine serve = new CommandLine(new Serve(out, err)).setEndOfOptionsDelimiter("");
        return new CommandLine(new Main()).addSubcommand(serve)
                .addSubcommand(new RunLab(out))
                .addSubcommand(new RunLab.Again())
                .addSubcommand(new RunLab.Show(out))
                .addSubcommand(new Compare(out))
                .addSubcommand(new Limits(out))
                .setExpandAtFiles(false)
                .setOut(new PrintWriter(out, true, out.charset()))
                .setErr(new PrintWriter(err, true, err.charset()))
                .setParameterExceptionHandler((mistake, arguments) -> sayMistake(mistake))
                .execute(args);
    }

    private static int sayMistake(ParameterException mistake) {
        mistake.getCommandLine().getErr().println("blockingpoetry-bench: " + mistake.getMessage() + "; try --help");
        return USAGE;
    }

    /** The server's own command line, which looks at the arguments by itself. */
    @Command(name = "serve", description = "Serves poems as blockingpoetry does, also with --design netty.",
            customSynopsis = "serve [OPTION]... POEM[@PORT]...")
    private static final class Serve implements Callable<Integer> {
        private final PrintStream out;
        private final PrintStream err;

        @Unmatched
        private List<String> args = new ArrayList<>();

        Serve(PrintStream out, PrintStream err) {
            this.out = out;
            this.err = err;
        }

        @Override
        public Integer call() {
            LastWords.install();
            return blockingpoetry.cli.Main.run(out, err, Designs.WITH_NETTY, args.toArray(new String[0]));
        }
    }
}
