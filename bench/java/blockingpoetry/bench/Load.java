package blockingpoetry.bench;

import blockingpoetry.Pace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * Clients by the thousand, on a few event loops, each of which compares every byte that it receives with the poem.
 *
 * <p>A loop's thread owns its clients and its {@link Tally}; others talk to it by tasks in its queue. Clients come from
 * many loopback addresses, because one has ports for 28,000 connections only.
 */
final class Load implements AutoCloseable {
    /** Of so many loopback addresses, from 127.0.1.1 on. */
    private static final int SOURCES = 250;

    /** A loop reads what has come before it starts more clients than that; so no backlog overflows at the start. */
    private static final int STARTS_IN_A_ROW = 32;

    /** So that no load can use up the descriptors of its process. */
    private static final int MOST_AT_ONCE = 19_500;

    private static final AtomicInteger sources = new AtomicInteger();

    private final Plan plan;
    private final boolean spins;
    private final List<Loop> loops = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    private Load(Plan plan, boolean spins) {
        this.plan = plan;
        this.spins = spins;
    }

    /**
     * Starts a load, which goes on until it is closed.
     *
     * @param loops how many threads it has
     * @param spins whether they may poll without sleeping in order to start clients in time: only on cores of their own
     */
    static Load start(Plan plan, int loops, boolean spins) throws IOException {
        Load load = new Load(plan, spins);
        for (int i = 0; i < loops; i++) {
            load.loops.add(load.new Loop(share(plan.atOnce(), i, loops), plan.perSecond() / loops, i));
        }
        for (Loop loop : load.loops) {
            load.threads.add(Thread.ofPlatform().daemon().name("load").start(loop));
        }
        return load;
    }

    private static int share(int total, int index, int parts) {
        return total / parts + (index < total % parts ? 1 : 0);
    }

    /** Whether clients come at a fixed rate; its threads poll then, and are always busy. */
    boolean isOpen() {
        return plan.perSecond() > 0;
    }

    /** What has happened since the last call, or the start. */
    Tally take() {
        return merge(loops.stream().map(loop -> loop.call(loop::take)).toList());
    }

    /** Changes how many clients of a closed loop are in flight. */
    void atOnce(int count) {
        for (int i = 0; i < loops.size(); i++) {
            int share = share(count, i, loops.size());
            Loop loop = loops.get(i);
            loop.call(() -> loop.atOnce = share).join();
        }
    }

    /** How many clients have their first byte and are not done. */
    int reading() {
        return loops.stream().map(loop -> loop.call(() -> loop.reading)).mapToInt(CompletableFuture::join).sum();
    }

    /** How many clients are not done. */
    int inFlight() {
        return loops.stream().map(loop -> loop.call(() -> loop.inFlight)).mapToInt(CompletableFuture::join).sum();
    }

    /** Starts no more clients, waits for the rest to end, and tells what happened since the last {@link #take}. */
    Tally finish() {
        loops.forEach(loop -> loop.execute(() -> loop.ending = true));
        long deadlineNanos = System.nanoTime() + plan.patience().plusSeconds(5).toNanos(); // who came last has it, too
        while (inFlight() > 0 && System.nanoTime() - deadlineNanos < 0) {
            Pause.of(Duration.ofMillis(5));
        }
        return take();
    }

    /** Poems received since the start, after {@link #close} at the latest. */
    long whole() {
        return loops.stream().mapToLong(loop -> loop.whole.sum()).sum();
    }

