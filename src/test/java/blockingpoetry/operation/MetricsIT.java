package blockingpoetry.operation;

import static blockingpoetry.process.Installed.needs;
import static blockingpoetry.process.Jar.JAR;
import static blockingpoetry.process.Poems.ACCEPT;
import static blockingpoetry.process.Poems.assertServed;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import blockingpoetry.Client;
import blockingpoetry.Service;
import blockingpoetry.designs.Design;
import blockingpoetry.process.FreePorts;
import blockingpoetry.process.Jar;
import blockingpoetry.process.JarProcess;
import blockingpoetry.process.ProcessResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The metrics for Prometheus, and the checks of a balancer; without the option for them they cost nothing. */
class MetricsIT {
    private static final Pattern URL = Pattern.compile("numbers for Prometheus are on (http://127.0.0.1:\\d+/metrics)");
    private static final Pattern NUMBER = Pattern.compile("(?m)^(\\w+(?:\\{.*\\})?) (\\S+)$");
    private static final Path PROMTOOL = Path.of("/usr/bin/promtool");

    @TempDir
    Path folder;

    @ParameterizedTest
    @MethodSource("designs")
    void countsWhatTheServerDid(String design) throws IOException {
        String quick = Files.writeString(folder.resolve("quick"), "one chunk\n").toString();
        String slow = Files.write(folder.resolve("slow"), new byte[100_000]).toString();
        Jar jar = JAR.with("--design", design, "--metrics-port", "0", "--num-bytes", "10", "--delay", "0.02",
                "--max-clients-per-address", "2", "--max-clients", "50");
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
                assertEquals(Map.of("accepted_total", 5.0, "open", 2.0, "max", 50.0, "finished_total", 1.0,
                        "aborted_total", 1.0, "cut_total{reason=\"refused\"}", 1.0, "cut_total{reason=\"stalled\"}",
                        0.0,
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

    /** Those names of the Prometheus client that its dashboards need most, and ours for the scheduler of virtual threads. */
    @Test
    void describesTheProcess() throws IOException {
        try (JarProcess server = JAR.with("--metrics-port", "0").serve(ACCEPT)) {
            double now = System.currentTimeMillis() / 1e3;
            Map<String, Double> metrics = metrics(server);

            assertEquals(now, metrics.get("process_start_time_seconds"), 60);
            assertTrue(metrics.get("process_cpu_seconds_total") > 0, metrics::toString);
            assertTrue(metrics.get("process_resident_memory_bytes") > metrics.get(memory("used", "heap")),
                    metrics::toString);
            assertTrue(metrics.get("process_open_fds") < metrics.get("process_max_fds"), metrics::toString);
            assertTrue(metrics.get(memory("used", "heap")) < metrics.get(memory("max", "heap")), metrics::toString);
            assertTrue(metrics.get(memory("committed", "nonheap")) > 0, metrics::toString);
            assertTrue(metrics.get("jvm_threads_current") > 3, metrics::toString);
            assertFalse(startingWith("jvm_gc_collection_seconds_count{gc=", metrics).isEmpty(), metrics::toString);
            if (Runtime.version().feature() >= 24) {
                assertEquals(Set.of("_scheduler_parallelism", "_scheduler_threads", "s_mounted", "s_queued"),
                        startingWith("jvm_virtual_thread", metrics).keySet());
                assertTrue(metrics.get("jvm_virtual_threads_mounted") >= 1, "the thread that answers");
            }
        }
    }

    @Test
    void saysWhatIsRunning() throws IOException {
        try (JarProcess server = JAR.with("--metrics-port", "0", "--design", "selector").serve(ACCEPT)) {
            String info = startingWith("blockingpoetry_build_info", metrics(server)).keySet().iterator().next();

            assertTrue(
                    info.matches("\\{commit=\".*\",design=\"selector\",java=\"" + Pattern.quote("" + Runtime.version())
                            + "\",version=\"[0-9.]+\"}"),
                    info);
        }
    }

    @Test
    void countsReloads() throws IOException {
        Path poem = Files.writeString(folder.resolve("poem"), "old\n");
        try (JarProcess server = JAR.with("--metrics-port", "0").serve(poem.toString())) {
            assertReloads(0, 0, server);
            Files.delete(poem);
            server.signal("HUP").awaitLog("0 changed, 1 unreadable");
            assertReloads(1, 1, server);
            Files.writeString(poem, "newer\n");
            server.signal("HUP").awaitLog("1 changed, 0 unreadable");
            assertReloads(2, 1, server);
            assertEquals(6,
                    metrics(server).get("blockingpoetry_poem_size_bytes" + labels(poem.toString(), server.address())));
        }
    }

    /** The server may have accepted one client of each poem more than it may hold. */
    @ParameterizedTest
    @ValueSource(strings = {"localhost", "0.0.0.0", "::", "::1"})
    void countsTheClientsInEachBacklog(String iface) throws IOException {
        String poem = Files.writeString(folder.resolve("poem"), "a poem of some lines\n".repeat(10)).toString();
        Jar jar = JAR.with("--metrics-port", "0", "--iface", iface, "--max-clients", "1", "--delay", "60");
        List<Client> clients = new ArrayList<>();
        try (JarProcess server = jar.serve(poem, ACCEPT)) {
            String reached = iface.equals("::1") ? iface : "127.0.0.1";
            List<InetSocketAddress> addresses = server.addresses();
            String first = "blockingpoetry_backlog_clients" + labels(poem, addresses.get(0));
            String second = "blockingpoetry_backlog_clients" + labels(ACCEPT, addresses.get(1));
            clients.add(Client.connect(new InetSocketAddress(reached, addresses.get(0).getPort())).read(10));
            for (int i = 0; i < 5; i++) {
                clients.add(Client.connect(new InetSocketAddress(reached, addresses.get(1).getPort())));
            }

            server.await("four or five that wait", () -> metrics(server).get(second) >= 4);
            assertEquals(4.5, metrics(server).get(second), 0.5);
            assertEquals(0, metrics(server).get(first));
        } finally {
            for (Client client : clients) {
                client.close();
            }
        }
    }

    @Test
    void onEveryIpv4AddressIsOnNoIpv6Address() throws IOException {
        int port = FreePorts.one();
        try (JarProcess server = JAR.with("--metrics-port", "0.0.0.0:" + port).serve(ACCEPT)) {
            server.awaitLog("numbers for Prometheus are on http://0.0.0.0:" + port + "/metrics");
            Client.connect(new InetSocketAddress("127.0.0.1", port)).close();
            assertThrows(ConnectException.class, () -> Client.connect(new InetSocketAddress("::1", port)));
        }
    }

    @Test
    void isNotReadyFromTheFirstMomentOfAStopAndCountsOn() throws IOException {
        try (JarProcess server = JAR.with("--metrics-port", "0", "--delay", "60").serve(ACCEPT);
                Client client = Client.connect(server.address()).read(10)) {
            assertEquals("200 ok\n", answer(server, "/-/ready"));
            assertEquals("200 ok\n", answer(server, "/-/healthy"));
            server.signal("TERM").awaitLog("stopping on");

            assertEquals("503 stopping\n", answer(server, "/-/ready"));
            assertEquals("200 ok\n", answer(server, "/-/healthy"));
            assertEquals(1, metrics(server).get("blockingpoetry_connections_open"));
        }
    }

    @Test
    void answersOnlyWhatIsAskedOfIt() throws IOException {
        String expected = """
                200 GET /metrics localhost
                200 GET /metrics?x=1 LOCALHOST:80
                200 GET /metrics 127.0.0.1:80
                200 GET /metrics [::1]:80
                200 HEAD /metrics localhost
                200 GET /metrics -
                200 GET /-/ready -
                200 GET /-/ready 127.0.0.1:80
                200 GET /-/healthy localhost
                200 HEAD /-/ready localhost
                404 GET /metricsfoo localhost
                404 GET /metrics/ localhost
                404 GET / localhost
                404 GET /-/ localhost
                404 GET /-/readyfoo localhost
                403 GET /metrics example.org
                403 GET /metrics example.org:80
                403 GET /metrics 127.0.0.1.example.org
                403 GET /-/ready example.org
                405 POST /metrics localhost
                405 POST /-/ready localhost
                405 DELETE /metrics localhost
                405 TRACE /metrics localhost
                """;
        try (JarProcess server = JAR.with("--metrics-port", "0").serve(ACCEPT)) {
            URI url = URI.create(url(server));
            InetSocketAddress address = new InetSocketAddress(url.getHost(), url.getPort());
            StringBuilder actual = new StringBuilder();
            for (String line : expected.lines().toList()) {
                String[] words = line.split(" ");
                String request = words[1] + " " + words[2]
                        + (words[3].equals("-") ? " HTTP/1.0\r\n\r\n" : " HTTP/1.1\r\nHost: " + words[3] + "\r\n\r\n");
                try (Client client = Client.connect(address).say(request.getBytes(UTF_8))) {
                    client.readToEnd();
                    String answer = new String(client.received(), UTF_8);
                    actual.append(answer.replaceFirst("(?s)^HTTP/1.1 (\\d+) .*", "$1"))
                            .append(line.substring(3))
                            .append('\n');
                    assertEquals(line.startsWith("200 GET /m"), answer.contains("blockingpoetry_"), answer);
                    assertEquals(line.startsWith("405"), answer.contains("Allow: GET, HEAD\r\n"), answer);
                }
            }
            assertEquals(expected, actual.toString());
            assertEquals(2, server.log().size(), server::toString); // the JDK has nothing to say
        }
    }

    /** After five seconds, at the next look of one a second; without the limits of ours it would be at the next of one in ten. */
    @ParameterizedTest
    @Tag("slow")
    @ValueSource(strings = {"", "GET /metr"})
    void aClientThatDoesNotFinishItsRequestIsDisconnected(String begin) throws IOException {
        try (JarProcess server = JAR.with("--metrics-port", "0").serve(ACCEPT)) {
            URI url = URI.create(url(server));
            InetSocketAddress address = new InetSocketAddress(url.getHost(), url.getPort());
            long startNanos = System.nanoTime();
            List<Client> clients = new ArrayList<>();
            for (int i = 0; i < 20; i++) { // more than the limit of connections
                clients.add(Client.connect(address).say(begin.getBytes(UTF_8)));
            }

            for (Client client : clients) {
                client.readToEnd(); // fails after a while without an end
                assertEquals(0, client.received().length);
                client.close();
            }
            Duration waited = Duration.ofNanos(System.nanoTime() - startNanos);
            assertTrue(waited.toSeconds() < 9, waited::toString);
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
    void promtoolAcceptsTheMetrics() throws Exception {
        needs("promtool", "prometheus");
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
    void noClassOfItIsLoadedWithoutTheOption() throws IOException {
        Pattern theirs = Pattern
                .compile(
                        "io\\.prometheus|httpserver|blockingpoetry\\.operation\\.(Server)?Metrics|javax\\.management\\.MBeanServer ");

        assertFalse(theirs.matcher(loadedClasses()).find());
        assertTrue(theirs.matcher(loadedClasses("--metrics-port", "0")).find());
    }

    @Test
    void refusesAPortInUse() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertEquals(
                    new ProcessResult(1, "",
                            "blockingpoetry: metrics cannot be served on 127.0.0.1:" + other.getLocalPort()
                                    + ": Address already in use\n"),
                    JAR.run("--metrics-port", "" + other.getLocalPort(), ACCEPT));
        }
    }

    @Test
    void refusesWhatIsNoAddress() {
        assertEquals(
                new ProcessResult(2, "",
                        "blockingpoetry: Invalid value for option '--metrics-port': 'x' is not a port, 0 to 65535\n"),
                JAR.run("--metrics-port", "x", ACCEPT));
        assertEquals(
                new ProcessResult(1, "",
                        "blockingpoetry: --metrics-port nosuch.invalid is not an address of this machine\n"),
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

    private static void assertReloads(int reloads, int failures, JarProcess server) {
        Map<String, Double> metrics = metrics(server);
        assertEquals(reloads, metrics.get("blockingpoetry_reloads_total"));
        assertEquals(failures, metrics.get("blockingpoetry_reload_failures_total"));
    }

    private static String labels(String poem, InetSocketAddress address) {
        return "{address=\"" + Service.hostPort(address) + "\",poem=\"" + poem + "\"}";
    }

    private static String memory(String what, String area) {
        return "jvm_memory_" + what + "_bytes{area=\"" + area + "\"}";
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
        return get(server, "/metrics");
    }

    private static String answer(JarProcess server, String path) {
        HttpResponse<String> response = get(server, path);
        return response.statusCode() + " " + response.body();
    }

    private static HttpResponse<String> get(JarProcess server, String path) {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url(server)).resolve(path)).timeout(Duration.ofSeconds(30)).build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request, BodyHandlers.ofString());
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
