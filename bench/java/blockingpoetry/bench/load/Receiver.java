package blockingpoetry.bench.load;

import blockingpoetry.Pace;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** Reads for the clients of one loop, compares every byte with the poem, and counts the outcomes. Belongs to the loop's thread. */
final class Receiver {
    private final Workload workload;
    private final Consumer<Client> leave;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(256 * 1024);
    Outcomes outcomes = new Outcomes(); // since they were last taken
    long whole; // poems received since the start
    int reading; // clients that have their first byte and are not done

    /** @param leave closes a client that is done */
    Receiver(Workload workload, Consumer<Client> leave) {
        this.workload = workload;
        this.leave = leave;
    }

    Outcomes take() {
        Outcomes taken = outcomes;
        outcomes = new Outcomes();
        return taken;
    }

    /** Reads until the socket is empty; often the whole poem and its end are there already. */
    void readAll(Client client) throws IOException {
        int count;
        do {
            count = read(client, Integer.MAX_VALUE);
        } while (count > 0 && !client.gone && client.position == client.poem.capacity());
    }

    /** Reads once, no more than so many bytes; returns how many, or -1 at the end of stream. */
    int read(Client client, int most) throws IOException {
        int count = client.channel.read(buffer.clear().limit(Math.min(most, buffer.capacity())));
        if (count > 0) {
            received(client, count);
        } else if (count < 0) {
            ended(client);
        }
        return count;
    }

    private void received(Client client, int count) {
        long now = System.nanoTime();
        ByteBuffer poem = client.poem;
        int end = client.position + count;
        if (end > poem.capacity() || buffer.flip().mismatch(poem.limit(end).position(client.position)) >= 0) {
            fail(client, Outcomes.Failure.WRONG_BYTE);
            return;
        }
        if (client.position == 0) {
            client.firstByteNanos = now;
            reading++;
            Outcomes.record(outcomes.firstByte, now - client.intendedNanos);
        }
        if (workload.pace().isPresent()) {
            compare(workload.pace().get(), client, end, now);
        }
        client.position = end;
        outcomes.bytes += count;
        if (workload.firstByteOnly()) {
            countWhole(client);
        }
    }

    private void ended(Client client) {
        if (client.position == client.poem.capacity()) {
            Outcomes.record(outcomes.latency, System.nanoTime() - client.intendedNanos);
            countWhole(client);
        } else {
            fail(client, client.sendFailed ? Outcomes.Failure.RESET : Outcomes.Failure.SHORT);
        }
    }

    private void countWhole(Client client) {
        outcomes.whole++;
        whole++;
        end(client);
    }

    /** Records how far from their due times the chunks are that begin before {@code end}, counted from the first chunk. */
    private void compare(Pace pace, Client client, int end, long now) {
        int next = Math.ceilDiv(client.position, pace.numBytes());
        for (int chunk = Math.max(1, next); chunk < Math.ceilDiv(end, pace.numBytes()); chunk++) {
            long dueNanos = client.firstByteNanos + chunk * pace.delay().toNanos();
            Outcomes.record(outcomes.pacing, Math.abs(now - dueNanos));
        }
    }

    void fail(Client client, IOException reason) {
        if (reason instanceof BindException || reason instanceof NoRouteToHostException) {
            fail(client, Outcomes.Failure.NO_PORT);
        } else if (reason instanceof ConnectException) {
            fail(client, Outcomes.Failure.REFUSED);
        } else {
            fail(client, Outcomes.Failure.RESET);
        }
    }

    void fail(Client client, Outcomes.Failure failure) {
        count(failure, client.firstByteNanos != 0);
        end(client);
    }

    /** Counts a client as not served within the patience, so that latencies are not only those of the survivors. */
    void count(Outcomes.Failure failure, boolean hasFirstByte) {
        outcomes.fail(failure);
        Outcomes.record(outcomes.latency, workload.patience().toNanos());
        if (!hasFirstByte) {
            Outcomes.record(outcomes.firstByte, workload.patience().toNanos());
        }
    }

    void left(Client client) {
        outcomes.left++;
        end(client);
    }

    private void end(Client client) {
        reading -= client.firstByteNanos == 0 ? 0 : 1;
        leave.accept(client);
    }
}
