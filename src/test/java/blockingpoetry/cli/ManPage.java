package blockingpoetry.cli;

import blockingpoetry.cli.Help.Item;
import blockingpoetry.cli.Help.Section;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.commons.cli.Option;

/** The manual page, in the language of {@code man}, made from a command's options and help. */
final class ManPage {
    /** What the help does not say, for it belongs to the installed command. */
    private static final List<Item> ENVIRONMENT = List.of(
            new Item("JAVA",
                    "the Java to run on, as a command or a path (default: java; without one on the path, that in JAVA_HOME,"
                            + " or the newest in /usr/lib/jvm)"),
            new Item("JAVA_OPTS", "flags for it"),
            new Item("JAVA_HOME", "if that Java is older than 21, the one to run on instead"),
            new Item("TERM", "dumb or empty: get shows no progress"));

    private static final List<Item> FILES = List.of(
            new Item("/etc/blockingpoetry/", "the poems of the systemd unit"),
            new Item("/etc/default/blockingpoetry", "which poems the unit serves, and its options"),
            new Item("/usr/share/blockingpoetry/blockingpoetry.jar", "the server"),
            new Item("/usr/share/blockingpoetry/blockingpoetry.aot",
                    "what blockingpoetry-aot makes, for a faster start; not needed"));

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
        section("Environment");
        items(ENVIRONMENT);
        section("Files");
        items(FILES);
        section("See also");
        page.append(
                ".BR blockingpoetry\\-aot (1),\n.BR nc (1),\n.BR logrotate (8),\n.BR systemctl (1),\n.BR haproxy (1)\n");
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
        if (text.isEmpty()) {
            page.append(".PP\n").append(term).append('\n');
        } else {
            page.append(".TP\n").append(term).append('\n');
            paragraph(text);
        }
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

    /** Text to be taken literally: without it a hyphen may become a dash, and a line may start like a request. */
    private static String escaped(String text) {
        String escaped = text.replace("\\", "\\e").replace("-", "\\-");
        return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
    }
}
