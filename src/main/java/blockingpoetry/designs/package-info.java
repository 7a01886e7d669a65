/**
 * The designs: each is one file that takes the same six steps, STEP 1 to STEP 6, in its own way. {@link
 * blockingpoetry.designs.Design} lists them. What every server does around the steps is in {@code RunningServer}, what
 * event loops share is in {@code EventLoops}, and what only the JDK makes necessary is in {@code JdkWorkarounds}.
 */
@org.jspecify.annotations.NullMarked
package blockingpoetry.designs;
