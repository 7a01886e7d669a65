package blockingpoetry.bench.scenarios;

import blockingpoetry.bench.load.CancellableSleep;
import blockingpoetry.bench.load.Load;
import blockingpoetry.bench.load.Workload;
import blockingpoetry.bench.results.Caveats;
import blockingpoetry.bench.results.Measurement;
import blockingpoetry.bench.results.Metric;
import blockingpoetry.bench.servers.ServerProcess;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code curtain}: a server from its start on, cold. */
public final class StartUp {
    public static final String NAME = "curtain";
    private static final Duration OBSERVED = Duration.ofSeconds(2);
    private static final int IN_FLIGHT = 64;

    static final Scenario SCENARIO = new Scenario(NAME,
            "How long from start to the first poem, and how many are there in the first two seconds?",
            List.of(new Metric("first_poem_ms", "start to the first poem", "ms", 0, Caveats.ANY).plotted(),
                    new Metric("poems_in_2_s", "poems in the first 2 s", "", 0, Caveats.ANY).rate()),
            settings -> OBSERVED.plusMillis(200).multipliedBy(settings.starts()),
            lab -> lab.measureFresh(NAME, "start", lab.settings.starts(), Optional.empty(),
                    server -> measure(lab, server)));

    private StartUp() {}

    private static Measurement measure(Lab lab, ServerProcess server) throws IOException {
        ByteBuffer poem = lab.poem().bytes();
        try (Socket socket = new Socket(server.address().getAddress(), server.address().getPort())) {
            if (!poem.equals(ByteBuffer.wrap(socket.getInputStream().readAllBytes()))) {
                throw new IOException("the first poem of " + server.contender().name() + " is not the poem");
            }
        }
        long firstNanos = System.nanoTime() - server.startNanos();
        try (Load load = lab.load(Workload.closed(server.address(), poem, IN_FLIGHT))) {
            long sinceStartNanos = System.nanoTime() - server.startNanos();
            CancellableSleep.sleep(OBSERVED.minusNanos(Math.min(OBSERVED.toNanos(), sinceStartNanos)));
            Map<String, Double> values = new LinkedHashMap<>();
            values.put("first_poem_ms", firstNanos / 1e6);
            values.put("poems_in_2_s", 1.0 + load.take().whole);
            return Measurement.of(values).with(load.finish());
        }
    }
}
