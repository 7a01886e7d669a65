package blockingpoetry.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All contenders, each serving the same poem, warm: they run at the same time, but only one is under load. Whoever waits for
 * its turn costs nothing, and so rounds can be interleaved without starting anew.
 */
final class Stage implements AutoCloseable {
    /** In flight while warming up. */
    private static final int IN_FLIGHT = 64;

    /** At the least, whatever a server is written in. */
    private static final int WARM_UP_STEPS = 3;

    /** Where a server serves a poem, and what of it is measured. */
    interface Measurement {
        Reading of(ServerProcess server) throws IOException;
    }

    private final Lab lab;
    private final LabPoem poem;
    private final List<ServerProcess> servers = new ArrayList<>();
    private final Map<String, String> absent = new LinkedHashMap<>();

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

    /** Until a JVM has compiled what it runs. */
    private void warmUp(ServerProcess server) throws IOException {
        Effort effort = lab.effort();
        int inFlight = Math.min(IN_FLIGHT, Math.max(4, (64 << 20) / poem.bytes().remaining()));
        try (Load load = lab.load(Plan.closed(server.address(), poem.bytes(), inFlight))) {
            boolean steady = false;
            for (int step = 1; step <= WARM_UP_STEPS || (!steady && step <= effort.warmUpSteps()); step++) {
                Window window = Window.open(server, load, lab.cores());
                Pause.of(effort.warmUp());
                steady = !window.close().marks().contains(Sample.NOT_STEADY);
                lab.progress(effort.warmUp());
            }
            load.finish();
            server.served(load.whole());
        }
    }

    /** Measures every server once in each round, in random order. */
    void rounds(String scenario, String setting, int rounds, Measurement measurement) throws IOException {
        lab.absent(scenario, absent);
        for (int round = 1; round <= rounds; round++) {
            List<ServerProcess> order = new ArrayList<>(servers);
            Collections.shuffle(order, lab.random());
            for (ServerProcess server : order) {
                String contender = server.contender().name();
                lab.measure(scenario, setting, contender, round, () -> measurement.of(server));
            }
        }
    }

    @Override
    public void close() {
        servers.forEach(ServerProcess::close);
    }
}
