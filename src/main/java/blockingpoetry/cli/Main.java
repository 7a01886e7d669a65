package blockingpoetry.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import blockingpoetry.Printable;
import blockingpoetry.designs.Design;
import blockingpoetry.operation.FatalErrorHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** The entry of the command line: arguments in, exit code out. */
public final class Main {
    public static final int OK = 0;
    public static final int FAILURE = 1;
    static final int USAGE = 2;

    /** The words that name a command; without one, poems are served. */
    static final List<String> COMMANDS = List.of("get", "generate-completion");

    private Main() {}

    public static void main(String[] args) {
        FatalErrorHandler.install();
        Locale.setDefault(Locale.ROOT); // no library is to print the years of another calendar, or other digits
        System.exit(run(System.out, System.err, Design.ALL, args));
    }

    /**
     * Runs the command that the arguments name; blocks until it is done, or until the server is stopped.
     *
     * @param designs the choices for {@code --design}
     * @return 0 if all went well, 1 after a failure, 2 if the arguments make no sense
     */
    public static int run(PrintStream out, PrintStream err, List<Design> designs, String... args) {
        String[] rest = Arrays.copyOfRange(args, Math.min(1, args.length), args.length);
        try {
            return switch (args.length == 0 ? "" : args[0]) {
                case "get" -> run(new Get(out, err), out, rest);
                case "generate-completion" -> run(new Completion(out, designs), out, rest);
                default -> run(new Serve(out, err, designs), out, args);
            };
        } catch (Exception failure) {
            String sentence =
                    Objects.requireNonNullElse(failure.getMessage(), failure.toString()).lines().findFirst().orElse("");
            err.println("blockingpoetry: " + Printable.text(sentence, ""));
            return failure instanceof UsageError ? USAGE : FAILURE;
        }
    }

    /** Runs a command, or prints its help or the version if the arguments ask for that. */
    public static int run(Command command, PrintStream out, String... args) throws Exception {
        Arguments arguments = Arguments.parse(command.options(), args);
        if (arguments.has("help")) {
            command.help().print(out, command.options());
            return printed(out);
        }
        if (arguments.has("version")) {
            out.println(version());
            return printed(out);
        }
        return command.run(arguments);
    }

    /** The exit code, if stdout took all that was printed. */
    static int printed(PrintStream out) throws IOException {
        if (out.checkError()) {
            throw new IOException("cannot write to stdout");
        }
        return OK;
    }

    private static String version() {
        String version = Main.class.getPackage().getImplementationVersion();
        String commit = commit().isEmpty() ? "" : ", commit " + commit();
        return "blockingpoetry " + (version == null ? "(not from a jar)" : version + commit) + ", Java "
                + Runtime.version();
    }

    /** The commit of which this jar was built, with {@code -dirty} if files differed from it; empty without git, or without a jar. */
    public static String commit() {
        try (InputStream commit = Main.class.getResourceAsStream("commit")) {
            return commit == null ? "" : new String(commit.readAllBytes(), UTF_8).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
