package blockingpoetry.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What does a held connection cost? Slow mode, and more and more clients that stay. */
final class HeldCrowd implements Scenario {
    static final String NAME = "crowd";

    /** Newcomers meanwhile, who leave at their first byte. */
    private static final double NEWCOMERS_PER_SECOND = 50;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Duration planned(Lab lab) {
        Effort effort = lab.effort();
        return effort.hold()
                .plusSeconds(2)
                .multipliedBy(effort.held().size())
                .plusMillis(effort.held().getLast() / 3)
                .multipliedBy((long) effort.crowdRounds() * lab.contenders().size());
    }

    @Override
    public void run(Lab lab) throws IOException {
        Effort effort = lab.effort();
        lab.starts(NAME, "slopes", effort.crowdRounds(), Optional.of(effort.pace()), server -> measure(lab, server));
    }

    private static Reading measure(Lab lab, ServerProcess server) throws IOException {
        Effort effort = lab.effort();
        List<Integer> held = effort.held();
        Map<String, Double> values = new LinkedHashMap<>();
        double[] resident = new double[held.size()];
        double[] kernel = new double[held.size()];
        double[] heap = new double[held.size()];
        double[] threads = new double[held.size()];
        Reading reading = new Reading(values, Map.of(), List.of(), Optional.empty());
        boolean java = server.isJava();
        try (Load crowd = lab.load(Plan.held(server.address(), lab.poem().bytes(), 0, effort.pace()))) {
            for (int i = 0; i < held.size(); i++) {
                int count = held.get(i);
                Slow.grow(crowd, i == 0 ? 0 : held.get(i - 1), count);
                try (Load newcomers = lab.load(Plan.newcomers(server.address(), lab.poem().bytes(),
                        NEWCOMERS_PER_SECOND))) {
                    Window window = Window.open(server, crowd, lab.cores());
                    Pause.of(effort.hold());
                    Window.Counted counted = window.close();
                    Tally came = newcomers.finish();
                    String at = "_at_" + count;
                    Tally tally = counted.tally();
                    values.put("pacing_p50_ms" + at, tally.pacing.getValueAtPercentile(50) / 1000.0);
                    values.put("pacing_p99_ms" + at, tally.pacing.getValueAtPercentile(99) / 1000.0);
                    values.put("newcomer_p50_ms" + at, came.firstByte.getValueAtPercentile(50) / 1000.0);
                    values.put("newcomer_p99_ms" + at, came.firstByte.getValueAtPercentile(99) / 1000.0);
                    values.put("server_cpu_us_per_chunk" + at, counted.serverSeconds() * 1e6
                            / Math.max(1, tally.bytes / effort.pace().numBytes()));
                    values.put("load_cpu_share" + at, counted.loadShare());
                    reading = reading.with(tally).with(came);
                    for (String mark : counted.marks()) {
                        reading = reading.marked(mark);
                    }
                }
                if (java) {
                    server.collect();
                    heap[i] = server.collect();
                    values.put("heap_bytes_at_" + count, heap[i]);
                }
                resident[i] = server.residentBytes();
                kernel[i] = Slow.kernelBytes();
                threads[i] = server.threads();
                values.put("resident_bytes_at_" + count, resident[i]);
                values.put("kernel_bytes_at_" + count, kernel[i]);
                values.put("threads_at_" + count, threads[i]);
            }
        }
        double[] x = held.stream().mapToDouble(Integer::doubleValue).toArray();
        values.put("resident_bytes_per_connection", Statistics.slope(x, resident));
        values.put("kernel_bytes_per_connection", Statistics.slope(x, kernel));
        values.put("threads_per_connection", Statistics.slope(x, threads));
        if (java) {
            values.put("heap_bytes_per_connection", Statistics.slope(x, heap));
        }
        int most = held.getLast();
        values.put("pacing_p99_ms", values.get("pacing_p99_ms_at_" + most));
        values.put("newcomer_p99_ms", values.get("newcomer_p99_ms_at_" + most));
        values.put("threads", values.get("threads_at_" + most));
        return reading;
    }
}
