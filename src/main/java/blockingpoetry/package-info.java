/**
 * A TCP poetry server, once for each way to serve many clients at the same time: the tour.
 *
 * <p>Every design does the same six things for its clients. Each file marks them with the same comments, in the same order,
 * so that two of them can be read side by side:
 *
 * <ol>
 * <li>listen: bind the addresses
 * <li>accept: take a client, if there is a place for one more
 * <li>write: hand a chunk of the poem to the kernel
 * <li>wait: pause, if the pace asks for it
 * <li>finish: shut down the output, and read on until the client is done too
 * <li>close
 * </ol>
 *
 * <p>In what order to read:
 *
 * <ol>
 * <li>{@link blockingpoetry.BlockingServer}: threads that wait inside their calls. {@link blockingpoetry.Design} shows that
 * three designs are this one file with another runner.
 * <li>{@link blockingpoetry.SelectorServer}: one thread that waits for all connections in one place. What was a local
 * variable on a stack is now a field of an object, and what was the next line is now a callback.
 * <li>{@link blockingpoetry.Reactor} and {@link blockingpoetry.ReactorServer}: the same, with the loop pulled out.
 * <li>{@link blockingpoetry.CompletionServer}: nobody waits until something can be done; it calls back when it is done.
 * <li>{@code NettyServer}, under {@code bench}: what a framework makes of it.
 * <li>{@link blockingpoetry.Connection} and {@link blockingpoetry.Connections}: what all of them share. It is accounting,
 * limits and one watch over all connections; never the waiting.
 * </ol>
 *
 * <p>In each file, two questions: where is the waiting, and where is the position in the poem kept?
 */
@NullMarked
package blockingpoetry;

import org.jspecify.annotations.NullMarked;
