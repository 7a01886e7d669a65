package blockingpoetry;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * How a client of a {@link Crowd} behaves, besides reading: what it does at which byte of the poem, in that order. At 0 it
 * does it as soon as it is connected, and at the poem's length, when it has all of it but has not looked for the end.
 *
 * @param acts          what it does
 * @param receiveBuffer bytes that its kernel takes when the client does not, about; 0 leaves it to the kernel
 */
public record Manner(List<Act> acts, int receiveBuffer) {
    /** It reads, and that is all. */
    public static final Manner PLAIN = new Manner(List.of(), 0);

    /** What a client may do. */
    public enum Deed {
        /** Says something, as fast as the kernel takes it, and goes on reading meanwhile. */
        SAY,
        /** Shuts down its output, after all that it has to say. */
        SHUT_DOWN,
        /** Reads nothing for a time. */
        PAUSE,
        /** Reads a byte each second for a time. */
        DRIP,
        /** Reads nothing until the crowd is released. */
        HOLD,
        /** Closes its socket. */
        LEAVE,
        /** Closes it so that the server sees a reset. */
        RESET
    }

    /** A deed at a byte of the poem, with what it takes. */
    public record Act(int at, Deed deed, ByteBuffer words, Duration time) {}

    public Manner saying(int at, byte[] words) {
        return and(new Act(at, Deed.SAY, ByteBuffer.wrap(words), Duration.ZERO));
    }

    public Manner shuttingDown(int at) {
        return and(at, Deed.SHUT_DOWN);
    }

    public Manner pausing(int at, Duration time) {
        return and(new Act(at, Deed.PAUSE, ByteBuffer.allocate(0), time));
    }

    public Manner dripping(int at, Duration time) {
        return and(new Act(at, Deed.DRIP, ByteBuffer.allocate(0), time));
    }

    public Manner holding(int at) {
        return and(at, Deed.HOLD);
    }

    public Manner leaving(int at) {
        return and(at, Deed.LEAVE);
    }

    public Manner resetting(int at) {
        return and(at, Deed.RESET);
    }

    public Manner withReceiveBuffer(int receiveBuffer) {
        return new Manner(acts, receiveBuffer);
    }

    private Manner and(int at, Deed deed) {
        return and(new Act(at, deed, ByteBuffer.allocate(0), Duration.ZERO));
    }

    private Manner and(Act act) {
        return new Manner(Stream.concat(acts.stream(), Stream.of(act)).toList(), receiveBuffer);
    }
}
