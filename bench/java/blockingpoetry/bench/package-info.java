/**
 * The bench's command line: a class for each command, with the options that it takes. {@code serve} is the server's own
 * command with more designs; {@code lab} measures; {@code report}, {@code compare} and {@code limits} read what was measured.
 */
@NullMarked
package blockingpoetry.bench;

import org.jspecify.annotations.NullMarked;
