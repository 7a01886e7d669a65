package blockingpoetry.bench;

import java.io.IOException;
import java.time.Duration;

/** A question, and how it is asked of each contender. */
interface Scenario {
    String name();

    /** How long it will take, roughly. */
    Duration planned(Lab lab);

    /** Measures, and adds to the lab's results. */
    void run(Lab lab) throws IOException;
}
