/** The command line of the bench jar: what the server's does, with more designs to choose from. */
@NullMarked
package blockingpoetry.bench;

import org.jspecify.annotations.NullMarked;
