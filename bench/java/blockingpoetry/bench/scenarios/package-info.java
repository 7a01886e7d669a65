/**
 * A file for each scenario: its question, its metrics, and how a contender is measured. {@code burst} is a closed loop,
 * {@code capacity} one against a server with a part of its core, {@code steady}
 * an open loop, {@code anthology} large poems, {@code curtain} the start-up, {@code crowd} held connections, {@code neighbours}
 * slow neighbours, {@code check} the cross-check. They share the lab, its settings, warm servers and the measurement window.
 */
@NullMarked
package blockingpoetry.bench.scenarios;

import org.jspecify.annotations.NullMarked;
