package blockingpoetry.operation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** A program that does little but collect for several intervals of the monitor, though its heap has room. */
final class BusyCollector {
    private static final int PIECES = 500_000; // so many make a collection slow, and do not fill half of the heap

    private BusyCollector() {}

    @SuppressWarnings("RuntimeGc") // that is what it is for
    public static void main(String[] args) {
        FatalErrorHandler.install();
        GcOverheadMonitor.start();
        List<Object[]> kept = new ArrayList<>();
        for (int i = 0; i < PIECES; i++) {
            kept.add(new Object[]{kept});
        }
        long endNanos = System.nanoTime() + Duration.ofSeconds(16).toNanos();
        while (System.nanoTime() - endNanos < 0) {
            System.gc();
            LockSupport.parkNanos(1_000_000); // lets the monitor's thread run between two collections
        }
        System.out.println(kept.size() == PIECES ? "at its own end" : "");
    }
}
