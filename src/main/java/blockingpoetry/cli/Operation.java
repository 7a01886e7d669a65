package blockingpoetry.cli;

import static blockingpoetry.Log.LOG;

import blockingpoetry.Poem;
import blockingpoetry.PoetryServer;
import blockingpoetry.Service;
import blockingpoetry.Stats;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What signals do to a running server.
 *
 * <ul>
 * <li>TERM and INT stop it in order; a second one of them ends it at once.
 * <li>HUP reads the poems again, and opens the log file again.
 * <li>USR1 logs how it is.
 * </ul>
 *
 * <p>Each signal comes on a thread of its own.
 */
final class Operation {
    /** After a second signal, how long the reset of whoever is still reciting may take. */
    private static final Duration LAST_MOMENT = Duration.ofSeconds(1);

    /** Within which a second signal, if a launcher passes signals on, is taken for the first one again. */
    private static final Duration ECHO = Duration.ofMillis(300);

    private final PoetryServer server;
    private final List<Service> services;
    private final Duration grace;
    private final @Nullable LogFile logFile;
    private final AtomicReference<@Nullable Stopping> first = new AtomicReference<>();
    private volatile int exitCode = Main.OK; // a second signal changes it

    Operation(PoetryServer server, List<Service> services, Duration grace, @Nullable LogFile logFile) {
        this.server = server;
        this.services = services;
        this.grace = grace;
        this.logFile = logFile;
    }

    /** Lets signals do from now on what they do to a server. */
    void heedSignals() {
        Map<String, Integer> ends = Lifeline.isHeld() ? Map.of("TERM", 15) : Map.of("TERM", 15, "INT", 2);
        ends.forEach((name, number) -> Signals.on(name, () -> stop(name, number)));
        Signals.on("HUP", this::readAgain);
        Signals.on("USR1", this::sayHowItIs);
    }

    /** What the process is to exit with once the server is closed. */
    int exitCode() {
        return exitCode;
    }

    private void stop(String signal, int number) {
        Stopping stopping = first.compareAndExchange(null, new Stopping(Thread.currentThread(), System.nanoTime()));
        if (stopping == null) {
            LOG.info("stopping on SIG{}: {} connections may go on for {} s; a second signal ends them at once", signal,
                    server.stats().open(), Seconds.text(grace));
            server.close();
        } else if (!stopping.isEcho()) {
            endAtOnce(stopping.thread, 128 + number);
        }
    }

    /** An exit alone would not do: the kernel would give every client a clean end, wherever it is in its poem. */
    private void endAtOnce(Thread stopping, int code) {
        exitCode = code;
        stopping.interrupt(); // to a server being closed, the end of the grace period
        try {
            Thread.sleep(LAST_MOMENT);
        } catch (InterruptedException e) {
            // Nobody does that to a signal's thread; if so, it is high time.
        }
        Runtime.getRuntime().halt(code);
    }

    private synchronized void readAgain() {
        if (logFile != null) {
            try {
                logFile.reopen();
            } catch (IOException e) {
                LOG.warn("{}; the log goes on where it was", e.getMessage());
            }
        }
        int changed = 0;
        int unreadable = 0;
        for (Service service : services) {
            try {
                Poem poem = Poem.read(Path.of(service.poem().name()));
                if (service.replacePoem(poem)) {
                    LOG.info("{} has changed: {} bytes from now on", poem, poem.size());
                    changed++;
                }
            } catch (IOException e) {
                LOG.warn("{}; it is served as it was", e.getMessage());
                unreadable++;
            }
        }
        LOG.info("read again on SIGHUP: {} poems, {} changed, {} unreadable", services.size(), changed, unreadable);
    }

    private void sayHowItIs() {
        Stats stats = server.stats();
        Runtime memory = Runtime.getRuntime();
        LOG.info("accepted={} open={} finished={} aborted={} cut={} bytes={} threads={} heap={} max-heap={}",
                stats.accepted(), stats.open(), stats.finished(), stats.aborted(), stats.cut(), stats.bytes(),
                threads(), memory.totalMemory() - memory.freeMemory(),
                memory.maxMemory());
    }

    /** Threads of the operating system. The JVM's own bean knows, too, but takes a descriptor when it is first asked. */
    private static int threads() {
        ThreadGroup group = Thread.currentThread().getThreadGroup();
        while (group.getParent() != null) {
            group = group.getParent();
        }
        return group.activeCount();
    }

    /** The first signal to end: what it does, since when. */
    private record Stopping(Thread thread, long sinceNanos) {
        /** Who signals a whole process group, as systemd does, reaches us twice: at once, and by way of the launcher. */
        boolean isEcho() {
            return Lifeline.isHeld() && System.nanoTime() - sinceNanos < ECHO.toNanos();
        }
    }
}
