package blockingpoetry.operation;

import static blockingpoetry.process.Installed.needs;
import static blockingpoetry.process.Jar.JAR;
import static blockingpoetry.process.Poems.ACCEPT;
import static blockingpoetry.process.Poems.assertServed;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import blockingpoetry.process.FreePorts;
import blockingpoetry.process.JarProcess;
import blockingpoetry.process.ProcessResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.jr.ob.JSON;

/** The configuration, the alerts and the dashboard in {@code src/main/dist}: by promtool, and by a Prometheus that scrapes a server. */
class PrometheusIT {
    private static final Path DIST = Path.of("src/main/dist");
    private static final Path RULES = DIST.resolve("blockingpoetry.rules.yml");
    private static final Path DASHBOARD = DIST.resolve("blockingpoetry.dashboard.json");
    private static final int PANELS = 12; // at most

    @TempDir
    Path folder;

    @BeforeEach
    void isInstalled() {
        needs("prometheus", "prometheus");
        needs("promtool", "prometheus");
    }

    @Test
    void promtoolAcceptsConfigurationAndAlerts() {
        assertSucceeds("promtool", "check", "config", DIST.resolve("prometheus.yml").toString());
        assertSucceeds("promtool", "check", "rules", RULES.toString());
    }

    @Test
    void eachAlertIsRaisedInTime() throws IOException {
        Path cases = Path.of("src/test/resources/blockingpoetry.rules.test.yml");
        assertSucceeds("promtool", "test", "rules", cases.toString());

        List<String> tried = matches("(?m)^ +alertname: (\\w+)$", Files.readString(cases));
        assertEquals(matches("- alert: (\\w+)", Files.readString(RULES)), tried);
    }

    @Test
    void theDashboardIsConsistent() throws IOException {
        Set<Object> places = new TreeSet<>();
        List<Map<String, Object>> panels = panels();
        for (Map<String, Object> panel : panels) {
            assertFalse(panel.get("title").toString().isEmpty() || panel.get("description").toString().isEmpty());
            assertEquals("{type=prometheus, uid=${datasource}}", panel.get("datasource").toString());
            places.add(panel.get("gridPos").toString());
        }
        assertEquals(panels.size(), places.size(), "two in one place");
        assertTrue(panels.size() <= PANELS, () -> panels.size() + " panels");
        for (String query : queries()) {
            assertTrue(query.contains("{instance=~\"$instance\""), query);
        }
    }

    @Test
    @Tag("slow")
    void everyQueryOfTheDashboardAndEveryAlertHasData() throws Exception {
        int port = FreePorts.inARow(2);
        String metrics = "127.0.0.1:" + port;
        Files.copy(RULES, folder.resolve(RULES.getFileName()));
        String config = Files.readString(DIST.resolve("prometheus.yml"))
                .replace("15s", "1s")
                .replace("127.0.0.1:11001", metrics)
                .replaceFirst(".*127.0.0.1:11002\n", "");
        Path file = Files.writeString(folder.resolve("prometheus.yml"), config);
        String url = "http://127.0.0.1:" + (port + 1);
        List<String> command =
                List.of("prometheus", "--config.file=" + file, "--storage.tsdb.path=" + folder.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + (port + 1));
        try (JarProcess server = JAR.with("--metrics-port", metrics).serve(ACCEPT);
                JarProcess prometheus = JarProcess.start(command)) {
            String scraped = "count_over_time(blockingpoetry_connections_finished_total[10s]) >= 3"
                    + " and rate(blockingpoetry_connections_finished_total[10s]) > 0";
            prometheus.await("some scrapes", () -> {
                fetch(server);
                return prometheus.log().stream().anyMatch(line -> line.contains("ready to receive"))
                        && !result(url, scraped).isEmpty();
            });

            for (String query : queries()) {
                if (Runtime.version().feature() < 24 && query.contains("virtual_threads")) {
                    continue; // that Java does not tell
                }
                List<?> result =
                        result(url, query.replace("$instance", ".*").replace("$__rate_interval", "10s"));
                assertFalse(result.isEmpty(), () -> "no data: " + query);
                assertFalse(result.toString().contains("NaN"), () -> query + ": " + result);
            }
            prometheus.await("each alert's first evaluation", () -> !rules(url).contains("health=unknown"));
            assertEquals(matches("- alert: (\\w+)", Files.readString(RULES)).size(),
                    matches("(health=ok)", rules(url)).size(),
                    rules(url));
            for (String metric : new TreeSet<>(matches("(blockingpoetry_\\w+|up\\{)", Files.readString(RULES)))) {
                assertFalse(result(url, metric.replace("up{", "up")).isEmpty(), () -> "no data: " + metric);
            }
            assertFalse(rules(url).contains("state=firing"), () -> rules(url));
            assertTrue(prometheus.log().stream().noneMatch(line -> line.contains("level=error")), prometheus::toString);
        }
    }

    private static void fetch(JarProcess server) {
        try {
            assertServed(ACCEPT, server.address());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<?> result(String url, String query) {
        return (List<?>) ask(url + "/api/v1/query?query=" + URLEncoder.encode(query, UTF_8)).get("result");
    }

    private static String rules(String url) {
        return ask(url + "/api/v1/rules").toString();
    }

    /** The data of an answer; an error has the status 400 or 422, and is thrown. */
    private static Map<?, ?> ask(String url) {
        try {
            String json = new String(URI.create(url).toURL().openStream().readAllBytes(), UTF_8);
            return (Map<?, ?>) JSON.std.mapFrom(json).get("data");
        } catch (IOException e) {
            throw new UncheckedIOException(url, e);
        }
    }

    private static List<String> queries() throws IOException {
        List<String> queries = new ArrayList<>();
        for (Map<String, Object> panel : panels()) {
            for (Object target : (List<?>) panel.get("targets")) {
                queries.add(((Map<?, ?>) target).get("expr").toString());
            }
        }
        return queries;
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> panels() throws IOException {
        return (List<Map<String, Object>>) (List<?>) JSON.std.mapFrom(Files.readString(DASHBOARD)).get("panels");
    }

    private static List<String> matches(String pattern, String text) {
        return Pattern.compile(pattern).matcher(text).results().map(match -> match.group(1)).toList();
    }

    private static void assertSucceeds(String... command) {
        try (JarProcess process = JarProcess.start(List.of(command))) {
            ProcessResult result = process.awaitEnd();
            assertEquals(0, result.exitCode(), result::toString);
        }
    }
}
