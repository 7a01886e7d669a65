package blockingpoetry.bench.scenarios;

import blockingpoetry.bench.results.Caveats;
import blockingpoetry.bench.results.Measurement;
import blockingpoetry.bench.results.Metric;
import blockingpoetry.bench.servers.Contender;
import blockingpoetry.bench.servers.Cores;
import blockingpoetry.bench.servers.ServerProcess;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * {@code cores}: each server twice, on one core and on all of them, one right after the other. The load stays where it is, so that on
 * two cores it takes a part of the second one from the server: processor time is what counts.
 */
public final class AllCores {
    public static final String NAME = "cores";
    private static final int IN_FLIGHT = 1_000;

    static final Scenario SCENARIO = new Scenario(NAME,
            "What does a server cost that may use all cores of the machine, the load's, too? One process on one core and one on"
                    + " all are measured in turn. The processor time of a poem is what counts, since the load takes its own.",
            List.of(new Metric("all_to_one", "CPU per poem on all cores, × on one", "", 2, Caveats.COST).plotted(),
                    new Metric("one_cpu_us_per_poem", "CPU per poem on one", "µs", 1, Caveats.COST),
                    new Metric("all_cpu_us_per_poem", "on all", "µs", 1, Caveats.COST),
                    new Metric("all_cores_in_use", "cores in use, of all", "", 2, Caveats.ANY).rate(),
                    new Metric("one_poems_per_second", "poems per second on one", "", 0, Caveats.ANY).rate(),
                    new Metric("all_poems_per_second", "on all", "", 0, Caveats.ANY).rate()),
            settings -> settings.measurement().multipliedBy(2L * settings.rounds()).plus(settings.expectedWarmUp()),
            AllCores::run);

    private AllCores() {}

    private static void run(Lab lab) throws IOException {
        if (!lab.cores.apart()) {
            lab.absentAll(NAME, "this machine has one core");
            return;
        }
        WarmServers onOne = lab.warmServers(NAME, lab.poem());
        Cores all = lab.cores.withServerOnAll();
        try (WarmServers onAll = WarmServers.start(lab, NAME, lab.poem(), all)) {
            Map<Contender, ServerProcess> twins = onAll.byContender();
            lab.absent(NAME, onAll.absent());
            onOne.measure(NAME, ClosedLoop.setting(IN_FLIGHT), lab.settings.rounds(), twins.keySet(),
                    server -> measure(lab, server, Objects.requireNonNull(twins.get(server.contender())), all));
        }
    }

    private static Measurement measure(Lab lab, ServerProcess onOne, ServerProcess onAll, Cores all)
            throws IOException {
        boolean oneFirst = lab.random.nextBoolean();
        Optional<MeasurementWindow.Result> before =
                oneFirst ? Optional.of(ClosedLoop.measure(lab, onOne, IN_FLIGHT, lab.cores)) : Optional.empty();
        MeasurementWindow.Result many = ClosedLoop.measure(lab, onAll, IN_FLIGHT, all);
        MeasurementWindow.Result one =
                before.isPresent() ? before.get() : ClosedLoop.measure(lab, onOne, IN_FLIGHT, lab.cores);
        Map<String, Double> values = new LinkedHashMap<>();
        if (one.cost() > 0 && many.cost() > 0) {
            values.put("one_cpu_us_per_poem", one.cost());
            values.put("all_cpu_us_per_poem", many.cost());
            values.put("all_to_one", many.cost() / one.cost());
        }
        values.put("all_cores_in_use", many.serverShare() * all.server().size());
        values.put("one_poems_per_second", one.values().get("poems_per_second"));
        values.put("all_poems_per_second", many.values().get("poems_per_second"));
        values.put("poems", (double) one.outcomes().whole + many.outcomes().whole);
        List<String> caveats = Stream.concat(one.caveats().stream(), many.caveats().stream()).distinct().toList();
        return Measurement.of(values).with(one.all()).with(many.all()).with(caveats);
    }
}
