package blockingpoetry.cli;

import static blockingpoetry.cli.Jar.JAR;
import static blockingpoetry.cli.Poems.ACCEPT;
import static blockingpoetry.cli.Poems.assertServed;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import blockingpoetry.Client;
import blockingpoetry.Design;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What Prometheus is told, and that nobody pays for it who does not ask. */
class MetricsIT {
    private static final Pattern URL = Pattern.compile("numbers for Prometheus are on (http://127.0.0.1:\\d+/metrics)");
    private static final Pattern NUMBER = Pattern.compile("(?m)^(\\w+(?:\\{.*\\})?) (\\S+)$");
    private static final Path PROMTOOL = Path.of("/usr/bin/promtool");

    @TempDir
    Path folder;

    @ParameterizedTest
    @MethodSource("designs")
    void tellsWhatTheServerDid(String design) throws IOException {
        String quick = Files.writeString(folder.resolve("quick"), "one chunk\n").toString();
        String slow = Files.write(folder.resolve("slow"), new byte[100_000]).toString();
        Jar jar = JAR.with("--design", design, "--metrics-port", "0", "--num-bytes", "10", "--delay", "0.02",
                "--max-clients-per-address", "2");
        try (JarProcess server = jar.serve(quick, slow)) {
            assertServed(quick, server.addresses().get(0));
            Client.connect(server.addresses().get(1)).read(10).reset();
            server.await("the end of both", () -> metrics(server).get("blockingpoetry_connections_aborted_total") == 1
                    && metrics(server).get("blockingpoetry_connections_finished_total") == 1);
            try (Client one = Client.connect(server.addresses().get(1)).read(10);
                    Client two = Client.connect(server.addresses().get(1)).read(10)) {
                assertTrue(Client.isReset(server.addresses().get(1)));
                server.await("its end", () -> metrics(server).get(cut("refused")) == 1);

                Map<String, Double> metrics = metrics(server);
                assertEquals(Map.of("accepted_total", 5.0, "open", 2.0, "finished_total", 1.0, "aborted_total", 1.0,
                        "cut_total{reason=\"refused\"}", 1.0, "cut_total{reason=\"stalled\"}", 0.0,
                        "cut_total{reason=\"stopped\"}", 0.0, "cut_total{reason=\"failed\"}", 0.0),
                        startingWith("blockingpoetry_connections_", metrics));
                assertTrue(metrics.get("blockingpoetry_sent_bytes_total") >= 40, metrics::toString);
                assertEquals(0, metrics.get("blockingpoetry_accept_failures_total"));
                assertEquals(1, metrics.get("blockingpoetry_recital_duration_seconds_count"));
                assertEquals(1, metrics.get("blockingpoetry_recital_duration_seconds_bucket{le=\"+Inf\"}"));
                double seconds = metrics.get("blockingpoetry_recital_duration_seconds_sum");
                assertTrue(seconds > 0 && seconds < 50, metrics::toString);
            }
        }
    }

    @Test
    void tellsHowTheProcessIs() throws IOException {
        try (JarProcess server = JAR.with("--metrics-port", "0").serve(ACCEPT)) {
            Map<String, Double> metrics = metrics(server);

            metrics.keySet().removeIf(name -> name.startsWith("blockingpoetry_"));
            Collection<String> names = new TreeSet<>(List.of("jvm_heap_max_bytes", "jvm_heap_used_bytes",
                    "jvm_threads_current", "process_max_fds", "process_open_fds"));
            if (Runtime.version().feature() >= 24) {
                names.addAll(List.of("jvm_virtual_thread_scheduler_parallelism", "jvm_virtual_thread_scheduler_threads",
                        "jvm_virtual_threads_mounted", "jvm_virtual_threads_queued"));
                assertTrue(metrics.get("jvm_virtual_threads_mounted") >= 1, "the one that answers");
            }
            assertEquals(names, metrics.keySet());
            assertTrue(metrics.get("jvm_threads_current") > 3, metrics::toString);
            assertTrue(metrics.get("jvm_heap_used_bytes") < metrics.get("jvm_heap_max_bytes"), metrics::toString);
            assertTrue(metrics.get("process_open_fds") < metrics.get("process_max_fds"), metrics::toString);
        }
    }

    @Test
    void whoDoesNotFinishARequestIsSentAway() throws IOException {
        try (JarProcess server = JAR.with("--metrics-port", "0").serve(ACCEPT)) {
            URI url = URI.create(url(server));
            InetSocketAddress address = new InetSocketAddress(url.getHost(), url.getPort());
            List<Client> clients = new ArrayList<>();
            for (int i = 0; i < 20; i++) { // more than may be connected at once
                clients.add(Client.connect(address).say("GET /metr".getBytes(UTF_8)));
            }

            for (Client client : clients) {
                client.readToEnd(); // fails if that takes long
                assertEquals(0, client.received().length);
                client.close();
            }
            assertFalse(metrics(server).isEmpty());
        }
    }

