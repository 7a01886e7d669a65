package blockingpoetry.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The manual page, in the language of {@code man}, made from the model that the help is made from. (Picocli's own generator
 * writes AsciiDoc, which needs another program to become a page; this needs none.)
 */
final class ManPage {
    private final StringBuilder page = new StringBuilder();

    private ManPage() {}

    static String of(CommandSpec main) {
        return new ManPage().write(main);
    }

    private String write(CommandSpec main) {
        String description = joined(main.usageMessage().description());
        page.append(".TH ").append(main.name().toUpperCase(Locale.ROOT)).append(" 1\n");
        section("Name");
        paragraph(main.name() + " - " + decapitalized(description.replaceFirst(":.*", "")));
        section("Synopsis");
        for (String line : main.usageMessage().customSynopsis()) {
            page.append(".B ").append(escaped(line.strip())).append("\n.br\n");
        }
        section("Description");
        paragraph(description);
        section("Options");
        arguments(main);
        main.subcommands().forEach((name, command) -> {
            CommandSpec it = command.getCommandSpec();
            if (!it.usageMessage().hidden()) {
                section("The command " + name);
                paragraph(joined(it.usageMessage().description()));
                arguments(it);
                items(it.usageMessage().exitCodeList());
            }
        });
        section(main.usageMessage().footerHeading().replace("%n", "").replace(":", ""));
        for (String line : main.usageMessage().footer()) {
            if (line.startsWith("  ")) {
                String[] columns = line.strip().split(" {2,}", 2);
                item("\\fB" + escaped(columns[0]) + "\\fR", columns[1]);
            } else if (!line.isEmpty()) {
                section(line.replace(":", ""));
            }
        }
        section("Exit status");
        items(main.usageMessage().exitCodeList());
        return page.toString();
    }

    private void arguments(CommandSpec command) {
        command.positionalParameters().forEach(parameter -> item(label(parameter), joined(parameter.description())));
        for (OptionSpec option : command.options()) {
            String names = Arrays.stream(option.names())
                    .map(name -> "\\fB" + escaped(name) + "\\fR")
                    .collect(Collectors.joining(", "));
            item(option.arity().max() == 0 ? names : names + " " + label(option), joined(option.description()));
        }
    }

    private void items(Map<String, String> texts) {
        texts.forEach((term, text) -> item("\\fB" + escaped(term) + "\\fR", text));
    }

    private void section(String title) {
        page.append(".SH ").append(title.toUpperCase(Locale.ROOT)).append('\n');
    }

    private void item(String term, String text) {
        page.append(".TP\n").append(term).append('\n');
        paragraph(text);
    }

    private void paragraph(String text) {
        page.append(escaped(text)).append('\n');
    }

    private static String label(ArgSpec argument) {
        return "\\fI" + escaped(argument.paramLabel()) + "\\fR";
    }

    private static String joined(String... lines) {
        return String.join(" ", List.of(lines));
    }

    private static String decapitalized(String text) {
        return text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
    }

    /** Text that means itself: no hyphen that may break or become a dash, no line that starts like a request. */
    private static String escaped(String text) {
        String escaped = text.replace("\\", "\\e").replace("-", "\\-");
        return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
    }
}
