package blockingpoetry.bench.load;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A client with a {@link Behaviour}. It never waits for its socket: it does what it can whenever the socket is ready. */
final class ActingClient extends Client {
    private static final long DRIP_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Loop loop;
    private final List<Behaviour.Action> actions;
    private int started; // actions
    private ByteBuffer unsent = NOTHING;
    private boolean reads = true;
    private boolean drips;
    private long dripEndNanos;
    long resumeNanos; // when its pause ends

    ActingClient(Loop loop, SocketChannel channel, ByteBuffer poem, long intendedNanos, Behaviour behaviour) {
        super(channel, poem, intendedNanos);
        this.loop = loop;
        this.actions = behaviour.actions();
    }

    /** Does what it can without waiting. */
    void proceed(SelectionKey key) throws IOException {
        send();
        act();
        if (reads && !gone) {
            loop.receiver.read(this, bytesToNextAction());
            act();
        }
        if (!gone) {
            key.interestOps((reads ? SelectionKey.OP_READ : 0) | (unsent.hasRemaining() ? SelectionKey.OP_WRITE : 0));
        }
    }

    /** Ends a pause. */
    void resume(SelectionKey key) throws IOException {
        reads = true;
        if (drips && resumeNanos - dripEndNanos < 0) {
            loop.receiver.read(this, 1);
            if (!gone) {
                pause(DRIP_NANOS);
            }
        } else {
            drips = false;
            proceed(key);
        }
    }

    private int bytesToNextAction() {
        int bytes = started < actions.size() ? actions.get(started).at() - position : 0;
        return bytes > 0 ? bytes : Integer.MAX_VALUE;
    }

    private void send() {
        try {
            if (unsent.hasRemaining()) {
                channel.write(unsent);
            }
        } catch (IOException e) {
            // The server is gone. There may be something left to read, but even a reset will then look like a clean end.
            sendFailed = true;
            unsent = NOTHING;
        }
    }

    /** Does what is due at this byte of the poem, one action after the other, until one of them keeps it from reading. */
    private void act() throws IOException {
        while (!gone && reads && !unsent.hasRemaining() && started < actions.size()
                && actions.get(started).at() <= position) {
            act(actions.get(started++));
        }
    }

    private void act(Behaviour.Action action) throws IOException {
        switch (action.kind()) {
            case SEND -> {
                if (!sendFailed) {
                    unsent = action.bytes().duplicate();
                    send();
                }
            }
            case SHUT_DOWN -> {
                if (!sendFailed) {
                    channel.shutdownOutput();
                }
            }
            case PAUSE -> pause(action.time().toNanos());
            case DRIP -> {
                drips = true;
                dripEndNanos = System.nanoTime() + action.time().toNanos();
                pause(DRIP_NANOS);
            }
            case HOLD -> reads = !loop.waiting.hold(this);
            case LEAVE -> loop.receiver.left(this);
            case RESET -> {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
                loop.receiver.left(this);
            }
        }
    }

    private void pause(long nanos) {
        reads = false;
        resumeNanos = System.nanoTime() + nanos;
        loop.waiting.pause(this);
    }
}
