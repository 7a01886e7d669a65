/**
 * The servers under test: a contender is a folder with a start script, a server process is a contender that runs, with its
 * processor time, memory and threads. Server and load have cores of their own.
 */
@NullMarked
package blockingpoetry.bench.servers;

import org.jspecify.annotations.NullMarked;
