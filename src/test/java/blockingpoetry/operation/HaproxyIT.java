package blockingpoetry.operation;

import static blockingpoetry.process.Installed.needs;
import static blockingpoetry.process.Jar.JAR;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import blockingpoetry.Client;
import blockingpoetry.process.Jar;
import blockingpoetry.process.JarProcess;
import blockingpoetry.process.Namespace;
import blockingpoetry.process.ProcessResult;
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
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code src/main/dist/haproxy.cfg} and the commands in its comments, as they stand there but for the folder of HAProxy's socket,
 * while clients come all the time. All run in a network of their own if this machine allows that, and otherwise in that of the
 * test. HAProxy does not pass on the resets of a killed server: {@link SignalHandlerIT} tests these without it.
 */
@Tag("slow")
class HaproxyIT {
    private static final Path HAPROXY = Path.of("/usr/sbin/haproxy");
    private static final List<String> NAMES = List.of("one", "two", "three");

    /** So slow, a second and a half for a poem, that some are always in flight. */
    private static final Jar SLOW = JAR.with("--num-bytes", "200", "--delay", "0.1");

    private static final int CLIENTS = 12;

    @TempDir
    Path folder;

    private final Optional<Namespace> namespace = Namespace.make(0);
    private final List<JarProcess> servers = new ArrayList<>();
    private List<String> commands; // those of the comments
    private JarProcess haproxy;
    private byte[] bytes;

    @BeforeEach
    void start() throws IOException {
        needs("haproxy", "haproxy");
        needs("socat", "socat");
        bytes = new byte[3_003];
        new Random(1).nextBytes(bytes);
        Files.write(folder.resolve("poem.txt"), bytes);
        Path command = Files.writeString(folder.resolve("blockingpoetry"),
                "exec " + String.join(" ", SLOW.command()) + " \"$@\"\n");
        assertTrue(command.toFile().setExecutable(true));
        String config =
                Files.readString(Path.of("src/main/dist/haproxy.cfg")).replace("/run/haproxy", folder.toString());
        commands = config.lines().filter(line -> line.startsWith("#     ")).map(line -> line.substring(6)).toList();
        for (int i = 0; i < NAMES.size(); i++) {
            servers.add(serve(i));
        }
        Path file = Files.writeString(folder.resolve("haproxy.cfg"), config);
        haproxy = JarProcess.start(apart(HAPROXY.toString(), "-db", "-f", file.toString()));
        haproxy.await("three servers", () -> NAMES.stream().allMatch(name -> field(name, "status").startsWith("UP")));
    }

    @AfterEach
    void stop() {
        if (haproxy != null) {
            haproxy.close();
        }
        servers.forEach(JarProcess::close);
        namespace.ifPresent(Namespace::close);
    }

    @Test
    void aRollingRestartLosesNoPoem() throws Exception {
        Load load = new Load();
        for (int i = 0; i < NAMES.size(); i++) {
            String name = NAMES.get(i);
            load.awaitPoems();
            List<String> restart = commands.subList(NAMES.size(), commands.size())
                    .stream()
                    .map(command -> command.replace("poetry/one", "poetry/" + name).replace("one,0", name + ",0"))
                    .toList();
            int stop = restart.indexOf("(restart it)");
            run(restart.subList(0, stop));
            ProcessResult stopped = servers.get(i).signal("TERM").awaitEnd();
            assertEquals(0, stopped.exitCode());
            assertTrue(stopped.err().contains("stopping on SIGTERM: 0 connections "), stopped::err);
            servers.set(i, serve(i));
            run(restart.subList(stop + 1, restart.size()));
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
        return JarProcess.start(apart(shell("exec " + commands.get(index)))).awaitServing(1);
    }

    private void run(List<String> commands) {
        for (String command : commands) {
            try (JarProcess process = JarProcess.start(List.of(shell(command)))) {
                ProcessResult result = process.awaitEnd();
                assertEquals(new ProcessResult(0, result.out(), ""), result);
            }
        }
    }

    private String[] shell(String command) {
        return new String[]{"sh", "-c", "cd '" + folder + "'; PATH=.:$PATH; " + command};
    }

    /** A command in the namespace, if there is one. */
    private List<String> apart(String... command) {
        List<String> words = new ArrayList<>();
        namespace.ifPresent(net -> words.addAll(List.of("ip", "netns", "exec", net.name())));
        words.addAll(List.of(command));
        return words;
    }

    /** A value of HAProxy's statistics. */
    private String field(String server, String name) {
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

    /** Sends a command to HAProxy, and returns the answer. */
    private String tell(String command) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(folder.resolve("poetry.sock")));
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
        private final InetSocketAddress address =
                new InetSocketAddress(namespace.map(Namespace::address).orElse("127.0.0.1"), 10_000);
        private final AtomicBoolean over = new AtomicBoolean();
        private final List<Thread> threads = new ArrayList<>();

        Load() {
            for (int i = 0; i < CLIENTS; i++) {
                threads.add(Thread.ofPlatform().start(this::fetchAll));
            }
        }

        private void fetchAll() {
            while (!over.get()) {
                try (Client client = Client.connect(address)) {
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

        /** Waits until some more poems have arrived. */
        void awaitPoems() {
            int wanted = poems.get() + CLIENTS;
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
