package blockingpoetry.designs;

import blockingpoetry.Pace;
import blockingpoetry.Poem;
import blockingpoetry.PoetryServer;
import blockingpoetry.Service;
import blockingpoetry.recitals.ClientSocket;
import blockingpoetry.recitals.Connection;
import blockingpoetry.recitals.Connections;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelProgressiveFuture;
import io.netty.channel.ChannelProgressiveFutureListener;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * The readiness design as a framework has it: Netty owns the loops, the sockets and the buffers, and calls a handler in the pipeline
 * of each channel.
 *
 * <pre>
 *   event loop --+--> listening channel --> Acceptor --> Factory, for a handler per client
 *                +--> client's channel ---> Recital: channelActive, channelRead, ...
 *                +--> Recital: operationComplete when a chunk is written, write when the pause is over
 * </pre>
 *
 * <p>The waiting is in Netty's event loops; nothing here may block. The position in the poem is a field of the handler, the {@link
 * Recital}, from one callback to the next. Partial writes are Netty's affair: it keeps what the kernel did not take, and tells of
 * progress. A listener is in one loop, its clients are dealt out to all.
 *
 * <p>When not to choose it: when there is one simple protocol, because a framework is to be learned and started; and when a handler may
 * block, as in any event loop.
 *
 * <p>Run it: {@code java -jar blockingpoetry-bench.jar serve --design netty poem.txt}
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failure reaches the handler, too
final class NettyServer implements RunningServer.Lifecycle {
    private final Connections connections;
    private final Pace pace;
    private final NettyTransport transport;
    private final EventLoopGroup loops;
    private final Set<Channel> admitted = ConcurrentHashMap.newKeySet(); // with a permit, and no recital yet

    private NettyServer(Connections connections, NettyTransport transport) {
        this.connections = connections;
        this.pace = connections.options().pace();
        this.transport = transport;
        this.loops = transport.loops(connections.options().loops());
    }

    static PoetryServer start(List<Service> services, Connections connections) throws IOException {
        return start(services, connections, new NettyTransport(Epoll.isAvailable()));
    }

    static PoetryServer start(List<Service> services, Connections connections, NettyTransport transport)
            throws IOException {
        return RunningServer.start(new NettyServer(connections, transport), services, connections);
    }

    @Override
    public void endThreads() {
        loops.shutdownGracefully(0, 1, TimeUnit.MINUTES).awaitUninterruptibly();
    }

