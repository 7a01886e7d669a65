/**
 * The load generator: thousands of clients on a few event loops, each of which compares every byte with the poem. A workload
 * says how clients arrive, a behaviour what they do besides reading, and the outcomes what became of them. The tests use it, too.
 */
@NullMarked
package blockingpoetry.bench.load;

import org.jspecify.annotations.NullMarked;
