package blockingpoetry.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** How many poems a second, with so many clients in flight? A closed loop. */
final class Burst implements Scenario {
    static final String NAME = "burst";

    /** Its samples tell how much memory of a server each poem has left behind. */
    static final String KEPT = "kept";

    /** Below that, what is kept is the slack of a heap. */
    private static final double KEEPS_BYTES = 256;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Duration planned(Lab lab) {
        Effort effort = lab.effort();
        return effort.settle()
                .plus(effort.window())
                .multipliedBy((long) effort.rounds() * effort.inFlight().size())
                .plus(effort.warmUp().multipliedBy(effort.warmUpSteps() / 2))
                .multipliedBy(lab.contenders().size());
    }

    @Override
    public void run(Lab lab) throws IOException {
        Stage stage = lab.stage(NAME, lab.poem());
        Map<ServerProcess, Memory> before = new LinkedHashMap<>();
        for (ServerProcess server : stage.servers()) {
            before.put(server, Memory.of(server));
        }
        for (int inFlight : lab.effort().inFlight()) {
            stage.rounds(NAME, setting(inFlight), lab.effort().rounds(), server -> measure(lab, server, inFlight));
        }
        stage.rounds(NAME, KEPT, 1, server -> kept(before.get(server), Memory.of(server)));
    }

    static String setting(int inFlight) {
        return String.format(Locale.ROOT, "K=%,d", inFlight);
    }

    static Reading measure(Lab lab, ServerProcess server, int inFlight) throws IOException {
        try (Load load = lab.load(Plan.closed(server.address(), lab.poem().bytes(), inFlight))) {
            Pause.of(lab.effort().settle().plusMillis(inFlight / 5)); // so that they do not all come at once
            Window window = Window.open(server, load, lab.cores());
            Pause.of(lab.effort().window());
            Window.Counted counted = window.close();
            Tally rest = load.finish();
            server.served(load.whole());
            Map<String, Double> values = counted.values();
            Window.Counted.percentiles(values, "", counted.tally().latency);
            return Reading.of(counted, values).with(rest);
        }
    }

    /** What a server has at one time. */
    private record Memory(double bytes, long poems, boolean ofHeap) {
        static Memory of(ServerProcess server) throws IOException {
            boolean java = server.isJava();
            return new Memory(java ? server.collect() : server.residentBytes(), server.served(), java);
        }
    }

    private static Reading kept(Memory before, Memory after) {
        double bytes = (after.bytes - before.bytes) / Math.max(1, after.poems - before.poems);
        return new Reading(Map.of("kept_bytes_per_poem", bytes, "poems", (double) (after.poems - before.poems)),
                Map.of(),
                bytes > KEEPS_BYTES ? List.of(after.ofHeap ? Sample.KEEPS_HEAP : Sample.KEEPS_MEMORY) : List.of(),
                Optional.empty());
    }
}
