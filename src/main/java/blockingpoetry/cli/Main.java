package blockingpoetry.cli;

import blockingpoetry.Design;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** The command line's entry: arguments in, exit code out. */
public final class Main {
    private static final Logger log = LoggerFactory.getLogger("blockingpoetry");

    static final int OK = 0;
    static final int FAILURE = 1;
    static final int USAGE = 2;

    private static final List<String> SIGNALS = List.of("", "Signals:",
            "  TERM, INT   stop in order: recitals in progress may finish; a second one ends it at once",
            "  HUP         read the poems again, and open the log file again; recitals in progress finish the old text",
            "  USR1        log a line: connections, bytes, threads, heap");

    private Main() {}

    public static void main(String[] args) {
        endIfAThreadDies();
        System.exit(run(System.out, System.err, Design.ALL, args));
    }

    /**
     * Ends the process with code 1 when a thread ends by an exception that nobody caught. That is a bug, or no memory is left; a
     * server that lacks an accepting thread or an event loop would go on looking alive. For a process of its own only.
     */
    public static void endIfAThreadDies() {
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
            try {
                log.error("thread {} has died, and the server with it", thread.getName(), failure);
            } finally {
                Runtime.getRuntime().halt(FAILURE); // which resets all recitals
            }
        });
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
