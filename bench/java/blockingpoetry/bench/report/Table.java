package blockingpoetry.bench.report;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A table of texts, for HTML and for Markdown. The first column names the row. */
public record Table(List<String> head, List<List<String>> rows) {
    private static final Pattern INTERVAL = Pattern.compile(" (\\([^ ]+–[^ ]+\\))");

    public String markdown() {
        return row(head) + "|---" + "|--:".repeat(head.size() - 1) + "|\n"
                + rows.stream().map(Table::row).collect(Collectors.joining());
    }

    private static String row(List<String> cells) {
        return "| " + cells.stream().map(cell -> cell.replace("|", "\\|")).collect(Collectors.joining(" | ")) + " |\n";
    }

    public String html() {
        return "<div class=\"wide\"><table>\n<thead>" + row("th", head) + "</thead>\n<tbody>\n"
                + rows.stream().map(cells -> row("td", cells)).collect(Collectors.joining("\n"))
                + "\n</tbody></table></div>\n";
    }

    private static String row(String tag, List<String> cells) {
        return cells.stream()
                .map(cell -> "<" + tag + ">" + INTERVAL.matcher(escape(cell)).replaceAll(" <span>$1</span>") + "</"
                        + tag
                        + ">")
                .collect(Collectors.joining("", "<tr>", "</tr>"));
    }

    public static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }
}
