package blockingpoetry.bench.scenarios;

import blockingpoetry.bench.load.CancellableSleep;
import blockingpoetry.bench.load.Load;
import blockingpoetry.bench.load.Outcomes;
import blockingpoetry.bench.load.Workload;
import blockingpoetry.bench.results.Caveats;
import blockingpoetry.bench.results.Measurement;
import blockingpoetry.bench.results.Metric;
import blockingpoetry.bench.results.Statistics;
import blockingpoetry.bench.servers.ServerProcess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/** {@code crowd}: slow mode, and more and more clients that stay. */
public final class HeldConnections {
    public static final String NAME = "crowd";

    private static final double NEWCOMERS_PER_SECOND = 50; // which leave at their first byte
    private static final int PER_SECOND = 4_000; // fewer than a server can accept, so that no backlog overflows
    private static final Duration PATIENCE = Duration.ofSeconds(5); // without one more client
    private static final long PAGE = 4096; // of memory, in bytes; larger on a few machines

    static final Scenario SCENARIO = new Scenario(NAME,
            "What does a held connection cost? Slow mode, more and more clients that stay.",
            List.of(new Metric("resident_bytes_per_connection", "process memory per connection", "bytes", 0,
                    Caveats.ANY).plotted(),
                    new Metric("heap_bytes_per_connection", "of that live heap", "bytes", 0, Caveats.ANY),
                    new Metric("kernel_bytes_per_connection", "kernel memory per connection, both ends", "bytes", 0,
                            Caveats.ANY),
                    new Metric("threads", "OS threads at the most", "", 0, Caveats.ANY),
                    new Metric("pacing_p99_ms", "pacing error p99 at the most", "ms", 2, Caveats.LATENCY).plotted(),
                    new Metric("newcomer_p99_ms", "newcomer's first byte p99 at the most", "ms", 2, Caveats.LATENCY)),
            settings -> settings.hold()
                    .plusSeconds(2)
                    .multipliedBy(settings.held().size())
                    .plusMillis(settings.held().getLast() / 3)
                    .multipliedBy(settings.heldRounds()),
            lab -> lab.measureFresh(NAME, "slopes", lab.settings.heldRounds(), Optional.of(lab.settings.pace()),
                    server -> new HeldConnections(lab, server).measure()));

    private final Lab lab;
    private final Settings settings;
    private final ServerProcess server;
    private final ByteBuffer poem;
    private final Map<String, Double> values = new LinkedHashMap<>();
    private Measurement measurement = Measurement.of(values);

    private HeldConnections(Lab lab, ServerProcess server) throws IOException {
        this.lab = lab;
        this.settings = lab.settings;
        this.server = server;
        this.poem = lab.poem().bytes();
    }

    private Measurement measure() throws IOException {
        int held = 0;
        try (Load load = lab.load(Workload.held(server.address(), poem, settings.pace()))) {
            for (int count : settings.held()) {
                grow(load, held, count);
                held = count;
                measureTimes(load, "_at_" + count);
                measureMemory("_at_" + count);
            }
        }
        putSlope("resident_bytes");
        putSlope("kernel_bytes");
        putSlope("threads");
        if (server.isJava()) {
            putSlope("heap_bytes");
        }
        for (String name : List.of("pacing_p99_ms", "newcomer_p99_ms", "threads")) {
            values.put(name, values.get(name + "_at_" + held));
        }
        return measurement;
    }

    /** Lets the clients of a load grow in number, and waits until each has its first byte. */
    static void grow(Load load, int from, int to) throws IOException {
        int step = PER_SECOND / 20;
        for (int count = from; count < to;) {
            count = Math.min(to, count + step);
            load.atOnce(count);
            CancellableSleep.sleep(Duration.ofMillis(50));
        }
        int most = load.reading();
        long lastNanos = System.nanoTime();
        while (most < to) {
            CancellableSleep.sleep(Duration.ofMillis(20));
            int reading = load.reading();
            if (reading > most) {
                most = reading;
                lastNanos = System.nanoTime();
            } else if (System.nanoTime() - lastNanos > PATIENCE.toNanos()) {
                throw new IOException("cannot hold " + to + " clients: " + most + " are served at once");
            }
        }
    }

    private void measureTimes(Load load, String at) throws IOException {
        try (Load newcomers = lab.load(Workload.newcomers(server.address(), poem, NEWCOMERS_PER_SECOND))) {
            MeasurementWindow window = new MeasurementWindow(server, load, lab.cores);
            CancellableSleep.sleep(settings.hold());
            MeasurementWindow.Result result = window.close();
            Outcomes arrived = newcomers.finish();
            Outcomes outcomes = result.outcomes();
            putPercentiles("pacing", at, outcomes.pacing);
            putPercentiles("newcomer", at, arrived.firstByte);
            values.put("server_cpu_us_per_chunk" + at,
                    result.serverSeconds() * 1e6 / Math.max(1, outcomes.bytes / settings.pace().numBytes()));
            values.put("load_cpu_share" + at, result.loadShare());
            measurement = measurement.with(outcomes).with(arrived).with(result.caveats());
        }
    }

    private void putPercentiles(String name, String at, Histogram histogram) {
        values.put(name + "_p50_ms" + at, histogram.getValueAtPercentile(50) / 1000.0);
        values.put(name + "_p99_ms" + at, histogram.getValueAtPercentile(99) / 1000.0);
    }

    private void measureMemory(String at) throws IOException {
        if (server.isJava()) {
            server.collect();
            values.put("heap_bytes" + at, (double) server.collect());
        }
        values.put("resident_bytes" + at, (double) server.residentBytes());
        values.put("kernel_bytes" + at, (double) kernelBytes());
        values.put("threads" + at, (double) server.threads());
    }

    private void putSlope(String name) {
        double[] held = settings.held().stream().mapToDouble(Integer::doubleValue).toArray();
        double[] figures = settings.held().stream().mapToDouble(count -> values.get(name + "_at_" + count)).toArray();
        values.put(name + "_per_connection", Statistics.slope(held, figures));
    }

    /** Bytes of the kernel's memory for the sockets of both ends: its structures, and the data under way. */
    private static long kernelBytes() throws IOException {
        String slab = ServerProcess.wordAfter("Slab:", Path.of("/proc/meminfo")).orElseThrow();
        String pages = ServerProcess.wordAfter("TCP:.* mem", Path.of("/proc/net/sockstat")).orElseThrow();
        return Long.parseLong(slab) * 1024 + Long.parseLong(pages) * PAGE;
    }
}
