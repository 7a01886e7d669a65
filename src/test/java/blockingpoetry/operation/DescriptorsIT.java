package blockingpoetry.operation;

import static blockingpoetry.process.Jar.JAR;
import static blockingpoetry.process.Poems.ACCEPT;
import static blockingpoetry.process.Poems.assertServed;
import static blockingpoetry.process.Poems.assertWhole;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import blockingpoetry.Client;
import blockingpoetry.process.Jar;
import blockingpoetry.process.JarProcess;
import blockingpoetry.process.Poems;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fewer descriptors than clients: the other clients wait, none is lost, and the server recovers by itself. */
class DescriptorsIT {
    private static final Pattern CANNOT_ACCEPT = Pattern.compile(
            "WARN blockingpoetry - cannot serve clients with (\\d+) connections open, trying on: Too many open files");

    /** Clients that take the poem and stay connected, so that each holds one of the server's descriptors. */
    private static final class Crowd implements AutoCloseable {
        private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        private final List<Future<?>> clients = new ArrayList<>();
        private final AtomicInteger holding = new AtomicInteger();
        private final CountDownLatch goHome = new CountDownLatch(1);

        Crowd(int size, InetSocketAddress address) throws IOException {
            int length = Poems.bytes(ACCEPT).length;
            for (int i = 0; i < size; i++) {
                Client client = Client.connect(address);
                clients.add(threads.submit(() -> {
                    try (client) {
                        client.read(length);
                        holding.incrementAndGet();
                        goHome.await();
                        assertWhole(ACCEPT, client.shutdownOutput());
                    }
                    return null;
                }));
            }
        }

        int holding() {
            return holding.get();
        }

        /** Each client leaves once it has the poem; fails if one did not get it. */
        void sendHome() throws Exception {
            goHome.countDown();
            for (Future<?> client : clients) {
                client.get();
            }
        }

        @Override
        public void close() {
            threads.shutdownNow();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"platform", "virtual", "selector", "reactor", "completion", "netty"})
    @Tag("slow")
    void goesOnWhenDescriptorsAreFreedAndDoesNotSpinUntilThen(String design) throws Exception {
        Jar jar = limitedTo(64, design.equals("netty") ? Jar.bench() : JAR)
                .with("--design", design, "--max-clients", "1000", "--num-bytes", "100", "--delay", "0.01",
                        "--drain-timeout", "3600");
        try (JarProcess server = jar.serve(ACCEPT); Crowd crowd = new Crowd(100, server.address())) {
            server.awaitLog("cannot serve clients");
            server.await("as many clients as there are descriptors", () -> crowd.holding() >= openWhenItFailed(server));
            assertTrue(crowd.holding() < 64, () -> crowd.holding() + " clients");

            // A new JVM compiles for a while; a server that spins never gets below this.
            server.await("less than 20 % of a core", () -> server.coresUsed(Duration.ofSeconds(1)) < 0.2);

            crowd.sendHome();
            server.awaitLog("accepting again after");
            assertServed(ACCEPT, server.address());
            List<String> episode = server.log().subList(1, server.log().size());
            assertEquals(2, episode.size(), server::toString);
            assertTrue(episode.get(0).matches(CANNOT_ACCEPT.pattern()), server::toString);
            assertTrue(episode.get(1).matches("INFO blockingpoetry - accepting again after \\d+ failures"),
                    server::toString);
        }
    }

    @Test
    void keepsRoomBelowTheLimitByDefault() throws Exception {
        try (JarProcess server = limitedTo(120, JAR).with("--drain-timeout", "3600").serve(ACCEPT);
                Crowd crowd = new Crowd(50, server.address())) {
            server.await("as many clients as there is room for", () -> crowd.holding() == 19);
            crowd.sendHome();
            assertServed(ACCEPT, server.address());

            assertEquals(List.of("INFO blockingpoetry - design=virtual max-clients=19 java=" + Runtime.version()),
                    server.log());
        }
    }

    private static Jar limitedTo(int descriptors, Jar jar) {
        return jar.under("sh", "-c", "ulimit -n " + descriptors + " && exec \"$@\"", "sh");
    }

    private static int openWhenItFailed(JarProcess server) {
        Matcher line = CANNOT_ACCEPT.matcher(server.log().getLast());
        assertTrue(line.matches(), server::toString);
        return Integer.parseInt(line.group(1));
    }
}
