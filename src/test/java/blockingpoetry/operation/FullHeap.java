package blockingpoetry.operation;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * A program that does little but collect: its heap is full but for a small part, which it fills with garbage again and
 * again. Nothing is thrown, since each collection frees that part. The monitor ends it.
 */
final class FullHeap {
    private static final int PIECE = 16 * 1024;

    /** So few that filling them takes a fraction of the time of a collection. */
    private static final int PIECES_LEFT = 20;

    private FullHeap() {}

    public static void main(String[] args) {
        FatalErrorHandler.install();
        GcOverheadMonitor.start();
        Queue<byte[]> kept = new ArrayDeque<>();
        try {
            while (true) {
                kept.add(new byte[PIECE]);
            }
        } catch (OutOfMemoryError full) {
            for (int i = 0; i < PIECES_LEFT; i++) {
                kept.remove();
            }
        }
        System.out.println("full");
        while (!kept.isEmpty()) {
            kept.add(new byte[PIECE]);
            kept.remove();
        }
    }
}
