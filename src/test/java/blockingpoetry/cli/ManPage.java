package blockingpoetry.cli;

import blockingpoetry.cli.Help.Item;
import blockingpoetry.cli.Help.Section;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.commons.cli.Option;

/** The manual page, in the language of {@code man}, made from what the help is made from. */
final class ManPage {
    private final StringBuilder page = new StringBuilder();

    private ManPage() {}

    static String of(Command main, Command... others) {
        return new ManPage().write(main, others);
    }

    private String write(Command main, Command... others) {
        Help help = main.help();
        page.append(".TH ").append(main.name().toUpperCase(Locale.ROOT)).append(" 1\n");
        section("Name");
        paragraph(main.name() + " - " + decapitalized(help.description().replaceFirst(":.*", "")));
        section("Synopsis");
        for (String line : help.synopsis()) {
            page.append(".B ").append(escaped(line)).append("\n.br\n");
        }
        section("Description");
        paragraph(help.description());
        section("Options");
        arguments(main);
        for (Command command : others) {
            section("The command " + command.name());
            paragraph(command.help().description());
            arguments(command);
            items(command.help().exitCodes());
        }
        for (Section section : help.sections()) {
            section(section.title());
            items(section.items());
        }
        section("Exit status");
        items(help.exitCodes());
        return page.toString();
    }

    private void arguments(Command command) {
        command.help().operands().forEach(operand -> item(italic(operand.term()), operand.text()));
        for (Option option : command.options().getOptions()) {
            String names = Help.names(option).stream().map(ManPage::bold).collect(Collectors.joining(", "));
            item(option.hasArg() ? names + " " + italic(option.getArgName()) : names, option.getDescription());
        }
    }

    private void items(List<Item> items) {
        items.forEach(item -> item(bold(item.term()), item.text()));
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

    private static String bold(String text) {
        return "\\fB" + escaped(text) + "\\fR";
    }

    private static String italic(String text) {
        return "\\fI" + escaped(text) + "\\fR";
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