    @Override
    public RunningServer.Listener listen(Service service, RunningServer.Sockets sockets) throws IOException {
        // STEP 1: listen
        ServerBootstrap bootstrap = transport.bootstrap(loops, service.address())
                .option(ChannelOption.SO_BACKLOG, connections.options().backlog())
                .option(ChannelOption.AUTO_READ, false)
                .handler(new Acceptor())
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childHandler(new Factory(service));
        ChannelFuture bound = bootstrap.bind().awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw NettyTransport.plain(bound.cause());
        }
        Channel listener = bound.channel();
        sockets.add(() -> listener.close().awaitUninterruptibly());
        return new RunningServer.Listener(listener.localAddress(), () -> listener.config().setAutoRead(true));
    }

    /** Stands before Netty's own acceptor in a listening channel, and lets through as many clients as there are permits. */
    private final class Acceptor extends ChannelInboundHandlerAdapter {
        private final Queue<SocketChannel> accepted = new ArrayDeque<>(); // and without a permit yet

        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            context.channel()
                    .closeFuture()
                    .addListener(closed -> {
                        accepted.forEach(NettyTransport::resetUnregistered);
                        accepted.clear();
                    });
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object client) {
            // STEP 2: accept
            accepted.add((SocketChannel) client);
            if (connections.permits().tryAcquire(() -> context.executor().execute(() -> accept(context)))) {
                accept(context);
            } else {
                context.channel().config().setAutoRead(false); // until this gets a permit, clients wait in the backlog
            }
        }

        /** Lets the first client through, with a permit in hand. */
        private void accept(ChannelHandlerContext context) {
            SocketChannel client = accepted.poll();
            if (client == null) {
                connections.permits().release(); // the server stops
                return;
            }
            admitted.add(client);
            client.closeFuture().addListener(closed -> notTaken(client));
            context.fireChannelRead(client);
            acceptOn(context.channel());
        }

        /** If it has no recital, whose end would do that, its own end gives the permit back. */
        private void notTaken(SocketChannel client) {
            if (admitted.remove(client)) {
                connections.permits().release();
            }
        }

        private void acceptOn(Channel listener) {
            listener.config().setAutoRead(accepted.isEmpty());
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable reason) {
            connections.acceptFailed(NettyTransport.plain(reason)); // no descriptor or memory is left, for now
            context.channel().config().setAutoRead(false);
            context.executor()
                    .schedule(() -> acceptOn(context.channel()), Connections.ACCEPT_BACKOFF.toNanos(),
                            TimeUnit.NANOSECONDS);
        }
    }

    /** Gives each client's channel a handler of its own. */
    private final class Factory extends ChannelInitializer<SocketChannel> {
        private final Service service;

        Factory(Service service) {
            this.service = service;
        }

        @Override
        protected void initChannel(SocketChannel channel) {
            admitted.remove(channel); // from here on, the end of the connection gives its permit back
            channel.pipeline().addLast(new Recital(service, channel));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable reason) {
            connections.acceptFailed(reason);
            new NettyClient((SocketChannel) context.channel()).reset();
        }
    }

    /** A connection, and how far it is. */
    private final class Recital extends ChannelInboundHandlerAdapter implements ChannelProgressiveFutureListener {
        private final SocketChannel channel;
        private final ClientSocket client;
        private final Connection connection;
        private final Poem poem;
        private int position; // bytes of the poem that the kernel has taken
        private int chunkEnd; // where the current chunk ends: a partial write leaves the position before it
        private long dueNanos = System.nanoTime(); // when that chunk was due
        private int discardedBytes; // of input
        private @Nullable Future<?> timer;

        Recital(Service service, SocketChannel channel) {
            this.channel = channel;
            client = new NettyClient(channel);
            client.resetOnClose(true); // until the poem is sent, nothing may look like its end
            connection = connections.open(service, client); // gives the permit back when it ends
            poem = connection.poem();
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            guard(this::write);
        }

        private void write() throws IOException {
            // STEP 3: write
            chunkEnd += poem.chunk(position, pace.numBytes());
            connection.writing();
            channel.writeAndFlush(Unpooled.wrappedBuffer(poem.slice(position, chunkEnd - position)),
                    channel.newProgressivePromise().addListener(this));
        }

        /** The kernel took some of the chunk. Netty offers the rest by itself, when there is room again. */
        @Override
        public void operationProgressed(ChannelProgressiveFuture chunk, long progress, long length) {
            int count = (int) (chunkEnd - (length - progress)) - position; // what is left of the chunk ends at its end
            connection.wrote(count);
            position += count;
        }

        /** The kernel took all of the chunk, or never will. */
        @Override
        public void operationComplete(ChannelProgressiveFuture chunk) {
            if (!chunk.isSuccess()) {
                connection.failed(chunk.cause());
            } else if (position == poem.size()) {
                guard(this::finish);
            } else if (pace.delay().isPositive()) {
                guard(this::waitUntilDue);
            } else { // without a delay, too: after some writes on end, the loop looks at others
                guard(this::write);
            }
        }

        private void waitUntilDue() throws IOException {
            // STEP 4: wait
            connection.waiting();
            dueNanos = pace.next(dueNanos);
            timer = channel.eventLoop()
                    .schedule(() -> guard(this::write), Pace.until(dueNanos).toNanos(), TimeUnit.NANOSECONDS);
        }

        private void finish() throws IOException {
            // STEP 5: finish
            connection.finishing();
            client.resetOnClose(false); // the poem is sent: from here on the end is a clean one
            if (connections.options().drains()) {
                channel.shutdownOutput().addListener(shutdown -> discardInput(shutdown.cause()));
            } else {
                close();
            }
        }

        /** Reads to the client's end of stream: {@link BlockingServer} says why. */
        private void discardInput(@Nullable Throwable failure) {
            if (failure != null) {
                connection.failed(new IOException(failure)); // the client has left: Netty calls that NotYetConnected
            } else if (channel.isInputShutdown()) {
                guard(this::close);
            } else {
                channel.config().setAutoRead(true);
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object input) {
            discardedBytes += ((ByteBuf) input).readableBytes();
            ReferenceCountUtil.release(input);
            if (discardedBytes > Connections.DRAIN_LIMIT) {
                channel.config().setAutoRead(false); // the client sends too much to be read, but may still be receiving
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof ChannelInputShutdownEvent && position == poem.size()) { // before, it only closed its own side
                guard(this::close);
            }
        }

        private void close() throws IOException {
            // STEP 6: close
            connection.closing();
            channel.close().addListener(closed -> connection.closed());
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
            connection.failed(failure);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            connection.failed(new ClosedChannelException()); // nothing, if the end is reported already
            if (timer != null) {
                timer.cancel(false);
            }
        }

        /** Runs a callback; if it fails, the recital ends. */
        private void guard(Callback callback) {
            try {
                callback.run();
            } catch (Throwable failure) {
                connection.failed(failure);
            }
        }
    }

    @FunctionalInterface
    private interface Callback {
        void run() throws IOException;
    }
}
