package blockingpoetry.bench.scenarios;

import blockingpoetry.Pace;
import blockingpoetry.bench.load.Load;
import blockingpoetry.bench.load.Workload;
import blockingpoetry.bench.results.Measurement;
import blockingpoetry.bench.results.Results;
import blockingpoetry.bench.results.Sample;
import blockingpoetry.bench.results.Statistics;
import blockingpoetry.bench.servers.Contender;
import blockingpoetry.bench.servers.Cores;
import blockingpoetry.bench.servers.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Runs scenarios, one measurement after the other, and keeps what they find. One thread does all of it, beside the threads of
 * the load.
 */
public final class Lab implements AutoCloseable {
    /** All scenarios, in the order in which they run. */
    public static final List<Scenario> SCENARIOS =
            List.of(ClosedLoop.SCENARIO, Capacity.SCENARIO, AllCores.SCENARIO, OpenLoop.SCENARIO, LargePoems.SCENARIO,
                    StartUp.SCENARIO, Rush.SCENARIO, HeldConnections.SCENARIO, SlowNeighbours.SCENARIO,
                    CrossCheck.SCENARIO);

    /** The floor: a contender that is faster than this one would measure the load. */
    public static final String FLOOR = "c";

    private static final int POEM_SIZE = 3_003; // a little longer than Frost's "The Road Not Taken"

    final Settings settings;
    final List<Contender> contenders;
    final Cores cores;
    final Path scratch; // a folder for files of this run, which is deleted at its end
    final Random random = new Random(11);
    private final Results results;
    private final Map<Integer, GeneratedPoem> poems = new HashMap<>();
    private final ProgressBar bar;
    private Optional<WarmServers> warm = Optional.empty();

    interface Trial {
        Measurement run() throws IOException;
    }

    interface ServerTrial {
        Measurement run(ServerProcess server) throws IOException;
    }

    public Lab(Settings settings, List<Contender> contenders, List<Scenario> scenarios, Cores cores, Results results)
            throws IOException {
        this.settings = settings;
        this.contenders = contenders;
        this.cores = cores;
        this.results = results;
        this.scratch = Files.createTempDirectory("blockingpoetry-bench-");
        Duration each = scenarios.stream()
                .map(scenario -> scenario.planned().apply(settings))
                .reduce(Duration.ZERO, Duration::plus);
        this.bar = new ProgressBarBuilder().setTaskName("lab")
                .setInitialMax(each.multipliedBy(contenders.size()).toMillis())
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(1000)
                .setMaxRenderedLength(100)
                .hideEta()
                .setEtaFunction(
                        state -> Optional.of(Duration.ofMillis(Math.max(0, state.getMax() - state.getCurrent()))))
                .showSpeed()
                .build();
    }

    public void run(List<Scenario> scenarios) throws IOException {
        for (Scenario scenario : scenarios) {
            say(scenario.name());
            scenario.body().run(this);
        }
    }

    /** The poem of most scenarios. */
    GeneratedPoem poem() throws IOException {
        return poem(POEM_SIZE);
    }

    GeneratedPoem poem(int size) throws IOException {
        GeneratedPoem poem = poems.get(size);
        if (poem == null) {
            poem = GeneratedPoem.write(scratch.resolve("poem-" + size + ".txt"), size);
            poems.put(size, poem);
        }
        return poem;
    }

    ServerProcess start(Contender contender, GeneratedPoem poem, Optional<Pace> pace) throws IOException {
        return start(contender, poem, pace, cores);
    }

    ServerProcess start(Contender contender, GeneratedPoem poem, Optional<Pace> pace, Cores cores) throws IOException {
        return contender.start(poem.file(), pace, cores, scratch);
    }

    /** A load on its own cores. The garbage of earlier loads is collected first, so that it costs this one no time. */
    Load load(Workload workload) throws IOException {
        return load(workload, cores);
    }

    Load load(Workload workload, Cores cores) throws IOException {
        System.gc();
        return Load.start(workload, cores.load().size(), cores.apart());
    }

    /** All contenders, serving a poem; the same processes if the last scenario had that poem. */
    WarmServers warmServers(String scenario, GeneratedPoem poem) throws IOException {
        if (warm.isEmpty() || !warm.get().poem.file().equals(poem.file())) {
            closeWarmServers();
            warm = Optional.of(WarmServers.start(this, scenario, poem, cores));
        }
        return warm.get();
    }

    private void closeWarmServers() {
        warm.ifPresent(WarmServers::close);
        warm = Optional.empty();
    }

    /** The poems a second that the floor, or else the fastest server, reaches with few clients in flight; 0 if not measured. */
    double ceiling() {
        String setting = ClosedLoop.setting(settings.inFlight().getFirst());
        List<String> measured = results.contenders(ClosedLoop.NAME, setting);
        return measured.stream()
                .filter(name -> name.equals(FLOOR) || !measured.contains(FLOOR))
                .mapToDouble(name -> results.series(ClosedLoop.NAME, setting, name)
                        .estimate("poems_per_second")
                        .map(Statistics.Estimate::median)
                        .orElse(0.0))
                .max()
                .orElse(0);
    }

    /** Measures each contender once in each round, in random order, in a process that is started for it. */
    void measureFresh(String scenario, String setting, int rounds, Optional<Pace> pace, ServerTrial trial)
            throws IOException {
        closeWarmServers();
        Map<String, String> absent = new LinkedHashMap<>();
        for (int round = 1; round <= rounds; round++) {
            List<Contender> order = new ArrayList<>(contenders);
            Collections.shuffle(order, random);
            for (Contender contender : order) {
                if (absent.containsKey(contender.name())) {
                    continue;
                }
                try {
                    measure(scenario, setting, contender.name(), round, () -> {
                        try (ServerProcess server = start(contender, poem(), pace)) {
                            return trial.run(server);
                        }
                    });
                } catch (IOException e) {
                    absent.put(contender.name(), e.getMessage());
                }
            }
        }
        absent(scenario, absent);
    }

    /** Takes one measurement, unless an earlier run has it. */
    void measure(String scenario, String setting, String contender, int round, Trial trial) throws IOException {
        if (results.has(scenario, setting, contender, round)) {
            return;
        }
        say(scenario + " " + setting + " " + contender);
        long startNanos = System.nanoTime();
        results.add(new Sample(scenario, setting, contender, round, trial.run()));
        progress(Duration.ofNanos(System.nanoTime() - startNanos));
    }

    /** Notes why contenders are missing from a scenario. */
    void absent(String scenario, Map<String, String> absent) throws IOException {
        for (Map.Entry<String, String> one : absent.entrySet()) {
            if (!results.has(scenario, "", one.getKey(), 0)) {
                Measurement none = Measurement.of(Map.of()).with(List.of(one.getValue()));
                results.add(new Sample(scenario, "", one.getKey(), 0, none));
            }
        }
    }

    void absentAll(String scenario, String why) throws IOException {
        absent(scenario, contenders.stream().collect(Collectors.toMap(Contender::name, contender -> why)));
    }

    void progress(Duration done) {
        bar.stepBy(done.toMillis());
    }

    void say(String what) {
        bar.setExtraMessage(what);
    }

    @Override
    public void close() throws IOException {
        closeWarmServers();
        bar.close();
        try (var files = Files.walk(scratch)) {
            for (Path file : files.sorted(Collections.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
