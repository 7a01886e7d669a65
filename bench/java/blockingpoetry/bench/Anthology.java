package blockingpoetry.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** How fast do large poems flow? 16 MiB each, 16 readers in a closed loop. */
final class Anthology implements Scenario {
    static final String NAME = "anthology";
    private static final int SIZE = 16 << 20;
    private static final int READERS = 16;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Duration planned(Lab lab) {
        Effort effort = lab.effort();
        return effort.settle()
                .plus(effort.window())
                .multipliedBy(effort.rounds())
                .plus(effort.warmUp().multipliedBy(effort.warmUpSteps() / 2))
                .multipliedBy(lab.contenders().size());
    }

    @Override
    public void run(Lab lab) throws IOException {
        LabPoem poem = lab.poem(SIZE);
        lab.stage(NAME, poem).rounds(NAME, "16 MiB", lab.effort().rounds(), server -> {
            try (Load load = lab.load(Plan.closed(server.address(), poem.bytes(), READERS))) {
                Pause.of(lab.effort().settle());
                Window window = Window.open(server, load, lab.cores());
                Pause.of(lab.effort().window());
                Window.Counted counted = window.close();
                double gigabytes = counted.tally().bytes / 1e9;
                Map<String, Double> values = new LinkedHashMap<>();
                values.put("gb_per_second", gigabytes / counted.seconds());
                values.put("server_cpu_s_per_gb", counted.serverSeconds() / Math.max(gigabytes, 1e-9));
                values.put("server_cpu_share", counted.serverShare());
                values.put("load_cpu_share", counted.loadShare());
                return new Reading(values, Map.of(), counted.marks(), Optional.empty()).with(counted.tally())
                        .with(load.finish());
            }
        });
    }
}
