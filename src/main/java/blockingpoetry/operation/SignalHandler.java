package blockingpoetry.operation;

import static blockingpoetry.recitals.Log.LOG;

import blockingpoetry.Poem;
import blockingpoetry.PoetryServer;
import blockingpoetry.Service;
import blockingpoetry.Stats;
import blockingpoetry.cli.Main;
import blockingpoetry.cli.OptionValues;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What signals do to a running server:
 *
 * <ul>
 * <li>TERM and INT stop it in order; a second one of them ends it at once.
 * <li>HUP reads the poems again, and opens the log file again. But a server in the foreground of a terminal that is closed
 * stops in order.
 * <li>USR1 logs a line: connections, bytes, threads, heap.
 * </ul>
 *
 * <p>Each signal is handled on a thread of its own.
 */
public final class SignalHandler {
    /** Time, after a second signal, to reset the recitals in progress. */
    private static final Duration RESET_TIME = Duration.ofSeconds(1);

    /**
     * With a launcher, a second signal within this time of the first counts as the same one: a signal to a whole process group,
     * such as systemd's or a terminal's Ctrl-C, comes twice, directly and by way of the launcher.
     */
    private static final Duration ECHO = Duration.ofMillis(300);

    /** A reload waits so often for each poem, and so long each time: time in which the process does not run is not the poem's. */
    private static final int READ_WAITS = 20;

    private static final Duration READ_WAIT = Duration.ofMillis(100);

    private final PoetryServer server;
    private final List<List<Service>> poems; // the services of each poem, one for each address
    private final Duration grace;
    private final ServerOutput output;
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean(); // now, for it may take a descriptor
    private final boolean inForeground = Terminal.isInForeground();
    private final AtomicInteger reloads = new AtomicInteger(); // asked for and not done
    private final LongAdder reloadsDone = new LongAdder(); // reloads
    private final LongAdder reloadsFailed = new LongAdder(); // of them, those in which a poem could not be read
    private final Map<List<Service>, FutureTask<Boolean>> reads = new HashMap<>(); // the last of each; only the reloading thread
    private final AtomicReference<@Nullable Stopping> first = new AtomicReference<>();
    private volatile int exitCode = Main.OK; // changed by a second signal

    public SignalHandler(PoetryServer server, List<Service> services, Duration grace, ServerOutput output) {
        this.server = server;
        this.poems = List.copyOf(services.stream()
                .collect(Collectors.groupingBy(Service::poem, LinkedHashMap::new, Collectors.toList()))
                .values());
        this.grace = grace;
        this.output = output;
    }

    public void install() {
        Map.of("TERM", 15, "INT", 2).forEach((name, number) -> Signals.on(name, () -> stop(name, number)));
        if (!Signals.on("HUP", this::hangUp)) {
            LOG.warn(
                    "SIGHUP is ignored, as nohup asks: poems and log file are opened only once; --daemon can do without nohup");
        }
        Signals.on("USR1", this::logStatus);
    }

    /** The process's exit code, once the server is closed. */
    public int exitCode() {
        return exitCode;
    }

    /** Whether the server is told to stop, or has stopped. */
    public boolean isStopping() {
        return first.get() != null;
    }

    /** How often the poems were read again. */
    public long reloads() {
        return reloadsDone.sum();
    }

    /** How often that left a poem as it was, because it could not be read. */
    public long failedReloads() {
        return reloadsFailed.sum();
    }

    private void stop(String signal, int number) {
        Stopping stopping = first.compareAndExchange(null, new Stopping(Thread.currentThread(), System.nanoTime()));
        if (stopping == null) {
            LOG.info("stopping on SIG{}: {} connections may go on for {} s; a second signal ends them at once", signal,
                    server.stats().open(), OptionValues.seconds(grace));
            server.close();
        } else if (!ParentWatch.isLaunched() || System.nanoTime() - stopping.sinceNanos > ECHO.toNanos()) {
            endAtOnce(stopping.thread, 128 + number);
        }
    }

    /** Resets the recitals in progress, and then ends the process. */
    private void endAtOnce(Thread stopping, int code) {
        exitCode = code;
        stopping.interrupt(); // ends the grace period of the server, which that thread is closing
        try {
            Thread.sleep(RESET_TIME);
        } catch (InterruptedException e) {
            // Nothing interrupts this thread; an interrupt would only end the wait early.
        }
        output.drain();
        Runtime.getRuntime().halt(code);
    }

    private void hangUp() {
        if (!inForeground || Terminal.isThere()) {
            reload();
        } else if (!isStopping()) { // the terminal, the shell and the launcher may each send the signal
            stop("HUP", 1);
        }
    }

    /** One thread does this at a time; a signal that comes meanwhile makes it do so once more. */
    private void reload() {
        if (reloads.getAndIncrement() == 0) {
            int done;
            do {
                done = reloads.get();
                output.reopen();
                readPoems();
            } while (!reloads.compareAndSet(done, 0));
        }
    }

    private void readPoems() {
        int changed = 0;
        int unreadable = 0;
        for (List<Service> services : poems) {
            Poem before = services.getFirst().poem();
            if (!readAgain(services)) {
                unreadable++;
            } else if (services.getFirst().poem() != before) {
                changed++;
            }
        }
        reloadsFailed.add(Math.min(1, unreadable));
        reloadsDone.increment();
        LOG.info("read again on SIGHUP: {} poems, {} changed, {} unreadable", poems.size(), changed, unreadable);
    }

    /**
     * Has a poem read on a thread of its own, since a file system may hang. The thread then remains, the only one however often
     * SIGHUP comes, and reads the poem late.
     *
     * @return whether it is read, within two seconds
     */
    private boolean readAgain(List<Service> services) {
        FutureTask<Boolean> task = reads.get(services);
        boolean hangs = task != null && !task.isDone();
        if (task == null || !hangs) {
            task = new FutureTask<>(() -> read(services));
            reads.put(services, task);
            try {
                Thread.ofPlatform().daemon().name("reload").start(task);
            } catch (OutOfMemoryError noThreadLeft) {
                task.run();
            }
        }
        for (int wait = hangs ? READ_WAITS : 1; wait <= READ_WAITS; wait++) {
            try {
                return task.get(READ_WAIT.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                // The next wait follows.
            } catch (InterruptedException | ExecutionException e) {
                throw new IllegalStateException("nothing interrupts this thread, and a poem fails with a sentence", e);
            }
        }
        LOG.warn("{} does not answer yet; it is served as it was", services.getFirst().poem());
        return false;
    }

    private static boolean read(List<Service> services) {
        try {
            Poem poem = services.getFirst().poem().readAgain();
            if (services.stream().filter(service -> service.replacePoem(poem)).count() > 0) {
                LOG.info("{} has changed: {} bytes from now on", poem, poem.size());
            }
            return true;
        } catch (IOException e) {
            LOG.warn("{}; it is served as it was", e.getMessage());
            return false;
        }
    }

    private void logStatus() {
        Stats stats = server.stats();
        Runtime memory = Runtime.getRuntime();
        LOG.info("accepted={} open={} finished={} aborted={} cut={} bytes={} threads={} heap={} max-heap={}",
                stats.accepted(), stats.open(), stats.finished(), stats.aborted(), stats.cut(), stats.bytes(),
                threads.getThreadCount(), memory.totalMemory() - memory.freeMemory(), memory.maxMemory());
    }

    /** The first TERM or INT: the thread that handles it, and when it came. */
    private record Stopping(Thread thread, long sinceNanos) {}
}
