package blockingpoetry.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import blockingpoetry.Crowd;
import blockingpoetry.bench.load.Behaviour;
import blockingpoetry.process.FreePorts;
import blockingpoetry.process.Jar;
import blockingpoetry.process.JarProcess;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nothing is left of what the system gives, and ten times as many clients as there was come and stay. The server says so
 * once, does not spin, and when they go, it serves all who wait.
 */
@Tag("faults")
@Timeout(120)
class ExhaustionIT {
    private static final Duration PATIENCE = Duration.ofSeconds(100);

    /** Enough places and time for clients to take all there is, and to keep it. */
    private static final String[] GENEROUS = {"--max-clients", "100000", "--drain-timeout", "3600"};

    @TempDir
    Path folder;

    @EachDesign
    void ofDescriptors(String design) throws Exception {
        int limit = 100;
        Verses poem = Verses.write(folder, 3_003);
        boolean sequential = design.equals("sequential");
        // The only client of "sequential" cannot take all descriptors, so they are taken away from it instead.
        String[] limited = {"sh", "-c", "ulimit -n " + limit + " && exec \"$@\"", "sh"};
        Jar jar = sequential ? Jar.serving(design) : Jar.serving(design).with(GENEROUS).under(limited);
        Behaviour stays = sequential ? Behaviour.PLAIN : Behaviour.PLAIN.holding(poem.bytes().length);

        try (JarProcess server = jar.serve(poem.file())) {
            if (sequential) {
                limitDescriptors(server, "4:");
            }
            try (Crowd crowd = crowd(server, poem, 10 * limit, stays)) {
                server.awaitLog("cannot serve clients");
                awaitRest(server);
                server.signal("USR1").awaitLog("accepted="); // neither that nor the watch of the heap needs one
                if (sequential) {
                    limitDescriptors(server, "20000:");
                }
                crowd.release();
                Crowd.Result result = crowd.await();
                server.awaitLog("accepting again after");
                poem.assertServed(server.address());

                Fault.DESCRIPTORS.found(design, 10 * limit, result.count(Crowd.End.WHOLE));
                assertEquals(Map.of(Crowd.End.WHOLE, 10 * limit), result.ends());
                assertOneLineAnEpisode(server);
            }
        }
    }

    /** They try to connect before it listens, so that it has never accepted anybody when there is no descriptor left. */
    @EachDesign
    void fromTheFirstInstant(String design) throws Exception {
        int limit = 150;
        int clients = 10 * limit;
        Verses poem = Verses.write(folder, 3_003);
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), FreePorts.one());
        CountDownLatch leave = new CountDownLatch(1);
        AtomicInteger whole = new AtomicInteger();
        List<Thread> crowd = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            crowd.add(Thread.startVirtualThread(() -> {
                if (visit(address, poem, leave)) {
                    whole.incrementAndGet();
                }
            }));
        }
        String[] limited = {"sh", "-c", "ulimit -n " + limit + " && exec \"$@\"", "sh"};
        try (JarProcess server = Jar.serving(design)
                .with(GENEROUS)
                .with("--port", "" + address.getPort())
                .under(limited)
                .serve(poem.file())) {
            if (!design.equals("sequential")) { // which has one client at a time
                server.awaitLog("cannot serve clients");
                awaitRest(server);
            }
            server.signal("USR1").awaitLog("accepted=");
            leave.countDown();
            for (Thread each : crowd) {
                each.join();
            }
            Fault.FIRST_INSTANT.found(design, clients, whole.get());
            assertEquals(clients, whole.get(), server::toString);
        }
    }

    /** Connects as soon as somebody listens, and stays after the poem until it may leave. Returns whether the poem was whole. */
    private static boolean visit(InetSocketAddress address, Verses poem, CountDownLatch leave) {
        long endNanos = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < endNanos) {
            try (Socket socket = new Socket()) {
                socket.connect(address);
                byte[] received = socket.getInputStream().readAllBytes();
                leave.await();
                return Arrays.equals(received, poem.bytes());
            } catch (ConnectException e) {
                LockSupport.parkNanos(5_000_000); // nobody listens yet
            } catch (IOException | InterruptedException e) {
                return false;
            }
        }
        return false;
    }

    /** Whom it has accepted but has no thread for it resets, in sight of the client. */
    @Test
    void ofThreads() throws Exception {
        // The limit counts all processes of a user, so it takes one who has none.
        assumeTrue(System.getProperty("user.name").equals("root"), "only root can become another user");
        int limit = 60;
        Path jarFile = Path.of(System.getProperty("blockingpoetry.jar"));
        Path copy = Files.copy(jarFile, folder.resolve("blockingpoetry.jar"));
        Verses poem = Verses.write(folder, 3_003);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Jar jar = new Jar(List.of("prlimit", "--nproc=" + limit, "setpriv", "--reuid=65534", "--regid=65534",
                "--clear-groups", Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar",
                copy.toString(), "--design", "platform")).with(GENEROUS);

        try (JarProcess server = jar.serve(poem.file());
                Crowd crowd = crowd(server, poem, 10 * limit, Behaviour.PLAIN.holding(poem.bytes().length))) {
            server.awaitLog("trying on: unable to create native thread");
            server.await("nobody left who waits", () -> crowd.holding() + crowd.ended() == 10 * limit);
            awaitRest(server);
            crowd.release();
            Crowd.Result result = crowd.await();
            server.awaitLog("accepting again after");
            poem.assertServed(server.address());

            int served = result.count(Crowd.End.WHOLE);
            Fault.THREADS.found("platform", 10 * limit, served);
            assertTrue(served > 10, result::toString);
            assertEquals(10 * limit - served, result.count(Crowd.End.RESET), result::toString);
        }
    }

    private static Crowd crowd(JarProcess server, Verses poem, int size, Behaviour behaviour) throws IOException {
        return Crowd.start(server.addresses(), List.of(poem.bytes()), size, size, PATIENCE, number -> behaviour);
    }

    /** A young JVM compiles for a while; then there is nothing to do. */
    private static void awaitRest(JarProcess server) {
        server.await("less than a fifth of a core", () -> server.coresUsed(Duration.ofSeconds(1)) < 0.2);
    }

    private static void limitDescriptors(JarProcess server, String limits) throws Exception {
        assertEquals(0,
                new ProcessBuilder("prlimit", "--pid", Long.toString(server.pid()), "--nofile=" + limits).inheritIO()
                        .start()
                        .waitFor());
    }

    /** The next episode begins after a second without failures: on a busy machine there may be another one. */
    private static void assertOneLineAnEpisode(JarProcess server) {
        server.await("the end of the last episode", () -> episodes(server).size() % 2 == 0);
        List<String> log = episodes(server);
        assertTrue(log.size() <= 6, server::toString);
        for (int i = 0; i < log.size(); i += 2) {
            assertTrue(log.get(i)
                    .matches("WARN blockingpoetry - cannot serve clients with \\d+ connections open,"
                            + " trying on: Too many open files"),
                    server::toString);
            assertTrue(log.get(i + 1).matches("INFO blockingpoetry - accepting again after \\d+ failures"),
                    server::toString);
        }
    }

    /** What the log says of them. */
    private static List<String> episodes(JarProcess server) {
        return server.log()
                .stream()
                .skip(1)
                .filter(line -> !line.contains("accepted="))
                .toList();
    }
}
