package blockingpoetry.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * An event loop with a share of a load's clients. Its thread owns the clients and all that is not final here; other threads hand
 * it tasks. It ends when it is closed, or when all clients of a workload that ends are done.
 */
final class Loop implements Runnable, Executor {
    /** One address has ports for 28,000 connections only, so clients use this many, from 127.0.1.1 on. */
    private static final int SOURCES = 250;

    private static final int MOST_AT_ONCE = 19_500; // so that a load does not use up the descriptors of its process
    private static final long REST_NANOS = 20_000;
    private static final AtomicInteger sources = new AtomicInteger();

    private final Workload workload;
    private final List<Workload.Target> targets;
    private final int index;
    private final int loops;
    private final boolean spins;
    private final Selector selector = Selector.open();
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Queue<Client> byAge = new ArrayDeque<>();
    final Arrivals arrivals;
    final Receiver receiver;
    final WaitingClients waiting = new WaitingClients(this::resume);
    int inFlight;
    int peak;
    private int connected;
    boolean closing;
    private volatile boolean ended;
    private volatile String nativeId = ""; // of its thread
    private volatile boolean isRealTime;
    volatile Optional<Throwable> failure = Optional.empty(); // that ended the loop too early

    /** The loop number {@code index} of {@code loops} that share a workload. */
    Loop(Workload workload, int index, int loops, boolean spins) throws IOException {
        this.workload = workload;
        this.targets = workload.targets().stream().map(Workload.Target::duplicate).toList();
        this.index = index;
        this.loops = loops;
        this.spins = spins;
        this.arrivals = new Arrivals((int) share(workload.atOnce()), workload.perSecond() / loops,
                share(workload.total()), index);
        this.receiver = new Receiver(workload, this::leave);
    }

    /**
     * Gives its thread real-time priority, if this user may do that: or any other thread on its core keeps clients waiting for a
     * time slice of 4 ms. Another thread calls this once the load's code has been compiled: the compiler's threads get little
     * time from then on.
     */
    void raisePriority() {
        try {
            isRealTime = new ProcessBuilder("chrt", "--fifo", "--pid", "1", nativeId).redirectErrorStream(true)
                    .redirectOutput(Redirect.DISCARD)
                    .start()
                    .waitFor() == 0;
        } catch (IOException e) {
            // There is no chrt here: it keeps its priority.
        } catch (InterruptedException e) {
            throw new CancellableSleep.Cancelled();
        }
    }

    long share(long count) {
        return count / loops + (index < count % loops ? 1 : 0);
    }

    /** Runs a task on the loop's thread, or on this one after the loop's end. */
    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (ended) {
            runTasks();
        } else {
            selector.wakeup();
        }
    }

    private void runTasks() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    @Override
    public void run() {
        try (selector) {
            nativeId = Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName().toString();
            while (!closing && (inFlight > 0 || !arrivals.areOver())) {
                startDue();
                await();
                waiting.resumeDue();
                failOld();
                runTasks();
            }
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
        } catch (IOException | RuntimeException | Error e) {
            failure = Optional.of(e);
        } finally {
            ended = true;
            runTasks();
        }
    }

    private void startDue() {
        int count = 0;
        while (count < workload.startsInARow() && startIfDue()) {
            count++;
        }
    }

    private boolean startIfDue() {
        long now = System.nanoTime();
        if (arrivals.untilNext(inFlight, now) > 0) {
            return false;
        }
        long intendedNanos = arrivals.take(now);
        if (arrivals.isOpenLoop()) {
            Outcomes.record(receiver.outcomes.lag, now - intendedNanos);
        }
        start(intendedNanos);
        return true;
    }

    private void await() throws IOException {
        long wait = Math.min(arrivals.untilNext(inFlight, System.nanoTime()), waiting.untilNext());
        long millis = Math.min(100, TimeUnit.NANOSECONDS.toMillis(wait));
        if (millis > 0) {
            selector.select(this::step, millis);
        } else if (wait <= 0 || spins) {
            selector.selectNow(this::step);
            if (isRealTime) {
                LockSupport.parkNanos(REST_NANOS); // or no other thread would ever have the core, not even the compiler's
            }
        } else {
            selector.select(this::step, 1); // up to a millisecond late, but the core is the server's, too
        }
    }

    private void start(long intendedNanos) {
        receiver.outcomes.started++;
        if (inFlight >= MOST_AT_ONCE) {
            receiver.count(Outcomes.Failure.TIMEOUT, false); // an open loop that outruns the server by that much
            return;
        }
        SocketChannel channel;
        try {
            channel = SocketChannel.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e); // out of descriptors: the load's fault, not the server's
        }
        int number = (int) (index + (arrivals.started - 1) * loops);
        Workload.Target target = targets.get(number % targets.size());
        Behaviour behaviour = workload.behaviours().apply(number);
        Client client = behaviour.actions().isEmpty()
                ? new Client(channel, target.poem(), intendedNanos)
                : new ActingClient(this, channel, target.poem(), intendedNanos, behaviour);
        inFlight++;
        byAge.add(client);
        try {
            channel.configureBlocking(false);
            if (behaviour.receiveBuffer() > 0) {
                channel.setOption(StandardSocketOptions.SO_RCVBUF, behaviour.receiveBuffer());
            }
            if (target.server().getAddress().isLoopbackAddress()) {
                channel.bind(source());
            }
            channel.register(selector, SelectionKey.OP_CONNECT, client);
            channel.connect(target.server());
        } catch (IOException e) {
            receiver.fail(client, e);
        }
    }

    /** With a source address of its own, a client cannot connect to itself if its port is the server's. */
    private static InetSocketAddress source() throws IOException {
        int number = Math.floorMod(sources.getAndIncrement(), SOURCES);
        return new InetSocketAddress(InetAddress.getByAddress(new byte[]{127, 0, 1, (byte) (1 + number)}), 0);
    }

    private void step(SelectionKey key) {
        Client client = (Client) key.attachment();
        try {
            if (key.isConnectable()) {
                client.channel.finishConnect();
                client.connected = true;
                peak = Math.max(peak, ++connected);
                key.interestOps(SelectionKey.OP_READ);
            }
            if (client instanceof ActingClient acting) {
                acting.proceed(key);
            } else {
                receiver.readAll(client);
            }
        } catch (IOException e) {
            receiver.fail(client, e);
        }
        if (client.gone && !arrivals.isOpenLoop()) {
            startIfDue(); // so that clients do not start in batches
        }
    }

    private void resume(ActingClient client) {
        if (!client.gone) {
            try {
                client.resume(client.channel.keyFor(selector));
            } catch (IOException e) {
                receiver.fail(client, e);
            }
        }
    }

    private void failOld() {
        long oldestNanos = System.nanoTime() - workload.patience().toNanos();
        for (Client client = byAge.peek(); client != null; client = byAge.peek()) {
            if (!client.gone) {
                if (client.intendedNanos - oldestNanos > 0) {
                    return;
                }
                receiver.fail(client, Outcomes.Failure.TIMEOUT);
            }
            byAge.remove();
        }
    }

    private void leave(Client client) {
        client.gone = true;
        inFlight--;
        connected -= client.connected ? 1 : 0;
        try {
            client.channel.close();
        } catch (IOException e) {
            // It is gone, and counted.
        }
    }
}
