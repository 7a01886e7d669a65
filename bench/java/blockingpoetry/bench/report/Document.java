package blockingpoetry.bench.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.jr.ob.JSON;

/** A text that is written twice: as a page of HTML that needs no other file, and as Markdown. */
final class Document {
    private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/dist/";

    private final StringBuilder html = new StringBuilder();
    private final StringBuilder markdown = new StringBuilder();
    private final List<Map<String, Object>> charts = new ArrayList<>();

    void title(String title, String note) {
        html.append("<h1>").append(title).append("</h1>\n");
        html.append("<p class=\"note\">").append(Table.escape(note)).append("</p>\n");
        markdown.append("# ").append(title).append("\n\n").append(note).append(".\n\n");
    }

    void note(String text) {
        html.append("<p>").append(Table.escape(text)).append("</p>\n");
        markdown.append(text).append("\n\n");
    }

    /** A line about another folder's report. */
    void link(String folder, String text) {
        html.append("<p><a href=\"")
                .append(folder)
                .append("/report.html\">")
                .append(folder)
                .append("</a>: ")
                .append(Table.escape(text))
                .append("</p>\n");
        markdown.append("- [")
                .append(folder)
                .append("](")
                .append(folder)
                .append("/report.md): ")
                .append(text)
                .append("\n\n");
    }

    void warning(String text) {
        html.append("<p class=\"warning\">").append(Table.escape(text)).append("</p>\n");
        markdown.append("**").append(text).append("**\n\n");
    }

    void heading(String title) {
        html.append("<h2>").append(title).append("</h2>\n");
        markdown.append("## ").append(title).append("\n\n");
    }

    /** A heading that can be linked to by its name, and a paragraph. */
    void section(String name, String text) {
        html.append("<h2 id=\"").append(name).append("\">").append(name).append("</h2>\n");
        html.append("<p>").append(Table.escape(text)).append("</p>\n");
        markdown.append("## ").append(name).append("\n\n").append(text).append("\n\n");
    }

    void subheading(String title) {
        html.append("<h3>").append(Table.escape(title)).append("</h3>\n");
        markdown.append("### ").append(title).append("\n\n");
    }

    void list(List<String> sentences) {
        html.append("<ul>\n");
        for (String sentence : sentences) {
            html.append("<li>").append(Table.escape(sentence)).append("</li>\n");
            markdown.append("- ").append(sentence).append('\n');
        }
        html.append("</ul>\n");
        markdown.append('\n');
    }

    /** A table whose cells are texts, which may be long. */
    void texts(Table table) {
        html.append("<div class=\"texts\">").append(table.html()).append("</div>\n");
        markdown.append(table.markdown()).append('\n');
    }

    void table(Table table) {
        html.append(table.html());
        markdown.append(table.markdown()).append('\n');
    }

    /** @param file the same picture beside the document, for Markdown */
    void figure(String svg, String title, String file) {
        html.append("<figure>").append(svg).append("</figure>\n");
        markdown.append("![").append(title).append("](").append(file).append(")\n\n");
    }

    /** A chart that a script of the page draws; Markdown has none. */
    void chart(Map<String, Object> chart) {
        html.append("<div class=\"lines\" id=\"lines-").append(charts.size()).append("\"></div>\n");
        charts.add(chart);
    }

    void write(Path markdownFile, Path htmlFile) throws IOException {
        Files.writeString(markdownFile, markdown);
        Files.writeString(htmlFile, resource("report.html")
                .replace("{{uplot.css}}", resource(UPLOT + "uPlot.min.css"))
                .replace("{{uplot.js}}", resource(UPLOT + "uPlot.iife.min.js"))
                .replace("{{body}}", html)
                .replace("{{lines}}", JSON.std.asString(charts).replace("<", "\\u003c")));
    }

    /** A text file that lies beside this class in the jar. */
    static String resource(String name) throws IOException {
        try (InputStream in = Document.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("the jar lacks " + name);
            }
            return new String(in.readAllBytes(), UTF_8);
        }
    }
}
