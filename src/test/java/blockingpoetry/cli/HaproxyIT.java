package blockingpoetry.cli;

import static blockingpoetry.cli.Jar.JAR;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import blockingpoetry.Client;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three servers behind HAProxy, as {@code src/main/dist/haproxy.cfg} has it, while clients come all the time. That a server which is
 * killed resets its recitals is a test of its own, {@link SignalsIT}: HAProxy does not pass that on.
 */
class HaproxyIT {
    private static final Path HAPROXY = Path.of("/usr/sbin/haproxy");
    private static final List<String> NAMES = List.of("one", "two", "three");

    /** A poem takes about a tenth of a second, so that there are always some in flight. */
    private static final Jar SLOW = JAR.with("--num-bytes", "500", "--delay", "0.02");

    private static final int CLIENTS = 12;

    @TempDir
    Path folder;

    private final int port = FreePorts.inARow(2);
    private final List<Namespace> namespaces = new ArrayList<>(); // none, or one for each server
    private final List<JarProcess> servers = new ArrayList<>();
    private JarProcess haproxy;
    private Path socket;
    private String poem;
    private byte[] bytes;

    @BeforeEach
    void start() throws IOException {
        if (!Files.isExecutable(HAPROXY)) {
            String lack = "no " + HAPROXY + " (Debian: haproxy)";
            if ("true".equals(System.getenv("CI"))) {
                fail(lack);
            }
            abort(lack);
        }
        bytes = new byte[3_003];
        new Random(1).nextBytes(bytes);
        poem = Files.write(folder.resolve("poem"), bytes).toString();
        for (int i = 0; i < NAMES.size(); i++) {
            Namespace.make(i).ifPresent(namespaces::add);
        }
        for (int i = 0; i < NAMES.size(); i++) {
            servers.add(serve(i));
        }
        socket = folder.resolve("socket");
        String config = Files.readString(Path.of("src/main/dist/haproxy.cfg"))
                .replace("/run/haproxy/poetry.sock", socket.toString())
                .replace("bind :10000", "bind 127.0.0.1:" + port)
                .replace(":10000\n", ":" + port + "\n")
                .replace("port 9100", "port " + (port + 1));
        for (int i = 0; i < NAMES.size(); i++) {
            config = config.replace("127.0.1." + (i + 1) + ":", address(i) + ":");
        }
        Path file = Files.writeString(folder.resolve("haproxy.cfg"), config);
        haproxy = JarProcess.start(List.of(HAPROXY.toString(), "-db", "-f", file.toString()));
        haproxy.await("three servers", () -> NAMES.stream().allMatch(name -> field(name, "status").startsWith("UP")));
    }

    @AfterEach
    void stop() {
        if (haproxy != null) {
            haproxy.close();
        }
        servers.forEach(JarProcess::close);
        namespaces.forEach(Namespace::close);
    }

    @Test
    void aRollingRestartLosesNoPoem() throws Exception {
        Load load = new Load();
        for (int i = 0; i < NAMES.size(); i++) {
            String name = NAMES.get(i);
            load.awaitPoems();
            tell("set server poetry/" + name + " state drain");
            haproxy.await("the last client of " + name, () -> field(name, "scur").equals("0"));
            assertEquals(0, servers.get(i).signal("TERM").awaitEnd().exitCode());
            assertTrue(servers.get(i).log().getLast().contains("aborted=0, cut=0,"), servers.get(i)::toString);
            servers.set(i, serve(i));
            tell("set server poetry/" + name + " state ready");
            haproxy.await("new clients of " + name,
                    () -> field(name, "status").startsWith("UP") && !field(name, "scur").equals("0"));
        }
        load.awaitPoems();
        load.stop();

        assertEquals(List.of(), load.broken);
    }

    @Test
    void aKillLosesOnlyRecitalsInFlight() throws Exception {
        Load load = new Load();
        load.awaitPoems();
        haproxy.await("clients of two", () -> !field("two", "scur").equals("0"));
        servers.get(1).signal("KILL").awaitEnd();
        load.awaitPoems();
        haproxy.await("its absence to be seen", () -> field("two", "status").startsWith("DOWN"));
        load.awaitPoems();
        load.stop();

        // Each client has one recital in flight, and so loses one at most.
        int broken = load.broken.size();
        assertTrue(broken >= 1 && broken <= CLIENTS, load.broken::toString);
    }

    private JarProcess serve(int index) {
        String address = address(index);
        Jar jar = areApart() ? SLOW.under("ip", "netns", "exec", namespaces.get(index).name()) : SLOW;
        return jar.with("--iface", address, "--port", "" + port, "--metrics-port", address + ":" + (port + 1))
                .serve(poem);
    }

    /** Each server has a network of its own where this machine allows that, and else an address of its own. */
    private String address(int index) {
        return areApart() ? namespaces.get(index).address() : "127.0.1." + (index + 1);
    }

    private boolean areApart() {
        return namespaces.size() == NAMES.size();
    }

    /** A value of HAProxy's statistics. */
    private String field(String server, String name) {
        if (!Files.exists(socket)) {
            return "";
        }
        List<List<String>> table =
                tell("show stat").lines()
                        .map(line -> Arrays.asList(line.replaceFirst("^# ", "").split(",", -1)))
                        .toList();
        return table.stream()
                .filter(row -> row.size() > 1 && row.get(0).equals("poetry") && row.get(1).equals(server))
                .map(row -> row.get(table.getFirst().indexOf(name)))
                .findFirst()
                .orElse("");
    }

    /** Says a line to HAProxy, and returns the answer. */
    private String tell(String command) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.write(ByteBuffer.wrap((command + "\n").getBytes(US_ASCII)));
            return new String(Channels.newInputStream(channel).readAllBytes(), US_ASCII);
        } catch (IOException e) {
            return "";
        }
    }

    /** Clients that fetch one poem after the other. */
    private final class Load {
        final AtomicInteger poems = new AtomicInteger();
        final List<String> broken = new CopyOnWriteArrayList<>();
        private final AtomicBoolean over = new AtomicBoolean();
        private final List<Thread> threads = new ArrayList<>();

        Load() {
            for (int i = 0; i < CLIENTS; i++) {
                threads.add(Thread.ofPlatform().start(this::fetchAll));
            }
        }

        private void fetchAll() {
            while (!over.get()) {
                try (Client client = Client.connect(new InetSocketAddress("127.0.0.1", port))) {
                    Client.End end = client.readToEnd();
                    byte[] received = client.received();
                    if (end == Client.End.CLEAN && Arrays.equals(bytes, received)) {
                        poems.incrementAndGet();
                    } else {
                        broken.add(end + " after " + received.length + " bytes");
                    }
                } catch (IOException e) {
                    broken.add(e.toString());
                }
            }
        }

        /** Waits for some more. */
        void awaitPoems() {
            int wanted = poems.get() + 3 * CLIENTS;
            haproxy.await("more poems", () -> poems.get() >= wanted);
        }

        void stop() throws InterruptedException {
            over.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }
}
