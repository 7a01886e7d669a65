package blockingpoetry.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** A program that does little but collect, for longer than it takes to be noticed, though its heap has room. */
final class BusyCollector {
    private static final int PIECES = 500_000; // each takes a collection some time, and together not half of the heap

    private BusyCollector() {}

    @SuppressWarnings("RuntimeGc") // that is what it is for
    public static void main(String[] args) {
        LastWords.install();
        HeapWatch.start();
        List<Object[]> kept = new ArrayList<>();
        for (int i = 0; i < PIECES; i++) {
            kept.add(new Object[]{kept});
        }
        long endNanos = System.nanoTime() + Duration.ofSeconds(16).toNanos();
        while (System.nanoTime() - endNanos < 0) {
            System.gc();
            LockSupport.parkNanos(1_000_000); // else the thread that watches would have no turn between two of them
        }
        System.out.println(kept.size() == PIECES ? "at its own end" : "");
    }
}
