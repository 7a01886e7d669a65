package blockingpoetry.bench.load;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a client does besides reading: actions, each at a byte of the poem, in that order. An action at 0 happens as soon as the
 * client is connected; one at the poem's length, when it has the whole poem but has not looked for the end of stream.
 *
 * @param actions       what it does
 * @param receiveBuffer bytes that its kernel accepts while it does not read, roughly; 0 leaves that to the kernel
 */
public record Behaviour(List<Action> actions, int receiveBuffer) {
    /** It only reads. */
    public static final Behaviour PLAIN = new Behaviour(List.of(), 0);

    enum Kind {
        SEND, // sends bytes as fast as the kernel accepts them, and reads meanwhile
        SHUT_DOWN, // shuts down its output, after all that it has to send
        PAUSE, // reads nothing for a time
        DRIP, // reads one byte a second for a time
        HOLD, // reads nothing until Load.release
        LEAVE, // closes its socket
        RESET // closes its socket so that the server sees a reset
    }

    /** An action at a byte of the poem; bytes and time only where the kind needs them. */
    record Action(int at, Kind kind, ByteBuffer bytes, Duration time) {}

    public Behaviour sending(int at, byte[] bytes) {
        return and(new Action(at, Kind.SEND, ByteBuffer.wrap(bytes), Duration.ZERO));
    }

    public Behaviour shuttingDown(int at) {
        return and(at, Kind.SHUT_DOWN, Duration.ZERO);
    }

    public Behaviour pausing(int at, Duration time) {
        return and(at, Kind.PAUSE, time);
    }

    public Behaviour dripping(int at, Duration time) {
        return and(at, Kind.DRIP, time);
    }

    public Behaviour holding(int at) {
        return and(at, Kind.HOLD, Duration.ZERO);
    }

    public Behaviour leaving(int at) {
        return and(at, Kind.LEAVE, Duration.ZERO);
    }

    public Behaviour resetting(int at) {
        return and(at, Kind.RESET, Duration.ZERO);
    }

    public Behaviour withReceiveBuffer(int bytes) {
        return new Behaviour(actions, bytes);
    }

    private Behaviour and(int at, Kind kind, Duration time) {
        return and(new Action(at, kind, ByteBuffer.allocate(0), time));
    }

    private Behaviour and(Action action) {
        return new Behaviour(Stream.concat(actions.stream(), Stream.of(action)).toList(), receiveBuffer);
    }
}
