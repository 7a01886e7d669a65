package blockingpoetry.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/**
 * The help text of a command, without its options.
 *
 * @param synopsis    its usage, in a line or more
 * @param description what it does, in a sentence
 * @param operands    arguments that follow the options
 * @param commands    other commands
 * @param exitCodes   meanings of its exit codes
 * @param sections    anything else
 */
public record Help(List<String> synopsis, String description, List<Item> operands, List<Item> commands,
        List<Item> exitCodes, List<Section> sections) {

    private static final int WIDTH = 79;
    private static final int WIDEST_TERM = 22; // a wider one has a line of its own

    public record Item(String term, String text) {}

    public record Section(String title, List<Item> items) {}

    public Help(String synopsis, String description, Item... operands) {
        this(List.of(synopsis), description, List.of(operands), List.of(), List.of(), List.of());
    }

    public void print(PrintStream out, Options options) {
        out.println("Usage: " + String.join("\n       ", synopsis));
        out.println();
        printWrapped(out, "", 0, description);
        List<Item> arguments = new ArrayList<>();
        operands.forEach(operand -> arguments.add(new Item("    " + operand.term, operand.text)));
        options.getOptions().forEach(option -> arguments.add(new Item(term(option), option.getDescription())));
        print(out, "", arguments);
        print(out, "Commands:", commands);
        print(out, "Exit codes:", exitCodes);
        sections.forEach(section -> print(out, section.title + ":", section.items));
    }

    /** The names of an option, the short one first. */
    static List<String> names(Option option) {
        String longName = "--" + option.getLongOpt();
        return option.getOpt() == null ? List.of(longName) : List.of("-" + option.getOpt(), longName);
    }

    private static String term(Option option) {
        String term = String.join(", ", names(option)) + (option.hasArg() ? "=" + option.getArgName() : "");
        return option.getOpt() == null ? "    " + term : term;
    }

    private static void print(PrintStream out, String title, List<Item> items) {
        if (items.isEmpty()) {
            return;
        }
        out.println(title.isEmpty() ? "" : "\n" + title);
        int widest = items.stream().mapToInt(item -> item.term.length()).max().orElseThrow();
        int column = 2 + Math.min(WIDEST_TERM, widest) + 2;
        for (Item item : items) {
            printWrapped(out, "  " + item.term, column, item.text);
        }
    }

    /** Prints a term and a text beside it, or below it if there is no room. The text's lines begin at a column. */
    private static void printWrapped(PrintStream out, String term, int column, String text) {
        StringBuilder line = new StringBuilder(term);
        if (term.length() > Math.max(0, column - 2)) {
            out.println(line);
            line.setLength(0);
        }
        if (text.isEmpty()) {
            return;
        }
        line.repeat(' ', column - line.length());
        for (String word : text.split(" ")) {
            if (line.length() + 1 + word.length() > WIDTH) {
                out.println(line);
                line.setLength(0);
                line.repeat(' ', column);
            }
            line.append(line.length() > column ? " " : "").append(word);
        }
        out.println(line);
    }
}
