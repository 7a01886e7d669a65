package blockingpoetry.classroom;

import blockingpoetry.Outcome;
import blockingpoetry.recitals.Connection;
import blockingpoetry.recitals.Witness;
import java.lang.StackWalker.StackFrame;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Notes each step of a server's connections: when, of which client, on which platform thread, and where in the code. It is also where a
 * handler's work is put: {@link #hog} makes the serving thread sleep or compute at the next chunk of a client.
 *
 * <p>All methods may be called from any thread.
 */
final class StepWitness implements Witness {
    private static final StackWalker STACK = StackWalker.getInstance();
    private static final int DEEPEST = 12; // frames of the project that are noted

    private final EventQueue events;
    private final Map<Integer, Hog> hogs = new ConcurrentHashMap<>(); // by the port of the client
    private volatile Detail detail = Detail.NONE;

    /** How much is noted. */
    enum Detail {
        /** Nothing: while a server warms up, and in a crowd. */
        NONE,
        /** Steps, with the lines of code. */
        STEPS
    }

    /** Work that the classroom puts on a serving thread. */
    record Hog(boolean burns, Duration time) {
        void work() {
            long endNanos = System.nanoTime() + time.toNanos();
            if (burns) {
                while (System.nanoTime() - endNanos < 0) {
                    Thread.onSpinWait();
                }
            } else {
                try {
                    Thread.sleep(time);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    /** A platform thread, by a number that is its own in this process, and its name. */
    private record Platform(long id, String name) {
        static Platform current() {
            Thread thread = Thread.currentThread();
            if (!thread.isVirtual()) {
                return new Platform(thread.threadId(), thread.getName());
            }
            // A virtual thread's description ends in "@" and its carrier's name; there is no other way to it.
            String text = thread.toString();
            String carrier = text.substring(text.lastIndexOf('@') + 1);
            String number = carrier.substring(carrier.lastIndexOf('-') + 1);
            return new Platform(-Long.parseLong(number), carrier);
        }
    }

    StepWitness(EventQueue events) {
        this.events = events;
    }

    void detail(Detail next) {
        detail = next;
    }

    /** At the next chunk of the client with this port, the serving thread works. */
    void hog(int port, Hog hog) {
        hogs.put(port, hog);
    }

    @Override
    public void step(Connection connection, String step) {
        if (detail == Detail.NONE) {
            return;
        }
        long startNanos = System.nanoTime();
        int port = connection.client().address().getPort();
        Platform platform = Platform.current();
        List<StackFrame> frames = STACK.walk(all -> all
                .filter(frame -> frame.getClassName().startsWith("blockingpoetry.designs."))
                .limit(DEEPEST)
                .toList());
        note(startNanos, port, step, connection.bytes(), platform, frames);
        Hog hog = step.equals("write") ? hogs.remove(port) : null;
        if (hog != null) {
            Map<String, Object> begun =
                    Map.of("hog", port, "burns", hog.burns, "at", System.nanoTime(), "ms", hog.time.toMillis());
            events.add(() -> begun);
            hog.work();
            long endNanos = System.nanoTime();
            events.add(() -> {
                Map<String, Object> ended = new HashMap<>(begun);
                ended.put("to", endNanos);
                return ended;
            });
        }
    }

    @Override
    public void wrote(Connection connection, int count) {
        if (detail == Detail.NONE) {
            return;
        }
        long startNanos = System.nanoTime();
        note(startNanos, connection.client().address().getPort(), "wrote", connection.bytes(), Platform.current(),
                List.of());
    }

    @Override
    public void ended(Connection connection, Outcome outcome) {
        if (detail == Detail.NONE) {
            return;
        }
        long nanos = System.nanoTime();
        int port = connection.client().address().getPort();
        events.add(() -> Map.of("end", port, "at", nanos, "outcome", outcome.toString()));
    }

    private void note(long startNanos, int port, String step, long bytes, Platform platform, List<StackFrame> frames) {
        long costNanos = System.nanoTime() - startNanos;
        events.add(() -> List.of(startNanos, port, step, bytes, platform.id, platform.name,
                frames.stream().map(StepWitness::text).toList(), costNanos));
    }

    private static String text(StackFrame frame) {
        String name = frame.getClassName();
        return name.substring(name.lastIndexOf('.') + 1) + "." + frame.getMethodName() + ":" + frame.getLineNumber();
    }
}
