package blockingpoetry.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How long from start to the first poem, and how many poems are there in the first two seconds? */
final class Curtain implements Scenario {
    static final String NAME = "curtain";
    private static final Duration FIRST = Duration.ofSeconds(2);
    private static final int IN_FLIGHT = 64;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Duration planned(Lab lab) {
        return FIRST.plusMillis(200).multipliedBy((long) lab.effort().starts() * lab.contenders().size());
    }

    @Override
    public void run(Lab lab) throws IOException {
        lab.starts(NAME, "start", lab.effort().starts(), Optional.empty(), server -> {
            ByteBuffer poem = lab.poem().bytes();
            try (Socket socket = new Socket(server.address().getAddress(), server.address().getPort())) {
                InputStream in = socket.getInputStream();
                if (!poem.equals(ByteBuffer.wrap(in.readAllBytes()))) {
                    throw new IOException("the first poem of " + server.contender() + " is not the poem");
                }
            }
            long firstNanos = System.nanoTime() - server.startNanos();
            try (Load load = lab.load(Plan.closed(server.address(), poem, IN_FLIGHT))) {
                Pause.of(FIRST.minusNanos(Math.min(FIRST.toNanos(), System.nanoTime() - server.startNanos())));
                long poems = 1 + load.take().whole;
                Map<String, Double> values = new LinkedHashMap<>();
                values.put("first_poem_ms", firstNanos / 1e6);
                values.put("poems_in_2_s", (double) poems);
                return new Reading(values, Map.of(), List.of(), Optional.empty()).with(load.finish());
            }
        });
    }
}
