package blockingpoetry.bench.scenarios;

import blockingpoetry.bench.results.Metric;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/**
 * A question, and how it is asked of each contender.
 *
 * @param metrics what answers it, the most important metric first
 * @param planned how long it takes for a contender, roughly
 * @param body    measures, and adds to the lab's results
 */
public record Scenario(String name, String question, List<Metric> metrics, Function<Settings, Duration> planned,
        Body body) {
    interface Body {
        void run(Lab lab) throws IOException;
    }
}