    @Test
    void aConnectionIsForOneRequestThatIsNotLong() throws IOException {
        try (JarProcess server = JAR.with("--metrics-port", "0").serve(ACCEPT)) {
            URI url = URI.create(url(server));
            InetSocketAddress address = new InetSocketAddress(url.getHost(), url.getPort());
            String request = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n";
            try (Client twice = Client.connect(address).say((request + "\r\n" + request + "\r\n").getBytes(UTF_8));
                    Client wordy = Client.connect(address)
                            .say((request + "X: " + "x".repeat(10_000) + "\r\n\r\n").getBytes(UTF_8))) {
                twice.readToEnd();
                assertEquals(2, new String(twice.received(), UTF_8).split("HTTP/1.1 200 ", -1).length);
                wordy.readToEnd();
                assertFalse(new String(wordy.received(), UTF_8).contains("HTTP/1.1 200 "));
            }
        }
    }

    @Test
    void promtoolFindsNothingToSay() throws Exception {
        if (!Files.isExecutable(PROMTOOL)) {
            String lack = "no " + PROMTOOL + " (Debian: prometheus)";
            if ("true".equals(System.getenv("CI"))) {
                fail(lack);
            }
            abort(lack);
        }
        try (JarProcess server = JAR.with("--metrics-port", "0").serve(ACCEPT)) {
            assertServed(ACCEPT, server.address());
            HttpResponse<String> response = get(server);
            assertEquals("text/plain; version=0.0.4; charset=utf-8",
                    response.headers().firstValue("Content-Type").orElseThrow());

            Process promtool =
                    new ProcessBuilder(PROMTOOL.toString(), "check", "metrics").redirectErrorStream(true).start();
            promtool.getOutputStream().write(response.body().getBytes(UTF_8));
            promtool.getOutputStream().close();
            assertEquals("", new String(promtool.getInputStream().readAllBytes(), UTF_8));
            assertEquals(0, promtool.waitFor());
        }
    }

    @Test
    void nothingOfItIsLoadedUnlessAsked() throws IOException {
        Pattern theirs = Pattern
                .compile("io\\.prometheus|httpserver|blockingpoetry\\.cli\\.Metrics|javax\\.management\\.MBeanServer ");

        assertFalse(theirs.matcher(loadedClasses()).find());
        assertTrue(theirs.matcher(loadedClasses("--metrics-port", "0")).find());
    }

    @Test
    void refusesAPortInUse() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertEquals(
                    new Ended(1, "", "blockingpoetry: metrics cannot be served on 127.0.0.1:" + other.getLocalPort()
                            + ": Address already in use\n"),
                    JAR.run("--metrics-port", "" + other.getLocalPort(), ACCEPT));
        }
    }

    @Test
    void refusesWhatIsNoAddress() {
        assertEquals(
                new Ended(2, "",
                        "blockingpoetry: Invalid value for option '--metrics-port': 'x' is not a port, 0 to 65535\n"),
                JAR.run("--metrics-port", "x", ACCEPT));
        assertEquals(
                new Ended(1, "", "blockingpoetry: --metrics-port nosuch.invalid is not an address of this machine\n"),
                JAR.run("--metrics-port", "nosuch.invalid:0", ACCEPT));
    }

    static List<String> designs() {
        return Design.ALL.stream().map(Design::name).filter(name -> !name.equals("sequential")).toList();
    }

    /** The names of all classes that a server loads, from its start to its end. */
    private String loadedClasses(String... options) throws IOException {
        Path file = folder.resolve("classes");
        try (JarProcess server = Jar.withFlags("-Xlog:class+load:file=" + file).with(options).serve(ACCEPT)) {
            assertServed(ACCEPT, server.address());
            assertEquals(0, server.signal("TERM").awaitEnd().exitCode());
        }
        String classes = Files.readString(file);
        assertTrue(classes.contains("blockingpoetry.cli.Serve "), classes);
        return classes;
    }

    private static String cut(String reason) {
        return "blockingpoetry_connections_cut_total{reason=\"" + reason + "\"}";
    }

    private static Map<String, Double> startingWith(String prefix, Map<String, Double> metrics) {
        Map<String, Double> some = new TreeMap<>();
        metrics.forEach((name, value) -> {
            if (name.startsWith(prefix)) {
                some.put(name.substring(prefix.length()), value);
            }
        });
        return some;
    }

    private static Map<String, Double> metrics(JarProcess server) {
        Map<String, Double> metrics = new TreeMap<>();
        for (Matcher number = NUMBER.matcher(get(server).body()); number.find();) {
            metrics.put(number.group(1), Double.valueOf(number.group(2)));
        }
        return metrics;
    }

    private static HttpResponse<String> get(JarProcess server) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url(server))).timeout(Duration.ofSeconds(30)).build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
            assertEquals(200, response.statusCode());
            return response;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static String url(JarProcess server) {
        Matcher url = URL.matcher(String.join("\n", server.log()));
        assertTrue(url.find(), server::toString);
        return url.group(1);
    }
}
