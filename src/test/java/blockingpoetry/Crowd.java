package blockingpoetry;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;

/**
 * Thousands of clients on one thread, each of which compares every byte it receives with the poem.
 *
 * <p>They come from many loopback addresses, because one has ports for 28,000 connections only.
 */
public final class Crowd {
    /**
     * What became of the clients.
     *
     * @param whole  got the poem and a clean end
     * @param broken saw a reset, were refused, or saw a clean end too early
     * @param wrong  received a byte that is not the poem's
     * @param late   were not done when time was up
     * @param peak   most that were connected at once
     */
    public record Result(int whole, int broken, int wrong, int late, int peak) {}

    private final List<InetSocketAddress> addresses;
    private final List<byte[]> poems;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(256 * 1024);
    private int whole;
    private int broken;
    private int wrong;
    private int connected;
    private int peak;

    private Crowd(List<InetSocketAddress> addresses, List<byte[]> poems) {
        this.addresses = addresses;
        this.poems = poems;
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
        return new Crowd(addresses, poems).run(total, atOnce, System.nanoTime() + time.toNanos());
    }

    private Result run(int total, int atOnce, long deadlineNanos) throws IOException {
        try (Selector selector = Selector.open()) {
            int started = 0;
            while (whole + broken + wrong < total && System.nanoTime() - deadlineNanos < 0) {
                while (started < total && started - whole - broken - wrong < atOnce) {
                    connect(selector, started++);
                }
                selector.select(this::step, 100);
            }
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
        }
        return new Result(whole, broken, wrong, total - whole - broken - wrong, peak);
    }

    private void connect(Selector selector, int number) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.bind(
                new InetSocketAddress(InetAddress.getByAddress(new byte[]{127, 0, 0, (byte) (2 + number % 100)}), 0));
        channel.register(selector, SelectionKey.OP_CONNECT, new Position(number % addresses.size()));
        channel.connect(addresses.get(number % addresses.size()));
    }

    private void step(SelectionKey key) {
        SocketChannel channel = (SocketChannel) key.channel();
        Position position = (Position) key.attachment();
        try {
            if (key.isConnectable()) {
                channel.finishConnect();
                peak = Math.max(peak, ++connected);
                position.connected = true;
                key.interestOps(SelectionKey.OP_READ);
            } else {
                read(channel, position);
            }
        } catch (IOException e) {
            broken++;
            leave(channel, position);
        }
    }

    private void read(SocketChannel channel, Position position) throws IOException {
        byte[] poem = poems.get(position.service);
        int count = channel.read(buffer.clear());
        if (count < 0) {
            if (position.bytes == poem.length) {
                whole++;
            } else {
                broken++;
            }
            leave(channel, position);
        } else if (position.bytes + count <= poem.length
                && buffer.flip().equals(ByteBuffer.wrap(poem, position.bytes, count))) {
            position.bytes += count;
        } else {
            wrong++;
            leave(channel, position);
        }
    }

    private void leave(SocketChannel channel, Position position) {
        try {
            channel.close();
        } catch (IOException e) {
            // It is gone, and counted.
        }
        connected -= position.connected ? 1 : 0;
    }

    private static final class Position {
        final int service;
        int bytes;
        boolean connected;

        Position(int service) {
            this.service = service;
        }
    }
}