    /** Ends it; clients that are not done leave. */
    @Override
    public void close() {
        loops.forEach(loop -> loop.execute(() -> loop.over = true));
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static Tally merge(List<CompletableFuture<Tally>> parts) {
        Tally all = new Tally();
        parts.forEach(part -> all.add(part.join()));
        return all;
    }

    /** An event loop with a share of the clients. */
    private final class Loop implements Runnable {
        private final Selector selector = Selector.open();
        private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(256 * 1024);
        private final ByteBuffer poem = ByteBuffer.allocateDirect(plan.poem().remaining())
                .put(plan.poem().duplicate());
        private final Queue<Client> byAge = new ArrayDeque<>();
        private final SplittableRandom random;
        private final double perSecond;
        private int atOnce;
        private Tally tally = new Tally();
        private long nextNanos = System.nanoTime(); // open loop: when the next client is due
        private int inFlight;
        private int reading;
        private boolean ending;
        private boolean over;
        private volatile boolean ended;
        private final LongAdder whole = new LongAdder();

        Loop(int atOnce, double perSecond, int seed) throws IOException {
            this.atOnce = atOnce;
            this.perSecond = perSecond;
            this.random = new SplittableRandom(seed);
        }

        /** Runs a task on the loop's thread, or on this one after the loop's end. */
        void execute(Runnable task) {
            tasks.add(task);
            if (ended) {
                runTasks();
            } else {
                selector.wakeup();
            }
        }

        <T> CompletableFuture<T> call(Supplier<T> task) {
            CompletableFuture<T> result = new CompletableFuture<>();
            execute(() -> result.complete(task.get()));
            return result;
        }

        private void runTasks() {
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
            }
        }

        Tally take() {
            Tally taken = tally;
            tally = new Tally();
            return taken;
        }

        @Override
        public void run() {
            try (selector) {
                while (!over) {
                    startDue();
                    await();
                    failOld();
                    runTasks();
                }
                for (SelectionKey key : selector.keys()) {
                    key.channel().close();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                ended = true;
                runTasks();
            }
        }

        private void await() throws IOException {
            long wait = perSecond == 0 || ending ? Long.MAX_VALUE : nextNanos - System.nanoTime();
            if (perSecond == 0 && !ending && inFlight < atOnce) {
                wait = 0;
            }
            long millis = Math.min(100, TimeUnit.NANOSECONDS.toMillis(wait));
            if (millis > 0) {
                selector.select(this::step, millis);
            } else if (wait <= 0 || spins) {
                selector.selectNow(this::step);
            } else {
                selector.select(this::step, 1); // up to a millisecond late, but the core is the server's too
            }
        }

        private void startDue() {
            for (int i = 0; i < STARTS_IN_A_ROW && !ending; i++) {
                long now = System.nanoTime();
                if (perSecond == 0) {
                    if (inFlight >= atOnce) {
                        return;
                    }
                    start(now);
                } else {
                    if (nextNanos - now > 0) {
                        return;
                    }
                    Tally.record(tally.lag, now - nextNanos);
                    start(nextNanos);
                    nextNanos += (long) (-Math.log(1 - random.nextDouble()) / perSecond * 1e9);
                }
            }
        }

        private void start(long intendedNanos) {
            tally.started++;
            if (inFlight >= MOST_AT_ONCE) {
                tally.fail(Tally.Failure.TIMEOUT); // an open loop that outruns the server by that much
                return;
            }
            SocketChannel channel;
            try {
                channel = SocketChannel.open();
            } catch (IOException e) {
                throw new UncheckedIOException(e); // no descriptor is left: the lab, not the server, is at its end
            }
            Client client = new Client(channel, intendedNanos);
            inFlight++;
            byAge.add(client);
            try {
                channel.configureBlocking(false);
                channel.bind(source());
                channel.register(selector, SelectionKey.OP_CONNECT, client);
                channel.connect(plan.server());
            } catch (IOException e) {
                fail(client, e);
            }
        }

        /** To bind a source address keeps a connect from meeting itself, too, if its port is the server's. */
        private InetSocketAddress source() throws IOException {
            int number = Math.floorMod(sources.getAndIncrement(), SOURCES);
            return new InetSocketAddress(InetAddress.getByAddress(new byte[]{127, 0, 1, (byte) (1 + number)}), 0);
        }

        private void step(SelectionKey key) {
            Client client = (Client) key.attachment();
            try {
                if (key.isConnectable()) {
                    client.channel.finishConnect();
                    key.interestOps(SelectionKey.OP_READ);
                }
                read(client); // with some luck all of it is there, and the end
            } catch (IOException e) {
                fail(client, e);
            }
            if (client.left && inFlight < atOnce && !ending) {
                start(System.nanoTime()); // at once, not all together at the end of a turn
            }
        }

        private void read(Client client) throws IOException {
            int count;
            do {
                count = client.channel.read(buffer.clear());
                if (count != 0) {
                    received(client, count);
                }
            } while (count > 0 && !client.left && client.position == poem.capacity());
        }

        private void received(Client client, int count) {
            long now = System.nanoTime();
            if (count < 0) {
                if (client.position == poem.capacity()) {
                    tally.whole++;
                    whole.increment();
                    Tally.record(tally.latency, now - client.intendedNanos);
                    leave(client);
                } else {
                    fail(client, Tally.Failure.SHORT);
                }
                return;
            }
            if (client.position + count > poem.capacity() || buffer.flip()
                    .mismatch(poem.limit(client.position + count).position(client.position)) >= 0) {
                fail(client, Tally.Failure.WRONG_BYTE);
                return;
            }
            if (client.position == 0 && count > 0) {
                client.firstByteNanos = now;
                reading++;
                Tally.record(tally.firstByte, now - client.intendedNanos);
            }
            if (plan.pace().isPresent()) {
                compare(plan.pace().get(), client, count, now);
            }
            client.position += count;
            tally.bytes += count;
            if (plan.firstOnly()) {
                tally.whole++;
                leave(client);
            }
        }

        /** How far the chunks that begin in these bytes are from when they were due, counted from the first one. */
        private void compare(Pace pace, Client client, int count, long now) {
            int next = Math.ceilDiv(client.position, pace.numBytes());
            int end = Math.ceilDiv(client.position + count, pace.numBytes());
            for (int chunk = Math.max(1, next); chunk < end; chunk++) {
                long dueNanos = client.firstByteNanos + chunk * pace.delay().toNanos();
                Tally.record(tally.pacing, Math.abs(now - dueNanos));
            }
        }

        private void failOld() {
            long oldestNanos = System.nanoTime() - plan.patience().toNanos();
            for (Client client = byAge.peek(); client != null; client = byAge.peek()) {
                if (!client.left) {
                    if (client.intendedNanos - oldestNanos > 0) {
                        return;
                    }
                    fail(client, Tally.Failure.TIMEOUT);
                }
                byAge.remove();
            }
        }

        private void fail(Client client, IOException reason) {
            if (reason instanceof BindException || reason instanceof NoRouteToHostException) {
                fail(client, Tally.Failure.NO_PORT);
            } else if (reason instanceof ConnectException) {
                fail(client, Tally.Failure.REFUSED);
            } else {
                fail(client, Tally.Failure.RESET);
            }
        }

        private void fail(Client client, Tally.Failure failure) {
            tally.fail(failure);
            leave(client);
        }

        private void leave(Client client) {
            client.left = true;
            inFlight--;
            reading -= client.firstByteNanos == 0 ? 0 : 1;
            try {
                client.channel.close();
            } catch (IOException e) {
                // It is gone, and counted.
            }
        }
    }

    private static final class Client {
        final SocketChannel channel;
        final long intendedNanos;
        long firstByteNanos; // 0 before
        int position;
        boolean left;

        Client(SocketChannel channel, long intendedNanos) {
            this.channel = channel;
            this.intendedNanos = intendedNanos;
        }
    }
}
