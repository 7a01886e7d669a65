/**
 * A TCP poetry server in several designs: the tour. This package is what a caller needs: poems, services, options, a running server
 * and its statistics.
 *
 * <p>Every design takes the same six steps for its clients. Each file marks them with the same comments, in the same order, so that
 * two files can be read side by side:
 *
 * <ol>
 * <li>listen: bind the addresses
 * <li>accept: take a client, if there is a permit for one more
 * <li>write: hand a chunk of the poem to the kernel
 * <li>wait: pause, if the pace asks for it
 * <li>finish: shut down the output, and discard input until the client has finished too
 * <li>close
 * </ol>
 *
 * <p>The rooms, in the order to read them:
 *
 * <ol>
 * <li>{@link blockingpoetry.designs}. First {@code BlockingServer}: threads that wait inside their calls; {@code Design} shows that three
 * designs are this one file with another runner. Then {@code SelectorServer}: one thread that waits for all connections in one place;
 * what was a local variable on a stack is a field of an object. Then {@code Reactor} and {@code ReactorServer}, the same with the loop
 * pulled out: what was the next line is a callback. Then {@code CompletionServer}, where the operation itself calls back. {@code
 * NettyServer}, under {@code bench}, is what a framework makes of it. {@code RunningServer} and {@code EventLoops} are the life of a
 * server around the steps.
 * <li>{@link blockingpoetry.recitals}: what all designs share. It is accounting, limits and one watch over all connections, never the
 * waiting.
 * <li>{@link blockingpoetry.cli}: the command line.
 * <li>{@link blockingpoetry.operation}: the server as a process: launcher, signals, daemon, pid file, log file, metrics.
 * </ol>
 *
 * <p>The lab and the classroom are beside this, under {@code bench/java}: scenarios, load, results and reports, lessons.
 *
 * <p>In each design, two questions: where is the waiting, and where is the position in the poem kept?
 */
@org.jspecify.annotations.NullMarked
package blockingpoetry;
