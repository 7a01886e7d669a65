package blockingpoetry.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.MissingArgumentException;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;
import org.apache.commons.cli.UnrecognizedOptionException;

/**
 * The arguments of a command, by option. Commons CLI parses them; this class is stricter: an option is given at most once,
 * and by its whole name, a long one with two hyphens.
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

    /** An option with a value; {@code value} is the value's name in the help. */
    public static Option option(String name, String value, String description) {
        return Option.builder().longOpt(name).hasArg().argName(value).desc(description).get();
    }

    /** An option that may be given again, each time with a value. */
    public static Option list(String name, String value, String description) {
        return Option.builder().longOpt(name).hasArgs().argName(value).desc(description).get();
    }

    /** An option with one value, which may be given again with another. */
    static Option repeatable(String name, String value, String description) {
        return Option.builder().longOpt(name).hasArg().argName(value).desc(description).type(List.class).get();
    }

    public static Option flag(String name, String description) {
        return Option.builder().longOpt(name).desc(description).get();
    }

    /** @throws UsageError if the arguments do not fit these options */
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
            throw unknown(e.getOption(), options);
        } catch (MissingArgumentException e) {
            throw new UsageError("Missing required parameter for " + described(e.getOption()));
        } catch (ParseException e) {
            throw new IllegalStateException("no option here is required, or in a group", e);
        }
    }

    public boolean has(String name) {
        return line.hasOption(name);
    }

    /** The value of an option, if it is given; never empty. */
    public Optional<String> value(String name) {
        return value(name, Function.identity());
    }

    /** The value of an option, if it is given. The parser throws {@link UsageError} for a text that is no such value. */
    public <T> Optional<T> value(String name, Function<String, T> parse) {
        Optional<String> value = Optional.ofNullable(line.getOptionValue(name));
        try {
            if (value.isPresent() && value.get().isEmpty()) {
                throw new UsageError("it is empty");
            }
            return value.map(parse);
        } catch (UsageError e) {
            throw new UsageError("Invalid value for option '--" + name + "': " + e.getMessage());
        }
    }

    public List<String> values(String name) {
        List<String> values = line.hasOption(name) ? List.of(line.getOptionValues(name)) : List.of();
        if (values.contains("")) {
            throw new UsageError("Invalid value for option '--" + name + "': it is empty");
        }
        return values;
    }

    /** Whether one of two choices was named, and not the other, which is the default. */
    boolean choice(String name, String choice, String other) {
        String given = value(name).orElse(other);
        if (!given.equals(choice) && !given.equals(other)) {
            throw new UsageError("Invalid value for option '--" + name + "': there is no '" + given + "', only " + other
                    + ", " + choice);
        }
        return given.equals(choice);
    }

    /** The value of an option that is a whole number, 1 or more. */
    public Optional<Integer> count(String name) {
        return value(name, OptionValues::count);
    }

    /** The value of an option that is a port, or 0. */
    public Optional<Integer> port(String name) {
        return value(name, OptionValues::port);
    }

    /** The value of an option that is a number of seconds, 0 or more. */
    public Optional<Duration> seconds(String name) {
        return value(name, OptionValues::seconds);
    }

    /** The value of an option that is a file or a folder, whether or not it exists. */
    public Optional<Path> path(String name) {
        return value(name, OptionValues::path);
    }

    /** The arguments that belong to no option. */
    public List<String> operands() {
        return line.getArgList();
    }

    /** @throws UsageError if there are fewer or more operands than these names */
    public List<String> exactly(String... names) {
        List<String> operands = operands();
        if (operands.size() < names.length) {
            throw new UsageError("Missing required parameter: '" + names[operands.size()] + "'");
        }
        if (operands.size() > names.length) {
            throw new UsageError("Unmatched argument: '" + operands.get(names.length) + "'");
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
                throw unknown(arg, options);
            }
            for (Option option : options.getOptions()) {
                if (arg.startsWith("-") && arg.startsWith(option.getLongOpt(), 1)) {
                    throw unknown(arg, options);
                }
            }
        }
    }

    private static void refuseTwins(CommandLine line) {
        List<Option> given = List.of(line.getOptions());
        for (Option option : given) {
            if (!option.hasArgs() && option.getType() != List.class && Collections.frequency(given, option) > 1) {
                throw new UsageError(described(option) + " should be specified only once");
            }
        }
    }

    private static UsageError unknown(String option, Options options) {
        String name = option.replaceFirst("=.*", "");
        return new UsageError("Unknown option: '" + option + "'"
                + Nearest.hint(name, options.getOptions().stream().map(known -> "--" + known.getLongOpt())));
    }

    private static String described(Option option) {
        return "option '--" + option.getLongOpt() + "'" + (option.hasArg() ? " (" + option.getArgName() + ")" : "");
    }
}
