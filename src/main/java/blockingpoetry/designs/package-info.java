/**
 * The designs: each takes the same six steps, STEP 1 to STEP 6, in its own way, in one file. (The blocking designs share a file,
 * and the reactor has one of its own.) {@link blockingpoetry.designs.Design} lists them. What every server does around the steps is in {@code RunningServer}, what
 * event loops share is in {@code EventLoops}, and what only the JDK makes necessary is in {@code JdkWorkarounds}.
 */
@org.jspecify.annotations.NullMarked
package blockingpoetry.designs;
