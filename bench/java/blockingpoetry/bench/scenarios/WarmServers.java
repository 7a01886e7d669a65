package blockingpoetry.bench.scenarios;

import blockingpoetry.bench.load.CancellableSleep;
import blockingpoetry.bench.load.Load;
import blockingpoetry.bench.load.Workload;
import blockingpoetry.bench.results.Caveats;
import blockingpoetry.bench.servers.Contender;
import blockingpoetry.bench.servers.Cores;
import blockingpoetry.bench.servers.ServerProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * All contenders, each serving the same poem, warm. They run at the same time, but only one is under load: the others cost nothing,
 * so that rounds can be interleaved without new starts.
 */
final class WarmServers implements AutoCloseable {
    private static final int IN_FLIGHT = 64; // while warming up
    private static final int MOST_BYTES = 64 << 20; // in flight while warming up, for large poems
    private static final int WARM_UP_STEPS = 3; // the fewest, whatever a server is written in

    private final Lab lab;
    final GeneratedPoem poem;
    private final Cores cores;
    final List<ServerProcess> servers = new ArrayList<>();
    private final Map<String, String> absent = new LinkedHashMap<>();

    private WarmServers(Lab lab, GeneratedPoem poem, Cores cores) {
        this.lab = lab;
        this.poem = poem;
        this.cores = cores;
    }

    /** Starts every contender that can serve the poem, on its cores, and warms it up. */
    static WarmServers start(Lab lab, String scenario, GeneratedPoem poem, Cores cores) throws IOException {
        WarmServers warm = new WarmServers(lab, poem, cores);
        try {
            for (Contender contender : lab.contenders) {
                try {
                    warm.servers.add(lab.start(contender, poem, Optional.empty(), cores));
                } catch (Contender.Unavailable e) {
                    warm.absent.put(contender.name(), e.getMessage());
                }
            }
            for (ServerProcess server : warm.servers) {
                lab.say(scenario + ": warming up " + server.contender().name());
                warm.warmUp(server);
            }
            return warm;
        } catch (Throwable failure) {
            warm.close();
            throw failure;
        }
    }

    /** Loads a server until its JVM, if it has one, has compiled the code that runs. */
    private void warmUp(ServerProcess server) throws IOException {
        Settings settings = lab.settings;
        int inFlight = Math.min(IN_FLIGHT, Math.max(4, MOST_BYTES / poem.bytes().remaining()));
        try (Load load = lab.load(Workload.closed(server.address(), poem.bytes(), inFlight), cores)) {
            boolean steady = false;
            for (int step = 1; step <= WARM_UP_STEPS || (!steady && step <= settings.warmUpSteps()); step++) {
                MeasurementWindow window = new MeasurementWindow(server, load, cores);
                CancellableSleep.sleep(settings.warmUp());
                steady = !window.close().caveats().contains(Caveats.NOT_STEADY);
                lab.progress(settings.warmUp());
            }
            load.finish();
            server.served().addAndGet(load.whole());
        }
    }

    Map<Contender, ServerProcess> byContender() {
        return servers.stream().collect(Collectors.toMap(ServerProcess::contender, Function.identity()));
    }

    /** Why contenders have no server here, by name. */
    Map<String, String> absent() {
        return absent;
    }

    /** Measures every server once in each round, in random order. */
    void measure(String scenario, String setting, int rounds, Lab.ServerTrial trial) throws IOException {
        measure(scenario, setting, rounds, byContender().keySet(), trial);
    }

    /** The same for some of the contenders. */
    void measure(String scenario, String setting, int rounds, Set<Contender> some, Lab.ServerTrial trial)
            throws IOException {
        lab.absent(scenario, absent);
        for (int round = 1; round <= rounds; round++) {
            List<ServerProcess> order = new ArrayList<>(servers);
            order.removeIf(server -> !some.contains(server.contender()));
            Collections.shuffle(order, lab.random);
            for (ServerProcess server : order) {
                String contender = server.contender().name();
                lab.measure(scenario, setting, contender, round, () -> trial.run(server));
            }
        }
    }

    @Override
    public void close() {
        servers.forEach(ServerProcess::close);
    }
}
