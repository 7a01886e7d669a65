package blockingpoetry;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/**
 * Thousands of clients on one thread, each of which compares every byte it receives with the poem, and has a
 * {@link Manner}.
 *
 * <p>They come from many loopback addresses, because one has ports for 28,000 connections only.
 */
public final class Crowd implements AutoCloseable {
    private static final int OWN_ADDRESSES = 200; // from 127.0.0.2 on
    private static final int LOOK_MILLIS = 10; // how often it is looked who has paused for long enough
    private static final long DRIP_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final List<InetSocketAddress> addresses;
    private final List<byte[]> poems;
    private final int total;
    private final int atOnce;
    private final long deadlineNanos;
    private final IntFunction<Manner> manners;

    private final Selector selector = Selector.open();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(256 * 1024);
    private final PriorityQueue<Visitor> pausing =
            new PriorityQueue<>((one, other) -> Long.compare(one.wakeNanos - other.wakeNanos, 0));
    private final Queue<Visitor> held = new ArrayDeque<>();
    private final Map<End, Integer> ends = new EnumMap<>(End.class);
    private int connected;
    private int peak;

    // For other threads too.
    private final AtomicInteger ended = new AtomicInteger();
    private final AtomicInteger holding = new AtomicInteger();
    private final CompletableFuture<Result> result = new CompletableFuture<>();
    private volatile boolean released;
    private volatile boolean sentAway;

    /** What became of a client. */
    public enum End {
        /** It got the poem and a clean end. */
        WHOLE,
        /** It left early, as it wanted to, or was sent away. */
        LEFT,
        /** It saw a reset, or was refused. */
        RESET,
        /** It saw a clean end too early: the one thing that must never be. */
        CUT_SHORT,
        /** It received a byte that is not the poem's. */
        WRONG,
        /** It was not done when time was up. */
        LATE
    }

    /**
     * What became of them all.
     *
     * @param ends how many had an end of each kind, without those that nobody had
     * @param peak most that were connected at once
     */
    public record Result(Map<End, Integer> ends, int peak) {
        public int count(End end) {
            return ends.getOrDefault(end, 0);
        }
    }

    private Crowd(List<InetSocketAddress> addresses, List<byte[]> poems, int total, int atOnce, Duration time,
            IntFunction<Manner> manners)
            throws IOException {
        this.addresses = addresses;
        this.poems = poems;
        this.total = total;
        this.atOnce = atOnce;
        this.deadlineNanos = System.nanoTime() + time.toNanos();
        this.manners = manners;
    }

    /**
     * Sends a crowd, and blocks until all are done or time is up.
     *
     * @param addresses where to connect, in turn
     * @param poems     what is served there
     * @param total     how many clients in all
     * @param atOnce    how many of them at the same time
     * @param time      when those who are not done count as late
     */
    public static Result send(List<InetSocketAddress> addresses, List<byte[]> poems, int total, int atOnce,
            Duration time)
            throws IOException {
        return send(addresses, poems, total, atOnce, time, number -> Manner.PLAIN);
    }

    /** The same with manners, by the number of the client, from 0 on. */
    public static Result send(List<InetSocketAddress> addresses, List<byte[]> poems, int total, int atOnce,
            Duration time, IntFunction<Manner> manners)
            throws IOException {
        return new Crowd(addresses, poems, total, atOnce, time, manners).run();
    }

    /** The same, but does not wait: the crowd has a thread of its own. */
    public static Crowd start(List<InetSocketAddress> addresses, List<byte[]> poems, int total, int atOnce,
            Duration time, IntFunction<Manner> manners)
            throws IOException {
        Crowd crowd = new Crowd(addresses, poems, total, atOnce, time, manners);
        Thread.ofPlatform().daemon().name("crowd").start(() -> {
            try {
                crowd.result.complete(crowd.run());
            } catch (Throwable e) {
                crowd.result.completeExceptionally(e);
            }
        });
        return crowd;
    }

    /** How many read nothing until {@link #release}. */
    public int holding() {
        return holding.get();
    }

    /** How many are done. */
    public int ended() {
        return ended.get();
    }

    public boolean isDone() {
        return result.isDone();
    }

    /** Those who hold go on, and who comes later does not hold at all. */
    public void release() {
        released = true;
        selector.wakeup();
    }

    /** Blocks until all are done or time is up. */
    public Result await() throws InterruptedException {
        try {
            return result.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the crowd itself has failed", e.getCause());
        }
    }

    /** Sends away who is still there, and who was to come. */
    @Override
    public void close() {
        sentAway = true;
        selector.wakeup();
        result.handle((ends, failure) -> null).join();
    }

    private Result run() throws IOException {
        try (selector) {
            for (int started = 0; ended.get() < total && !sentAway && System.nanoTime() - deadlineNanos < 0;) {
                while (started < total && started - ended.get() < atOnce) {
                    new Visitor(started++).connect();
                }
                selector.select(key -> ((Visitor) key.attachment()).step(), LOOK_MILLIS);
                while (!pausing.isEmpty() && pausing.peek().wakeNanos - System.nanoTime() <= 0) {
                    pausing.remove().wake();
                }
                for (int left = released ? held.size() : 0; left > 0; left--) {
                    holding.decrementAndGet();
                    held.remove().wake();
                }
            }
            for (SelectionKey key : List.copyOf(selector.keys())) {
                key.channel().close();
            }
            selector.selectNow(); // which really closes them
        }
        if (ended.get() < total) {
            ends.merge(sentAway ? End.LEFT : End.LATE, total - ended.get(), Integer::sum);
        }
        return new Result(Map.copyOf(ends), peak);
    }

