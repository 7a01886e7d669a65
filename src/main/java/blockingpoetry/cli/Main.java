package blockingpoetry.cli;

import blockingpoetry.Design;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;

/** The command line's entry: arguments in, exit code out. */
public final class Main {
    static final int OK = 0;
    static final int FAILURE = 1;
    static final int USAGE = 2;

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
        try {
            return switch (args.length == 0 ? "" : args[0]) {
                case "get" -> run(new Get(out, err), out, rest(args));
                case "generate-completion" -> run(new Completion(out, designs), out, rest(args));
                default -> run(new Serve(out, err, designs), out, args);
            };
        } catch (Mistake mistake) {
            err.println("blockingpoetry: " + oneLine(mistake));
            return USAGE;
        } catch (Exception failure) {
            err.println("blockingpoetry: " + oneLine(failure));
            return FAILURE;
        }
    }

    /**
     * Has one command do what its arguments say, or print its help, or the version.
     *
     * @return the exit code
     * @throws Mistake if the arguments make no sense
     */
    public static int run(Command command, PrintStream out, String... args) throws Exception {
        Arguments arguments = Arguments.parse(command.options(), args);
        if (arguments.has(Arguments.HELP)) {
            command.help().print(out, command.options());
            return OK;
        }
        if (arguments.has(Arguments.VERSION)) {
            out.println(version());
            return OK;
        }
        return command.run(arguments);
    }

    /** The version in the jar's manifest, and the Java it runs on. */
    private static String version() {
        String version = Main.class.getPackage().getImplementationVersion();
        return "blockingpoetry " + (version == null ? "(not from a jar)" : version) + ", Java " + Runtime.version();
    }

    private static String[] rest(String[] args) {
        return Arrays.copyOfRange(args, 1, args.length);
    }

    private static String oneLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
