package blockingpoetry.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import blockingpoetry.bench.results.Caveats;
import blockingpoetry.bench.results.Measurement;
import blockingpoetry.bench.results.Results;
import blockingpoetry.bench.results.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What may be said of all machines, and what not. */
class AcrossTest {
    private static final List<Double> FLAGSHIP = List.of(10.0, 20.0, 30.0);

    @TempDir
    private Path folder;

    private final List<Results> runs = new ArrayList<>();

    /** A run in which the flagship's rounds are these, and those of another contender the ratio times as much. */
    private void run(Map<String, Object> environment, double ratio, String... caveats) throws IOException {
        Results results = Results.create(folder.resolve("run-" + runs.size()), environment);
        for (int round = 1; round <= 3; round++) {
            add(results, "virtual", round, FLAGSHIP.get(round - 1), List.of());
            add(results, "go", round, FLAGSHIP.get(round - 1) * (ratio == 1 ? 0.9 + round * 0.05 : ratio),
                    List.of(caveats));
        }
        runs.add(results);
    }

    private static void add(Results results, String contender, int round, double p99, List<String> caveats)
            throws IOException {
        results.add(new Sample("steady", results.folder().toString().length() + "00/s (25 %)", contender, round,
                Measurement.of(Map.of("p99_ms", p99)).with(caveats)));
    }

    /** The verdict on the other contender against the flagship. */
    private String verdict() throws IOException {
        Across.write(runs, folder);
        assertTrue(Files.exists(folder.resolve("index.html")));
        try (Stream<String> lines = Files.lines(folder.resolve("across.md"))) {
            String[] cells = lines.filter(line -> line.startsWith("| go | ")).findFirst().orElseThrow().split("\\|");
            return Stream.of(cells)
                    .map(String::strip)
                    .filter(List.of("holds on all", "differs by machine", "not known")::contains)
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static Map<String, Object> machine(String cpu) {
        return Map.of("cpu", cpu);
    }

    @Test
    void whatEveryMachineSaysHolds() throws IOException {
        run(machine("Xeon"), 1.1);
        run(machine("EPYC"), 1.9);

        assertEquals("holds on all", verdict());
    }

    @Test
    void oppositesDifferByMachine() throws IOException {
        run(machine("Xeon"), 0.9);
        run(machine("EPYC"), 1.2);

        assertEquals("differs by machine", verdict());
    }

    @Test
    void ofOneKindOfMachineNothingIsKnownOfOthers() throws IOException {
        run(machine("EPYC"), 1.5);
        run(machine("EPYC"), 1.5);

        assertEquals("not known", verdict());
        String text = Files.readString(folder.resolve("across.md"));
        assertTrue(text.contains("one kind of machine"), text);
    }

    @Test
    void twoGenerationsOfOneProcessorAreTwoKinds() throws IOException {
        run(machine("EPYC"), 0.9);
        Map<String, Object> newer = new HashMap<>(machine("EPYC"));
        newer.put("cpu_generation", "25");
        run(newer, 1.2);

        assertEquals("differs by machine", verdict());
    }

    @Test
    void whatOneMachineDoesNotResolveIsNotKnown() throws IOException {
        run(machine("EPYC"), 1.5);
        run(machine("Xeon"), 1);

        assertEquals("not known", verdict());
    }

    @Test
    void aMachineThatHasNotMeasuredItIsNotAsked() throws IOException {
        run(machine("EPYC"), 1.5);
        run(machine("Xeon"), 1.5);
        runs.add(Results.create(folder.resolve("run-2"), machine("Graviton")));

        assertEquals("holds on all", verdict());
    }

    @Test
    void whoIsMoreAndLessIsInOneTable() throws IOException {
        run(machine("EPYC"), 1.5);
        run(machine("Xeon"), 1.1);
        verdict();

        String text = Files.readString(folder.resolve("across.md"));
        assertTrue(text.contains("\n| steady, 25 %: latency p99 | – | go | – |\n"), text);
    }

    @Test
    void aDoubtfulFigureSaysNothing() throws IOException {
        run(machine("EPYC"), 1.5);
        run(machine("Xeon"), 1.5, Caveats.LOAD_LATE);

        assertEquals("not known", verdict());
    }

    @Test
    void runsOnOneKindOfMachineArePooledByRound() throws IOException {
        run(machine("EPYC"), 1.5);
        run(machine("EPYC"), 2);

        assertEquals(6, Results.pooled(runs).series("steady", "25 %", "go").rounds().size());
        assertEquals(1.75, Results.pooled(runs)
                .series("steady", "25 %", "go")
                .ratio(Results.pooled(runs).series("steady", "25 %", "virtual"), "p99_ms")
                .orElseThrow()
                .median());
    }
}
