package blockingpoetry.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.MissingArgumentException;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;
import org.apache.commons.cli.UnrecognizedOptionException;

/**
 * The arguments of a command, by option. Commons CLI takes them apart, and is held here to be strict: an option is given
 * once, by its whole name, with two hyphens if that is long.
 */
public final class Arguments {
    public static final Option HELP =
            Option.builder("h").longOpt("help").desc("Show this help message and exit.").get();
    public static final Option VERSION =
            Option.builder("V").longOpt("version").desc("Print version information and exit.").get();

    private final CommandLine line;

    private Arguments(CommandLine line) {
        this.line = line;
    }

    /** An option that has a value, and what the help calls that. */
    public static Option option(String name, String value, String description) {
        return Option.builder().longOpt(name).hasArg().argName(value).desc(description).get();
    }

    /** An option that is given or not. */
    public static Option flag(String name, String description) {
        return Option.builder().longOpt(name).desc(description).get();
    }

    /** @throws Mistake if the arguments are not those of a command with these options */
    public static Arguments parse(Options options, String... args) {
        refuseUnknown(options, args);
        try {
            CommandLine line = DefaultParser.builder()
                    .setAllowPartialMatching(false)
                    .setStripLeadingAndTrailingQuotes(false)
                    .get()
                    .parse(options, args);
            refuseTwins(line);
            return new Arguments(line);
        } catch (UnrecognizedOptionException e) {
            throw unknown(e.getOption());
        } catch (MissingArgumentException e) {
            throw new Mistake("Missing required parameter for " + described(e.getOption()));
        } catch (ParseException e) {
            throw new IllegalStateException("no option here is required, or in a group", e);
        }
    }

    /** Whether an option is given. */
    public boolean has(Option option) {
        return line.hasOption(option);
    }

    /** Whether an option is given. */
    public boolean has(String name) {
        return line.hasOption(name);
    }

    /** The value of an option, if it is given; never empty. */
    public Optional<String> value(String name) {
        return value(name, Function.identity());
    }

    /**
     * The value of an option, if it is given.
     *
     * @param parse throws {@link Mistake} for what is none
     */
    public <T> Optional<T> value(String name, Function<String, T> parse) {
        Optional<String> value = Optional.ofNullable(line.getOptionValue(name));
        try {
            return value.map(Arguments::filled).map(parse);
        } catch (Mistake e) {
            throw new Mistake("Invalid value for option '--" + name + "': " + e.getMessage());
        }
    }

    /** A whole number, 1 or more. */
    public Optional<Integer> count(String name) {
        return value(name, Count::parse);
    }

    /** A number of seconds, 0 or more. */
    public Optional<Duration> seconds(String name) {
        return value(name, Seconds::parse);
    }

    /** A file or a folder, whether or not it is there. */
    public Optional<Path> path(String name) {
        return value(name, Path::of);
    }

    /** All arguments that belong to no option. */
    public List<String> operands() {
        return line.getArgList();
    }

    /** The same, if there is one for each name, and no more. */
    public List<String> exactly(String... names) {
        List<String> operands = operands();
        if (operands.size() < names.length) {
            throw new Mistake("Missing required parameter: '" + names[operands.size()] + "'");
        }
        if (operands.size() > names.length) {
            throw new Mistake("Unmatched argument: '" + operands.get(names.length) + "'");
        }
        return operands;
    }

    /** Commons CLI would take -port for --port, -port80 for --port=80, and --prot for a value if one is due. */
    private static void refuseUnknown(Options options, String... args) {
        for (String arg : args) {
            if (arg.equals("--")) {
                return;
            }
            if (arg.startsWith("--") && !options.hasLongOption(arg.substring(2).replaceFirst("=.*", ""))) {
                throw unknown(arg);
            }
            for (Option option : options.getOptions()) {
                if (arg.startsWith("-") && arg.startsWith(option.getLongOpt(), 1)) {
                    throw unknown(arg);
                }
            }
        }
    }

    private static void refuseTwins(CommandLine line) {
        Set<Option> seen = new HashSet<>();
        for (Option option : line.getOptions()) {
            if (!seen.add(option)) {
                throw new Mistake(described(option) + " should be specified only once");
            }
        }
    }

    private static String filled(String value) {
        if (value.isEmpty()) {
            throw new Mistake("it is empty");
        }
        return value;
    }

    private static Mistake unknown(String option) {
        return new Mistake("Unknown option: '" + option + "'");
    }

    private static String described(Option option) {
        return "option '--" + option.getLongOpt() + "'" + (option.hasArg() ? " (" + option.getArgName() + ")" : "");
    }
}
