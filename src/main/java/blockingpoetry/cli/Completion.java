package blockingpoetry.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import blockingpoetry.designs.Design;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.cli.Options;

/** Prints the script with which bash and zsh complete the command line: completion.bash, with our options filled in. */
record Completion(PrintStream out, List<Design> designs) implements Command {
    @Override
    public String name() {
        return "generate-completion";
    }

    @Override
    public Options options() {
        return new Options().addOption(Arguments.HELP).addOption(Arguments.VERSION);
    }

    @Override
    public Help help() {
        return new Help("blockingpoetry generate-completion", "Generate bash/zsh completion script for blockingpoetry;"
                + " in the current shell: source <(blockingpoetry generate-completion)");
    }

    @Override
    public int run(Arguments arguments) throws IOException {
        arguments.exactly();
        out.print(script(designs));
        return Main.printed(out);
    }

    static String script(List<Design> designs) throws IOException {
        String script;
        try (InputStream in = Objects.requireNonNull(Completion.class.getResourceAsStream("completion.bash"))) {
            script = new String(in.readAllBytes(), UTF_8);
        }
        return script.replace("@DESIGNS@", designs.stream().map(Design::name).collect(Collectors.joining(" ")))
                .replace("@NAME@", optionsWith("NAME"::equals))
                .replace("@FILE@", optionsWith("FILE"::equals))
                .replace("@DIR@", optionsWith("DIR"::equals))
                .replace("@OTHER@", optionsWith(value -> !List.of("NAME", "FILE", "DIR").contains(value)))
                .replace("@GET@", names(Get.OPTIONS))
                .replace("@SERVE@", names(Serve.OPTIONS));
    }

    private static String names(Options options) {
        return options.getOptions()
                .stream()
                .flatMap(option -> Help.names(option).stream())
                .collect(Collectors.joining(" "));
    }

    /** A shell pattern of all options that have a value of some kind. */
    private static String optionsWith(Predicate<String> kind) {
        return Stream.of(Serve.OPTIONS, Get.OPTIONS)
                .flatMap(options -> options.getOptions().stream())
                .filter(option -> option.hasArg() && kind.test(option.getArgName()))
                .map(option -> "--" + option.getLongOpt())
                .collect(Collectors.joining(" | "));
    }
}
