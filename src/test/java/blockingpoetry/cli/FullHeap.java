package blockingpoetry.cli;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * A program that lives, and does little but collect: it has used up its heap but for a rest, of which it makes garbage for
 * ever. Nothing is thrown, as each collection frees some of it. Watched, it ends.
 */
final class FullHeap {
    private static final int PIECE = 16 * 1024;

    /** What a collection clears is used up again within a fraction of the time that it took. */
    private static final int PIECES_LEFT = 20;

    private FullHeap() {}

    public static void main(String[] args) {
        LastWords.install();
        HeapWatch.start();
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
