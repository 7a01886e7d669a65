package blockingpoetry.classroom;

import static java.nio.charset.StandardCharsets.UTF_8;

import blockingpoetry.bench.results.Environment;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.jr.ob.JSON;

/** The classroom's page: one HTML file with styles, scripts, sources and recordings in it, which needs nothing else. */
final class Page {
    static final String IMPORTED = "imported";

    private static final String PRISM = "/META-INF/resources/webjars/prismjs/1.30.0/components/";
    private static final List<String> PRISM_PARTS =
            List.of("prism-core.min.js", "prism-clike.min.js", "prism-java.min.js");
    private static final Pattern MARKER = Pattern.compile("\\{\\{([\\w.]+)}}");

    /** The sources that the page shows, as they were compiled. */
    private static final List<String> SOURCES = List.of("BlockingServer.java", "Design.java", "SelectorServer.java",
            "Reactor.java", "ReactorServer.java", "CompletionServer.java", "NettyServer.java");

    private final List<Object> lessons;

    private Page(List<Object> lessons) {
        this.lessons = lessons;
    }

    /** A page of all lessons. */
    static Page ofLessons() throws IOException {
        return new Page(Lesson.document());
    }

    /** A page without lessons, for one recording, whose name is {@link #IMPORTED}. */
    static Page ofRecording(String title) {
        String says =
                "Read from a flight recording of a server. Such a recording has no clients that wait in the backlog,"
                        + " and no write of which the kernel took a part; the pace is what most waits took.";
        return new Page(List.of(Map.of("number", IMPORTED, "name", IMPORTED, "title", title, "runs", says)));
    }

    /**
     * All of it.
     *
     * @param recordings traces by the names of their lessons
     * @param live       whether it can run lessons, as it comes from a {@link LiveClassroom}
     */
    String html(Map<String, ?> recordings, boolean live) throws IOException {
        String json = JSON.std.asString(document(recordings, live)).replace("</", "<\\/");
        Matcher marker = MARKER.matcher(resource("classroom.html"));
        StringBuilder html = new StringBuilder();
        while (marker.find()) {
            marker.appendReplacement(html, Matcher.quoteReplacement(switch (marker.group(1)) {
                case "trace.json" -> json;
                case "prism.js" -> prism();
                default -> resource(marker.group(1));
            }));
        }
        return marker.appendTail(html).toString();
    }

    private Map<String, Object> document(Map<String, ?> recordings, boolean live) throws IOException {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("format", "blockingpoetry-classroom/1");
        document.put("live", live);
        document.put("made", made());
        Map<String, Object> sources = new LinkedHashMap<>();
        for (String name : SOURCES) {
            sources.put(name, resource("sources/" + name));
        }
        document.put("sources", sources);
        document.put("lessons", lessons);
        document.put("recordings", recordings);
        return document;
    }

    private static Map<String, Object> made() throws IOException {
        Map<String, Object> made = new LinkedHashMap<>();
        String version = Page.class.getPackage().getImplementationVersion();
        if (version != null) {
            made.put("version", version);
        }
        made.put("commit", Environment.commit(home()));
        made.put("java", Runtime.version().toString());
        made.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        made.put("processors", Runtime.getRuntime().availableProcessors());
        made.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        return made;
    }

    /** The folder in whose {@code target} the running code lies: the checkout, if it has not been carried away. */
    private static Path home() throws IOException {
        try {
            Path code = Path.of(Page.class.getProtectionDomain().getCodeSource().getLocation().toURI());
            return code.resolve("../..").normalize();
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }

    private static String prism() throws IOException {
        StringBuilder script = new StringBuilder("window.Prism = {manual: true};\n");
        for (String part : PRISM_PARTS) {
            script.append(resource(PRISM + part)).append('\n');
        }
        return script.toString();
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = Page.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new FileNotFoundException(name + " is not in the jar");
            }
            return new String(in.readAllBytes(), UTF_8);
        }
    }
}
