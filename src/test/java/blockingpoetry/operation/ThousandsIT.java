package blockingpoetry.operation;

import static blockingpoetry.process.Jar.JAR;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import blockingpoetry.Crowd;
import blockingpoetry.process.Jar;
import blockingpoetry.process.JarProcess;
import blockingpoetry.process.Poems;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** As many clients at once as a process has descriptors. */
@Tag("slow")
@Timeout(300)
class ThousandsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(200);

    @Test
    void nineteenThousandSlowClientsShareFewThreads() throws Exception {
        try (JarProcess server = JAR.with("--num-bytes", "100", "--delay", "2").serve(Poems.ACCEPT)) {
            int crowd = 19_000;
            CompletableFuture<Crowd.Result> sent = send(server, crowd, Poems.ACCEPT);
            server.await("all of them to be there", () -> server.descriptors() > crowd);
            int threads = server.threads();
            assertTrue(threads < 40, () -> threads + " threads of the operating system");
            assertEquals(new Crowd.Result(Map.of(Crowd.End.WHOLE, crowd), crowd), sent.get());
        }
    }

    /** {@code sequential} has a short delay, because its clients' pauses add up. */
    @ParameterizedTest
    @CsvSource({"virtual, 1", "platform, 1", "sequential, 0.01", "selector, 1", "reactor, 1", "completion, 1",
            "netty, 1"})
    void fortyPoemsHaveTenThousandSlowReaders(String design, String delay) throws Exception {
        String[] poems = Collections.nCopies(40, Poems.LOOP).toArray(String[]::new);
        Jar jar = Jar.serving(design).with("--num-bytes", "500", "--delay", delay);
        try (JarProcess server = jar.serve(poems)) {
            Crowd.Result result = send(server, 10_000, poems).get();
            assertEquals(Map.of(Crowd.End.WHOLE, 10_000), result.ends());
        }
    }

    private static CompletableFuture<Crowd.Result> send(JarProcess server, int clients, String... poems) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                List<byte[]> bytes = Collections.nCopies(poems.length, Poems.bytes(poems[0]));
                return Crowd.send(server.addresses(), bytes, clients, clients, PATIENCE);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }, task -> Thread.ofPlatform().start(task));
    }
}
