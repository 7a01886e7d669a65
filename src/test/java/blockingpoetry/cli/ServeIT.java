package blockingpoetry.cli;

import static blockingpoetry.process.Jar.JAR;
import static blockingpoetry.process.Poems.ACCEPT;
import static blockingpoetry.process.Poems.LOOP;
import static blockingpoetry.process.Poems.MACHI;
import static blockingpoetry.process.Poems.assertServed;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import blockingpoetry.Client;
import blockingpoetry.designs.Design;
import blockingpoetry.process.FreePorts;
import blockingpoetry.process.Jar;
import blockingpoetry.process.JarProcess;
import blockingpoetry.process.Namespace;
import blockingpoetry.process.Poems;
import blockingpoetry.process.ProcessResult;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Year;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.jr.ob.JSON;

/** The jar serves: what it prints, where it listens, and what a client receives. */
class ServeIT {
    private static final Pattern PAIR = Pattern.compile("(\\S+)=(\"[^\"]*\"|\\S+)");

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"th-TH", "fa-IR", "ar-EG"})
    void logsTimesOfOneCalendarInOneScript(String locale) throws IOException {
        String[] parts = locale.split("-");
        try (JarProcess server =
                Jar.withFlags("-Duser.language=" + parts[0], "-Duser.country=" + parts[1]).serve(ACCEPT)) {
            String log = server.signal("TERM").awaitEnd().err();
            assertTrue(log.startsWith(Year.now(ZoneId.systemDefault()) + "-"), log);
        }
    }

    @Test
    void noNameOfAPoemMakesALineOfItsOwn() throws IOException {
        Path poem = Files.writeString(folder.resolve("a\nServing b\" outcome=\u001b[31m"), "text");
        String name = folder + "/a\\nServing b\\\" outcome=\\u001B[31m";
        try (JarProcess server = JAR.with("--log-connections").serve(poem.toString())) {
            assertEquals("Serving " + name + " on 127.0.0.1:" + server.address().getPort() + ".\n", server.out());
            assertServed(poem.toString(), server.address());
            server.awaitLog(" poem=\"" + name + "\" ");
            Files.delete(poem);
            server.signal("HUP").awaitLog("WARN blockingpoetry - " + name + " does not exist; it is served as it was");
        }
    }

    @Test
    void printsOneLineForEachPoemAndNothingElse() throws IOException {
        try (JarProcess server = JAR.with("--max-clients", "10").serve(ACCEPT, MACHI)) {
            assertServed(ACCEPT, server.addresses().get(0));
            assertServed(MACHI, server.addresses().get(1));
            String out = "Serving poems/accept.txt on 127.0.0.1:%d.\nServing poems/machi.txt on 127.0.0.1:%d.\n"
                    .formatted(server.addresses().get(0).getPort(), server.addresses().get(1).getPort());
            int bytes = Poems.bytes(ACCEPT).length + Poems.bytes(MACHI).length;

            assertEquals(out, server.signal("TERM").awaitEnd().out());
            assertEquals(List.of(
                    "INFO blockingpoetry - design=virtual max-clients=10 java=" + Runtime.version(),
                    "INFO blockingpoetry - stopping on SIGTERM: N connections may go on for 10 s;"
                            + " a second signal ends them at once",
                    "INFO blockingpoetry - stopped: accepted=2 finished=2 aborted=0 cut=0 bytes=" + bytes),
                    // The connections of the two clients may not have ended yet.
                    server.log()
                            .stream()
                            .map(line -> line.replaceFirst(" \\d connections", " N connections"))
                            .toList());
        }
    }

    @Test
    void givesTheNextPoemsTheNextPorts() throws IOException {
        int first = FreePorts.inARow(3);

        try (JarProcess server = JAR.with("--port", "" + first).serve(ACCEPT, MACHI + "@" + (first + 2), LOOP)) {
            assertEquals("""
                    Serving poems/accept.txt on 127.0.0.1:%d.
                    Serving poems/machi.txt on 127.0.0.1:%d.
                    Serving poems/loop.txt on 127.0.0.1:%d.
                    """.formatted(first, first + 2, first + 1), server.out());
            assertServed(ACCEPT, new InetSocketAddress("127.0.0.1", first));
            assertServed(MACHI, new InetSocketAddress("127.0.0.1", first + 2));
            assertServed(LOOP, new InetSocketAddress("127.0.0.1", first + 1));
        }
    }

    @Test
    void listensOnOneAddressOfIPv6() throws IOException {
        assumeIPv6();
        try (JarProcess server = JAR.with("--iface", "::1").serve(ACCEPT)) {
            int port = server.address().getPort();

            assertEquals("Serving poems/accept.txt on [::1]:" + port + ".\n", server.out());
            assertServed(ACCEPT, new InetSocketAddress("::1", port));
            assertThrows(ConnectException.class, () -> Client.connect(new InetSocketAddress("127.0.0.1", port)));
        }
    }

    @ParameterizedTest
    @MethodSource("designs")
    void listensOnEveryAddressOfBothKinds(String design) throws IOException {
        assumeIPv6();
        try (JarProcess server = JAR.with("--design", design, "--iface", "::").serve(ACCEPT)) {
            int port = server.address().getPort();

            assertEquals("Serving poems/accept.txt on [::]:" + port + ".\n", server.out());
            assertServed(ACCEPT, new InetSocketAddress("::1", port));
            assertServed(ACCEPT, new InetSocketAddress("127.0.0.1", port));
        }
    }

    @ParameterizedTest
    @MethodSource("designs")
    void listensOnEveryAddressThereIsWithoutIPv6(String design) throws IOException {
        Namespace net = Namespace.make(0).orElse(null);
        assumeTrue(net != null, "only root can make a network namespace, and not everywhere");
        try (net;
                JarProcess server = JAR.with("--design", design, "--iface", "::")
                        .under("ip", "netns", "exec", net.name(), "sh", "-c",
                                "sysctl -qw net.ipv6.conf.all.disable_ipv6=1 && exec \"$@\"", "sh")
                        .serve(ACCEPT)) {
            int port = server.address().getPort();

            assertEquals("Serving poems/accept.txt on 0.0.0.0:" + port + ".\n", server.out());
            assertServed(ACCEPT, new InetSocketAddress(net.address(), port));
        }
    }

    @ParameterizedTest
    @MethodSource("designs")
    void listensOnSeveralAddresses(String design) throws IOException {
        int port = FreePorts.one();
        Jar jar = JAR.with("--design", design, "--iface", "127.0.0.2", "--iface", "127.0.0.3");
        try (JarProcess server = jar.with("--port", "" + port).start(ACCEPT).awaitServing(2)) {
            assertEquals("Serving poems/accept.txt on 127.0.0.2:%d.\nServing poems/accept.txt on 127.0.0.3:%d.\n"
                    .formatted(port, port), server.out());
            assertServed(ACCEPT, server.addresses().get(0));
            assertServed(ACCEPT, server.addresses().get(1));
            assertThrows(ConnectException.class, () -> Client.connect(new InetSocketAddress("127.0.0.1", port)));
        }
        try (JarProcess server = jar.start(ACCEPT).awaitServing(2)) {
            assertServed(ACCEPT, server.addresses().get(0));
            assertServed(ACCEPT, server.addresses().get(1));
        }
    }

    @Test
    void listensOnAllAddressesOrOnNone() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.3"))) {
            int port = other.getLocalPort();

            assertEquals(
                    new ProcessResult(1, "",
                            "blockingpoetry: poems/accept.txt cannot be served on 127.0.0.3:" + port
                                    + ": Address already in use\n"),
                    JAR.run("--iface", "127.0.0.2", "--iface", "127.0.0.3", "--port", "" + port, ACCEPT));
        }
    }

    @Test
    void readsAPoemOnceForAllItsAddresses() throws IOException {
        Path poem = Files.writeString(folder.resolve("poem"), "first");
        try (JarProcess server = JAR.with("--iface", "127.0.0.2", "--iface", "127.0.0.3")
                .start(poem.toString())
                .awaitServing(2)) {
            Files.writeString(poem, "second");
            server.signal("HUP").awaitLog("read again on SIGHUP: 1 poems, 1 changed, 0 unreadable");

            assertServed(poem.toString(), server.addresses().get(0));
            assertServed(poem.toString(), server.addresses().get(1));
        }
    }

    @Test
    void logsAnObjectALineIfAsked() throws IOException {
        Path poem = Files.writeString(folder.resolve("a\n\"b\""), "text");
        try (JarProcess server = JAR.with("--log-format", "json", "--log-connections").start(poem.toString())) {
            server.await("the start", () -> server.err().contains("\"design\":\"virtual\",\"max-clients\":"));
            assertServed(poem.toString(), server.address());
            server.signal("HUP")
                    .await("the reading", () -> server.err().contains("\"message\":\"read again on SIGHUP"));
            server.await("the line", () -> server.err().contains("\"outcome\":\"finished\""));

            List<String> lines = server.signal("TERM").awaitEnd().err().lines().toList();
            for (String line : lines) {
                assertEquals("blockingpoetry", JSON.std.mapFrom(line).get("logger"), line);
            }
            assertTrue(lines.stream()
                    .anyMatch(line -> line.contains("\"id\":1,")
                            && line.contains("\"poem\":\"" + folder + "/a\\n\\\"b\\\"\",\"bytes\":4,")),
                    server::toString);
            assertTrue(lines.getLast().contains("\"message\":\"stopped\",\"accepted\":1,"), server::toString);
        }
    }

    @Test
    void listensOnEveryAddressOfIPv4() throws IOException {
        try (JarProcess server = JAR.with("--iface", "0.0.0.0").serve(ACCEPT)) {
            int port = server.address().getPort();

            assertEquals("Serving poems/accept.txt on 0.0.0.0:" + port + ".\n", server.out());
            assertServed(ACCEPT, new InetSocketAddress("127.0.0.1", port));
            assertServed(ACCEPT, new InetSocketAddress("127.0.0.2", port));
        }
    }

    @Test
    void sendsTheSameBytesToASocketAndToGet() throws IOException {
        byte[] everyByte = new byte[256];
        for (int i = 0; i < everyByte.length; i++) {
            everyByte[i] = (byte) i;
        }
        byte[] large = new byte[5_000_000];
        new Random(1).nextBytes(large);
        String[] poems = {MACHI, file("one", new byte[]{'\n'}), file("every", everyByte), file("large", large)};

        try (JarProcess server = JAR.serve(poems)) {
            List<String> get = new ArrayList<>(List.of("get", "--save", folder.toString()));
            for (int i = 0; i < poems.length; i++) {
                assertServed(poems[i], server.addresses().get(i));
                get.add("127.0.0.1:" + server.addresses().get(i).getPort());
            }

            assertEquals(0, JAR.run(get.toArray(String[]::new)).exitCode());
            for (int i = 0; i < poems.length; i++) {
                Path saved = folder.resolve("127.0.0.1-" + server.addresses().get(i).getPort() + ".txt");
                assertArrayEquals(Poems.bytes(poems[i]), Files.readAllBytes(saved), poems[i]);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("designs")
    void logsALineForEachConnectionIfAsked(String design) throws IOException {
        try (JarProcess server = JAR.with("--log-connections", "--design", design).serve(ACCEPT, MACHI)) {
            int client = serveAndTellPort(MACHI, server.addresses().get(1));
            server.awaitLog("id=1");

            Map<String, String> line = pairs(server.log().getLast());
            assertTrue(line.remove("duration").matches("\\d+\\.\\d{6}"), server::toString);
            assertEquals(Map.of("id", "1", "design", design, "client", "127.0.0.1:" + client, "poem",
                    "\"poems/machi.txt\"", "bytes", "" + Poems.bytes(MACHI).length, "outcome", "finished", "open", "0"),
                    line);
        }
    }

    @Test
    void printsItsVersion() {
        ProcessResult result = JAR.run("--version");

        assertTrue(result.out()
                .replace(Runtime.version().toString(), "V")
                .matches("blockingpoetry 1\\.0(, commit [0-9a-f]{10}(-dirty)?)?, Java V\n"), result::toString);
        assertEquals(Files.exists(Path.of(".git")), result.out().contains(", commit "), result::toString);
        assertEquals(new ProcessResult(0, result.out(), ""), result);
    }

    static List<String> designs() {
        return Design.ALL.stream().map(Design::name).toList();
    }

    private static int serveAndTellPort(String poem, InetSocketAddress address) throws IOException {
        try (Client client = Client.connect(address)) {
            Poems.assertWhole(poem, client);
            return client.port();
        }
    }

    private static Map<String, String> pairs(String line) {
        Map<String, String> pairs = new HashMap<>();
        for (Matcher pair = PAIR.matcher(line.replaceFirst("INFO blockingpoetry - ", "")); pair.find();) {
            pairs.put(pair.group(1), pair.group(2));
        }
        return pairs;
    }

    private String file(String name, byte[] bytes) throws IOException {
        return Files.write(folder.resolve(name), bytes).toString();
    }

    private static void assumeIPv6() {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
            assumeTrue(listener.isBound());
        } catch (IOException e) {
            assumeTrue(false, "this machine has no IPv6: " + e.getMessage());
        }
    }
}
