package blockingpoetry.bench;

import blockingpoetry.Pace;
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
import java.util.OptionalDouble;
import java.util.Random;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Runs scenarios, one measurement after the other, and keeps what they find. One thread does all of it; the load has threads
 * of its own while there is one.
 */
final class Lab implements AutoCloseable {
    /** All there are, in the order in which they are asked. */
    static final List<Scenario> SCENARIOS = List.of(new Burst(), new Steady(), new Anthology(), new Curtain(),
            new HeldCrowd(), new Neighbours(), new Check());

    /** The floor: whoever is faster than that is measured by the load. */
    static final String FLOOR = "c";

    /** As long as Frost's "The Road Not Taken" and some more. */
    private static final int POEM_SIZE = 3_003;

    private final Effort effort;
    private final List<Contender> contenders;
    private final Cores cores;
    private final Results results;
    private final Path scratch;
    private final Random random = new Random(11);
    private final Map<Integer, LabPoem> poems = new HashMap<>();
    private final ProgressBar bar;
    private Optional<Stage> stage = Optional.empty();

    /** What is measured, by one contender in one round. */
    interface Measurement {
        Reading take() throws IOException;
    }

    Lab(Effort effort, List<Contender> contenders, List<Scenario> scenarios, Cores cores, Results results)
            throws IOException {
        this.effort = effort;
        this.contenders = contenders;
        this.cores = cores;
        this.results = results;
        this.scratch = Files.createTempDirectory("blockingpoetry-bench-");
        long seconds = scenarios.stream().mapToLong(scenario -> scenario.planned(this).toMillis()).sum();
        this.bar = new ProgressBarBuilder().setTaskName("lab")
                .setInitialMax(seconds)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(1000)
                .setMaxRenderedLength(100)
                .hideEta()
                .setEtaFunction(
                        state -> Optional.of(Duration.ofMillis(Math.max(0, state.getMax() - state.getCurrent()))))
                .showSpeed()
                .build();
    }

    void run(List<Scenario> scenarios) throws IOException {
        for (Scenario scenario : scenarios) {
            say(scenario.name());
            scenario.run(this);
        }
    }

    Effort effort() {
        return effort;
    }

    List<Contender> contenders() {
        return contenders;
    }

    Cores cores() {
        return cores;
    }

    Random random() {
        return random;
    }

    /** The poem of most scenarios. */
    LabPoem poem() throws IOException {
        return poem(POEM_SIZE);
    }

    LabPoem poem(int size) throws IOException {
        LabPoem poem = poems.get(size);
        if (poem == null) {
            poem = LabPoem.write(scratch.resolve("poem-" + size + ".txt"), size);
            poems.put(size, poem);
        }
        return poem;
    }

    Contender.Terms terms(LabPoem poem, Optional<Pace> pace) {
        return new Contender.Terms(poem.file(), pace, cores, scratch);
    }

    /** A load on the cores that are kept for it; what earlier ones left behind is collected first, not in its time. */
    Load load(Plan plan) throws IOException {
        System.gc();
        return Load.start(plan, cores.load().size(), cores.apart());
    }

    /** All contenders, serving a poem; if the last scenario had it, the same ones. */
    Stage stage(String scenario, LabPoem poem) throws IOException {
        if (stage.isEmpty() || !stage.get().poem().equals(poem.file())) {
            leaveStage();
            stage = Optional.of(Stage.open(this, scenario, poem));
        }
        return stage.get();
    }

    private void leaveStage() {
        stage.ifPresent(Stage::close);
        stage = Optional.empty();
    }

    /** What the fastest server reaches with few clients in flight, in poems a second; more is not to be had here. */
    double ceiling() {
        String setting = Burst.setting(effort.inFlight().getFirst());
        OptionalDouble most = results.contenders(Burst.NAME, setting)
                .stream()
                .filter(name -> name.equals(FLOOR) || !results.contenders(Burst.NAME, setting).contains(FLOOR))
                .mapToDouble(name -> results.estimate(Burst.NAME, setting, name, "poems_per_second")
                        .map(Statistics.Estimate::median)
                        .orElse(0.0))
                .max();
        return most.orElse(4_000); // without a burst before, something that every good server reaches
    }

    /** Measures each contender once in each round, in random order, in a process that is started for it. */
    void starts(String scenario, String setting, int rounds, Optional<Pace> pace, Stage.Measurement measurement)
            throws IOException {
        leaveStage();
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
                        try (ServerProcess server = contender.start(terms(poem(), pace))) {
                            return measurement.of(server);
                        }
                    });
                } catch (IOException e) {
                    absent.put(contender.name(), e.getMessage());
                }
            }
        }
        absent(scenario, absent);
    }

    /** Takes one measurement, unless an earlier run did. */
    void measure(String scenario, String setting, String contender, int round, Measurement measurement)
            throws IOException {
        if (results.has(scenario, setting, contender, round)) {
            return;
        }
        say(scenario + " " + setting + " " + contender);
        long startNanos = System.nanoTime();
        Reading reading = measurement.take();
        results.add(new Sample(scenario, setting, contender, round, reading.values(), reading.failures(), reading
                .marks(), reading.latency()));
        progress(Duration.ofNanos(System.nanoTime() - startNanos));
    }

    /** Notes why contenders are missing from a scenario. */
    void absent(String scenario, Map<String, String> absent) throws IOException {
        for (Map.Entry<String, String> one : absent.entrySet()) {
            if (!results.has(scenario, "", one.getKey(), 0)) {
                results.add(new Sample(scenario, "", one.getKey(), 0, Map.of(), Map.of(), List.of(one.getValue()),
                        Optional.empty()));
            }
        }
    }

    void progress(Duration done) {
        bar.stepBy(done.toMillis());
    }

    void say(String what) {
        bar.setExtraMessage(what);
    }

    @Override
    public void close() throws IOException {
        leaveStage();
        bar.close();
        try (var files = Files.walk(scratch)) {
            for (Path file : files.sorted(Collections.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
