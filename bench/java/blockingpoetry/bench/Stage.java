package blockingpoetry.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All contenders, each serving the same poem, warm: they run at the same time, but only one is under load. Whoever waits for
 * its turn costs nothing, and so rounds can be interleaved without starting anew.
 */
final class Stage implements AutoCloseable {
    /** In flight while warming up. */
    private static final int IN_FLIGHT = 64;

    /** Steady is who used the same processor time per poem in so many steps in a row, ... */
    private static final int STEADY_STEPS = 3;

    /** ... give or take that part of their median. */
    private static final double STEADY = 0.05;

    /** Where a server serves a poem, and what of it is measured. */
    interface Measurement {
        Reading of(ServerProcess server) throws IOException;
    }

    private final Lab lab;
    private final LabPoem poem;
    private final List<ServerProcess> servers = new ArrayList<>();
    private final Map<String, String> absent = new LinkedHashMap<>();
    private final Set<String> unsteady = new LinkedHashSet<>();

    private Stage(Lab lab, LabPoem poem) {
        this.lab = lab;
        this.poem = poem;
    }

    /** Starts every contender that can serve the poem, and warms it up. */
    static Stage open(Lab lab, String scenario, LabPoem poem) throws IOException {
        Stage stage = new Stage(lab, poem);
        try {
            for (Contender contender : lab.contenders()) {
                try {
                    stage.servers.add(contender.start(lab.terms(poem, Optional.empty())));
                } catch (Contender.Unavailable e) {
                    stage.absent.put(contender.name(), e.getMessage());
                }
            }
            for (ServerProcess server : stage.servers) {
                lab.say(scenario + ": warming up " + server.contender());
                stage.warmUp(server);
            }
            return stage;
        } catch (Throwable failure) {
            stage.close();
            throw failure;
        }
    }

    Path poem() {
        return poem.file();
    }

    List<ServerProcess> servers() {
        return servers;
    }

    /** Until the processor time per poem no longer changes: by then a JVM has compiled what it runs. */
    private void warmUp(ServerProcess server) throws IOException {
        Effort effort = lab.effort();
        int inFlight = Math.min(IN_FLIGHT, Math.max(4, (64 << 20) / poem.bytes().remaining()));
        try (Load load = lab.load(Plan.closed(server.address(), poem.bytes(), inFlight))) {
            List<Double> costs = new ArrayList<>();
            while (!isSteady(costs) && costs.size() < effort.warmUpSteps()) {
                Window window = Window.open(server, load, lab.cores());
                Pause.of(effort.warmUp());
                costs.add(window.close().values().getOrDefault("server_cpu_us_per_poem", Double.MAX_VALUE));
                lab.progress(effort.warmUp());
            }
            if (!isSteady(costs)) {
                unsteady.add(server.contender().name());
            }
            load.finish();
            server.served(load.whole());
        }
    }

    private static boolean isSteady(List<Double> costs) {
        if (costs.size() < STEADY_STEPS) {
            return false;
        }
        double[] last = costs.subList(costs.size() - STEADY_STEPS, costs.size()).stream().mapToDouble(d -> d).toArray();
        double median = Statistics.median(last);
        return Arrays.stream(last).allMatch(cost -> Math.abs(cost - median) <= STEADY * median);
    }

    /** Measures every server once in each round, in random order. */
    void rounds(String scenario, String setting, int rounds, Measurement measurement) throws IOException {
        lab.absent(scenario, absent);
        for (int round = 1; round <= rounds; round++) {
            List<ServerProcess> order = new ArrayList<>(servers);
            Collections.shuffle(order, lab.random());
            for (ServerProcess server : order) {
                String contender = server.contender().name();
                lab.measure(scenario, setting, contender, round, () -> {
                    Reading reading = measurement.of(server);
                    return unsteady.contains(contender) ? reading.marked(Sample.NOT_STEADY) : reading;
                });
            }
        }
    }

    @Override
    public void close() {
        servers.forEach(ServerProcess::close);
    }
}
