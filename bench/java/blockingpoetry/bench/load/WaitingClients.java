package blockingpoetry.bench.load;

import java.util.ArrayDeque;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.function.Consumer;

/** Clients that do not read, for a time or until they are released. Belongs to the loop's thread. */
final class WaitingClients {
    private final Queue<ActingClient> held = new ArrayDeque<>();
    private final PriorityQueue<ActingClient> paused =
            new PriorityQueue<>((one, other) -> Long.compare(one.resumeNanos - other.resumeNanos, 0));
    private final Consumer<ActingClient> resume;
    private boolean released;

    WaitingClients(Consumer<ActingClient> resume) {
        this.resume = resume;
    }

    /** Resumes a client at its {@link ActingClient#resumeNanos}. */
    void pause(ActingClient client) {
        paused.add(client);
    }

    /** Whether the client has to wait for {@link #release}. */
    boolean hold(ActingClient client) {
        return !released && held.add(client);
    }

    int held() {
        return held.size();
    }

    void release() {
        released = true;
        for (ActingClient client = held.poll(); client != null; client = held.poll()) {
            resume.accept(client);
        }
    }

    /** How long it is until a pause is over, in nanoseconds. */
    long untilNext() {
        return paused.isEmpty() ? Long.MAX_VALUE : paused.peek().resumeNanos - System.nanoTime();
    }

    void resumeDue() {
        while (untilNext() <= 0) {
            resume.accept(paused.remove());
        }
    }
}
