/**
 * What was measured: samples in a folder, their environment, and the statistics over the rounds. A metric says how a figure is
 * shown, and which caveats make it doubtful.
 */
@NullMarked
package blockingpoetry.bench.results;

import org.jspecify.annotations.NullMarked;
