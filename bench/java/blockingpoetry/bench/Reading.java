package blockingpoetry.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was read in one measurement; {@link Sample} adds of what.
 *
 * @param values   figures by name, which ends in the unit
 * @param failures clients that did not get their poem, by reason
 * @param marks    why the figures are not to be taken for a finding
 * @param latency  a histogram, encoded
 */
record Reading(Map<String, Double> values, Map<String, Long> failures, List<String> marks, Optional<String> latency) {
    /** With the latencies, and the failures, that were counted. */
    static Reading of(Window.Counted counted, Map<String, Double> values) {
        return new Reading(values, Map.of(), counted.marks(), Optional.of(Sample.encode(counted.tally().latency)))
                .with(counted.tally());
    }

    /** With more failures, of clients that belong to no figure. */
    Reading with(Tally tally) {
        Map<String, Long> all = new LinkedHashMap<>(failures);
        tally.failures.forEach((failure, count) -> all.merge(failure.toString(), count, Long::sum));
        return new Reading(values, all, marks, latency);
    }

    Reading marked(String mark) {
        List<String> more = new ArrayList<>(marks);
        more.add(mark);
        return new Reading(values, failures, more, latency);
    }
}