    /** A client, and how far it is. Its socket is never waited for: what can be done is done when it is ready. */
    private final class Visitor {
        private final int number;
        private final InetSocketAddress address;
        private final byte[] poem;
        private final Manner manner;
        private final SocketChannel channel;
        private int position;
        private int acts; // how many are done
        private ByteBuffer words = NOTHING; // what is still to be said
        private boolean broken; // it cannot say any more
        private boolean there;
        private boolean reads = true;
        private boolean gone;
        private long wakeNanos;
        private long dripEndNanos;
        private boolean drips;

        Visitor(int number) throws IOException {
            this.number = number;
            this.address = addresses.get(number % addresses.size());
            this.poem = poems.get(number % addresses.size());
            this.manner = manners.apply(number);
            this.channel = SocketChannel.open();
        }

        void connect() throws IOException {
            channel.configureBlocking(false);
            if (manner.receiveBuffer() > 0) {
                channel.setOption(StandardSocketOptions.SO_RCVBUF, manner.receiveBuffer());
            }
            byte[] own = {127, 0, 0, (byte) (2 + number % OWN_ADDRESSES)};
            channel.bind(new InetSocketAddress(InetAddress.getByAddress(own), 0));
            channel.register(selector, SelectionKey.OP_CONNECT, this);
            try {
                if (channel.connect(address)) {
                    arrive();
                }
            } catch (IOException e) {
                end(End.RESET);
            }
        }

        void step() {
            try {
                if (!there) {
                    channel.finishConnect();
                    arrive();
                } else {
                    goOn();
                }
            } catch (IOException e) {
                end(End.RESET);
            }
        }

        private void arrive() throws IOException {
            there = true;
            peak = Math.max(peak, ++connected);
            goOn();
        }

        /** Does what can be done without waiting. */
        private void goOn() throws IOException {
            say();
            act();
            if (reads && !gone) {
                read();
                act();
            }
            if (!gone) {
                channel.keyFor(selector)
                        .interestOps((reads ? SelectionKey.OP_READ : 0)
                                | (words.hasRemaining() ? SelectionKey.OP_WRITE : 0));
            }
        }

        private void say() {
            try {
                if (words.hasRemaining()) {
                    channel.write(words);
                }
            } catch (IOException e) {
                // The server listens no more; there may still be something to read, but its end will look like a clean one.
                broken = true;
                words.position(words.limit());
            }
        }

        /** Does what is due at this byte of the poem, one thing after the other, unless it stops reading. */
        private void act() throws IOException {
            while (!gone && reads && !words.hasRemaining() && acts < manner.acts().size()
                    && manner.acts().get(acts).at() <= position) {
                act(manner.acts().get(acts++));
            }
        }

        private void act(Manner.Act act) throws IOException {
            switch (act.deed()) {
                case SAY -> {
                    if (!broken) {
                        words = act.words().duplicate();
                        say();
                    }
                }
                case SHUT_DOWN -> {
                    if (!broken) {
                        channel.shutdownOutput();
                    }
                }
                case PAUSE -> pause(act.time().toNanos());
                case DRIP -> {
                    drips = true;
                    dripEndNanos = System.nanoTime() + act.time().toNanos();
                    pause(DRIP_NANOS);
                }
                case HOLD -> {
                    if (!released) {
                        reads = false;
                        held.add(this);
                        holding.incrementAndGet();
                    }
                }
                case LEAVE -> end(End.LEFT);
                case RESET -> {
                    channel.setOption(StandardSocketOptions.SO_LINGER, 0);
                    end(End.LEFT);
                }
            }
        }

        private void pause(long nanos) {
            reads = false;
            wakeNanos = System.nanoTime() + nanos;
            pausing.add(this);
        }

        /** Reads again, after a pause. */
        void wake() {
            if (gone) {
                return;
            }
            reads = true;
            try {
                if (drips && wakeNanos - dripEndNanos < 0) {
                    read(1);
                    if (!gone) {
                        pause(DRIP_NANOS);
                    }
                } else {
                    drips = false;
                    goOn();
                }
            } catch (IOException e) {
                end(End.RESET);
            }
        }

        private void read() throws IOException {
            // Not beyond the byte at which it will do something.
            int next = acts < manner.acts().size() ? manner.acts().get(acts).at() - position : 0;
            read(next > 0 ? Math.min(next, buffer.capacity()) : buffer.capacity());
        }

        private void read(int limit) throws IOException {
            int count = channel.read(buffer.clear().limit(limit));
            if (count < 0) {
                end(position == poem.length ? End.WHOLE : broken ? End.RESET : End.CUT_SHORT);
            } else if (position + count <= poem.length
                    && buffer.flip().equals(ByteBuffer.wrap(poem, position, count))) {
                position += count;
            } else {
                end(End.WRONG);
            }
        }

        private void end(End end) {
            gone = true;
            ends.merge(end, 1, Integer::sum);
            ended.incrementAndGet();
            connected -= there ? 1 : 0;
            try {
                channel.close();
            } catch (IOException e) {
                // It is gone, and counted.
            }
        }
    }
}
