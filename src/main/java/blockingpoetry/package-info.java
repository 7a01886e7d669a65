/** A TCP poetry server in several concurrency designs. */
@NullMarked
package blockingpoetry;

import org.jspecify.annotations.NullMarked;
