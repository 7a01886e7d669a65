package blockingpoetry.cli;

import static blockingpoetry.cli.Jar.JAR;
import static blockingpoetry.cli.Poems.ACCEPT;
import static blockingpoetry.cli.Poems.LOOP;
import static blockingpoetry.cli.Poems.MACHI;
import static blockingpoetry.cli.Poems.assertServed;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import blockingpoetry.Client;
import blockingpoetry.Design;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
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

/** The jar serves: what it says, where it listens, and what a client receives. */
class ServeIT {
    private static final Pattern PAIR = Pattern.compile("(\\S+)=(\"[^\"]*\"|\\S+)");

    @TempDir
    Path folder;

    @Test
    void saysOneLineForEachPoemAndNothingElse() throws IOException {
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
                    "INFO blockingpoetry - stopped: Stats[open=0, finished=2, aborted=0, cut=0, bytes=" + bytes + "]"),
                    // The connections of the two clients may still be seen to end.
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

    @Test
    void listensOnEveryAddressOfBothKinds() throws IOException {
        assumeIPv6();
        try (JarProcess server = JAR.with("--iface", "::").serve(ACCEPT)) {
            int port = server.address().getPort();

            assertEquals("Serving poems/accept.txt on [::]:" + port + ".\n", server.out());
            assertServed(ACCEPT, new InetSocketAddress("::1", port));
            assertServed(ACCEPT, new InetSocketAddress("127.0.0.1", port));
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
    void saysWhatItIs() {
        assertEquals(new Ended(0, "blockingpoetry 1.0, Java " + Runtime.version() + "\n", ""), JAR.run("--version"));
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
