package blockingpoetry.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Clients by the thousand, on a few event loops, each of which compares every byte that it receives with the poem. Every method
 * may be called by any thread; those that ask the loops block until these have answered. If a loop has failed, which is the
 * load's own fault and not the server's, each of them but {@code close} throws {@link UncheckedIOException}.
 */
public final class Load implements AutoCloseable {
    private final Workload workload;
    private final List<Loop> loops = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    private final boolean spins;

    private Load(Workload workload, boolean spins) {
        this.workload = workload;
        this.spins = spins;
    }

    /**
     * Starts a load, which goes on until it is closed, or until the workload is done.
     *
     * @param loops how many threads it has
     * @param spins whether they may poll without sleeping in order to start clients in time: only on cores of their own
     */
    public static Load start(Workload workload, int loops, boolean spins) throws IOException {
        Load load = new Load(workload, spins);
        for (int i = 0; i < loops; i++) {
            load.loops.add(new Loop(workload, i, loops, spins));
        }
        load.loops.forEach(loop -> load.threads.add(Thread.ofPlatform().daemon().name("load").start(loop)));
        return load;
    }

    /** Whether clients come at a fixed rate; its threads poll then, and are always busy. */
    public boolean isOpen() {
        return workload.perSecond() > 0;
    }

    /** Makes an open loop that spins more punctual, if this user may; blocks for some milliseconds. */
    public void raisePriority() {
        if (isOpen() && spins) {
            loops.forEach(Loop::raisePriority);
        }
    }

    /** The outcomes since the last call, or the start. */
    public Outcomes take() {
        Outcomes all = new Outcomes();
        ask(loop -> loop.receiver.take()).forEach(all::add);
        return all;
    }

    /** Changes how many clients of a closed loop are in flight. */
    public void atOnce(int count) {
        tell(loop -> loop.arrivals.atOnce = (int) loop.share(count));
    }

    /** How many clients have their first byte and are not done. */
    public int reading() {
        return sum(loop -> loop.receiver.reading);
    }

    /** How many clients are not done. */
    public int inFlight() {
        return sum(loop -> loop.inFlight);
    }

    /** How many clients read nothing until {@link #release}. */
    public int holding() {
        return sum(loop -> loop.waiting.held());
    }

    /** How many clients are done. */
    public int done() {
        return sum(loop -> (int) loop.arrivals.started - loop.inFlight);
    }

    /** The most clients that were connected at once; with more than one loop, no less than that. */
    public int peak() {
        return sum(loop -> loop.peak);
    }

    /** Lets clients that hold read on; later ones do not hold at all. */
    public void release() {
        tell(loop -> loop.waiting.release());
    }

    /** Starts no more clients, waits for the rest to end, and returns what happened since the last {@link #take}. */
    public Outcomes finish() {
        tell(loop -> loop.arrivals.finished = true);
        long deadlineNanos = System.nanoTime() + workload.patience().plusSeconds(5).toNanos();
        while (inFlight() > 0 && System.nanoTime() - deadlineNanos < 0) {
            CancellableSleep.sleep(Duration.ofMillis(5));
        }
        return take();
    }

    /**
     * Waits until all clients of a workload that ends are done.
     *
     * @return false if the time is over before that
     */
    public boolean awaitEnd(Duration time) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + time.toNanos();
        for (Thread thread : threads) {
            if (!thread.join(Duration.ofNanos(deadlineNanos - System.nanoTime()))) {
                return false;
            }
        }
        checkLoops();
        return true;
    }

    /** How many clients have received their poem since the start. */
    public long whole() {
        return ask(loop -> loop.receiver.whole).stream().mapToLong(Long::longValue).sum();
    }

    /** Ends it; clients that are not done leave. */
    @Override
    public void close() {
        askAll(loop -> loop.closing = true);
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private int sum(Function<Loop, Integer> question) {
        return ask(question).stream().mapToInt(Integer::intValue).sum();
    }

    private void tell(Consumer<Loop> order) {
        ask(loop -> {
            order.accept(loop);
            return true;
        });
    }

    private <T> List<T> ask(Function<Loop, T> question) {
        List<T> answers = askAll(question);
        checkLoops();
        return answers;
    }

    private void checkLoops() {
        for (Loop loop : loops) {
            loop.failure.ifPresent(failure -> {
                throw new UncheckedIOException(
                        new IOException("the load itself has failed: " + failure.getMessage(), failure));
            });
        }
    }

    /** Asks all loops at the same time; each answers on its own thread. */
    private <T> List<T> askAll(Function<Loop, T> question) {
        List<CompletableFuture<T>> answers = loops.stream()
                .map(loop -> CompletableFuture.supplyAsync(() -> question.apply(loop), loop))
                .toList();
        return answers.stream().map(CompletableFuture::join).toList();
    }
}
