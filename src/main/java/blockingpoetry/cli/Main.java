package blockingpoetry.cli;

import blockingpoetry.Design;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** The command line's entry: arguments in, exit code out. */
public final class Main {
    static final int OK = 0;
    static final int FAILURE = 1;
    static final int USAGE = 2;

    private static final List<String> SIGNALS = List.of("", "Signals:",
            "  TERM, INT   stop in order: recitals in progress may finish; a second one ends it at once",
            "  HUP         read the poems again, and open the log file again; recitals in progress finish the old text",
            "  USR1        log a line: connections, bytes, threads, heap");

    private Main() {}

    public static void main(String[] args) {
        LastWords.install();
        System.exit(run(System.out, System.err, Design.ALL, args));
    }

    /**
     * Does what the arguments say; blocks until it is done, or until the server is stopped.
     *
     * @param designs what {@code --design} may name
     * @return 0 if all went well, 1 after a failure, 2 if the arguments make no sense
     */
    public static int run(PrintStream out, PrintStream err, List<Design> designs, String... args) {
        return commandLine(out, err, designs).execute(args);
    }

    /** All commands and their options; the help, the manual page and the completion are made from it. */
    static CommandLine commandLine(PrintStream out, PrintStream err, List<Design> designs) {
        CommandLine serve = new CommandLine(new Serve(designs));
        serve.getCommandSpec().usageMessage().footerHeading("%nDesigns:%n").footer(footer(designs));
        CommandLine completion = new CommandLine(new GenerateCompletion());
        completion.getCommandSpec().usageMessage().hidden(true);
        return serve.addSubcommand("get", new Get(out, err))
                .addSubcommand("generate-completion", completion)
                .setExpandAtFiles(false)
                .setOut(new PrintWriter(out, true, out.charset()))
                .setErr(new PrintWriter(err, true, err.charset()))
                .setParameterExceptionHandler((mistake, arguments) -> sayMistake(mistake))
                .setExecutionExceptionHandler((failure, command, parsed) -> sayFailure(failure, command));
    }

    private static String[] footer(List<Design> designs) {
        Stream<String> list = designs.stream()
                .map(design -> String.format(Locale.ROOT, "  %-12s%s", design.name(), design.idea()));
        return Stream.concat(list, SIGNALS.stream()).toArray(String[]::new);
    }

    private static int sayMistake(ParameterException mistake) {
        mistake.getCommandLine().getErr().println("blockingpoetry: " + oneLine(mistake));
        return USAGE;
    }

    private static int sayFailure(Exception failure, CommandLine command) {
        command.getErr().println("blockingpoetry: " + oneLine(failure));
        return failure instanceof TypeConversionException ? USAGE : FAILURE;
    }

    private static String oneLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
