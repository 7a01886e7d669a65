/**
 * The server as a process: the launcher that finds a newer Java, signals, the daemon and its parent, the pid file and the
 * log file, metrics. When memory is used up or a thread dies, {@link blockingpoetry.operation.GcOverheadMonitor} and
 * {@link blockingpoetry.operation.FatalErrorHandler} end it.
 */
@org.jspecify.annotations.NullMarked
package blockingpoetry.operation;
