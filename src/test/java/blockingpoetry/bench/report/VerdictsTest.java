package blockingpoetry.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import blockingpoetry.bench.results.Caveats;
import blockingpoetry.bench.results.Measurement;
import blockingpoetry.bench.results.Results;
import blockingpoetry.bench.results.Sample;
import blockingpoetry.bench.scenarios.ClosedLoop;
import blockingpoetry.bench.scenarios.OpenLoop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What figures may be said to show, and what not. */
class VerdictsTest {
    @TempDir
    private Path folder;

    private Results results;

    @BeforeEach
    void noneYet() throws IOException {
        results = Results.create(folder, Map.of("commit", "none"));
    }

    /** A cost for each round. */
    private void costs(String contender, List<String> caveats, double... micros) throws IOException {
        for (int i = 0; i < micros.length; i++) {
            results.add(new Sample(ClosedLoop.NAME, "K=64", contender, i + 1,
                    Measurement.of(Map.of("server_cpu_us_per_poem", micros[i], "poems", 10.0)).with(caveats)));
        }
    }

    private String verdict() {
        return Verdicts.of(results, "c").get(1);
    }

    @Test
    void saysHowManyTimesAsMuch() throws IOException {
        costs("c", List.of(), 20, 21, 22);
        costs("virtual", List.of(), 30, 31.5, 33);

        assertEquals("burst, K=64: server CPU per poem of virtual is 31.5 (30.0–33.0) µs; 1.50 × c.", verdict());
    }

    /** The rounds differ more than the contenders, but not within a round. */
    @Test
    void comparesRoundByRound() throws IOException {
        costs("c", List.of(), 10, 20, 40);
        costs("virtual", List.of(), 11, 22, 44);

        assertTrue(verdict().endsWith("; 1.10 × c."), this::verdict);
    }

    @Test
    void seesNoDifferenceIfTheRoundsDisagree() throws IOException {
        costs("c", List.of(), 20, 20, 20);
        costs("virtual", List.of(), 19, 22, 23);

        assertTrue(verdict().endsWith("; no difference from c."), this::verdict);
    }

    @Test
    void drawsNoConclusionFromOneRound() throws IOException {
        costs("c", List.of(), 20);
        costs("virtual", List.of(), 40);

        assertTrue(verdict().endsWith("is 40.0 µs."), this::verdict);
    }

    @Test
    void drawsNoConclusionFromDoubtfulFigures() throws IOException {
        costs("c", List.of(), 20, 20, 20);
        costs("virtual", List.of(Caveats.NOISY), 40, 40, 40);

        assertTrue(verdict().endsWith("which is no finding: noisy."), this::verdict);
    }

    @Test
    void comparesWithNobodyWhoseFiguresAreDoubtful() throws IOException {
        costs("c", List.of(Caveats.NOT_STEADY), 20, 20, 20);
        costs("virtual", List.of(), 40, 40, 40);

        assertTrue(verdict().endsWith("is 40.0 µs."), this::verdict);
    }

    /** A busy load says nothing against what the server has used itself. */
    @Test
    void trustsACostThoughTheLoadWasTheLimit() throws IOException {
        costs("c", List.of(Caveats.CLIENT_BOUND), 20, 20, 20);
        costs("virtual", List.of(Caveats.CLIENT_BOUND), 40, 40, 40);

        assertTrue(verdict().endsWith("; 2.00 × c."), this::verdict);
    }

    @Test
    void setsOurDesignsInOrder() throws IOException {
        costs("virtual", List.of(), 30, 31, 32);
        costs("selector", List.of(), 30, 30, 33);
        costs("netty", List.of(), 45, 45, 45);
        costs("platform", List.of(Caveats.FAILURES), 90, 90, 90);

        assertEquals("burst, K=64: server CPU per poem of our designs, best first: selector, virtual (no difference);"
                + " against selector: netty 1.50 ×.", Verdicts.of(results, "c").get(2));
    }

    /** Rounds of an open loop in which a few clients waited. */
    private void tails(String contender, int rounds, double millis, String... caveats) throws IOException {
        for (int round = 1; round <= rounds; round++) {
            results.add(new Sample(OpenLoop.NAME, "100/s (25 %)", contender, round,
                    Measurement.of(Map.of("p999_ms", millis)).with(List.of(caveats))));
        }
    }

    @Test
    void seesStallsOnlyInSoundFiguresOfTwoRounds() throws IOException {
        tails("c", 2, 1);
        tails("platform", 2, 51);
        tails("reactor", 1, 51);
        tails("selector", 2, 51, Caveats.NOISY);

        assertEquals(List.of("STALLS: platform: 100/s (25 %), p99.9 is 51.00 ms, that of c 1.00 ms."),
                Verdicts.of(results, "c").stream().filter(sentence -> sentence.startsWith("STALLS")).toList());
    }

    @Test
    void saysWhatTheMachineWasLike() throws IOException {
        costs("virtual", List.of(), 30, 31, 32);
        assertTrue(Verdicts.machine(results).startsWith("The machine was quiet"), () -> Verdicts.machine(results));

        costs("selector", List.of(Caveats.NOISY), 30);
        assertEquals("THE MACHINE WAS BUSY: 1 of 4 measurements are marked noisy; repeat the run on a quiet one.",
                Verdicts.machine(results));
    }

    @Test
    void oneWrongByteFailsTheRun() throws IOException {
        costs("virtual", List.of(), 40);
        assertFalse(Verdicts.isWrong(results));

        results.add(new Sample(ClosedLoop.NAME, "K=64", "c", 1,
                new Measurement(Map.of(), Map.of("wrong-byte", 1L), List.of(), Optional.empty())));

        assertTrue(Verdicts.isWrong(results));
        assertEquals("FAILED: c failed clients: 1 wrong-byte.", Verdicts.of(results, "c").getFirst());
    }
}
