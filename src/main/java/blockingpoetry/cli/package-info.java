/** The command line: arguments in, exit code out. */
@NullMarked
package blockingpoetry.cli;

import org.jspecify.annotations.NullMarked;
