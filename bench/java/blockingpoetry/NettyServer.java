package blockingpoetry;

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
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.RawUnixChannelOption;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * The readiness design as a framework has it: Netty owns the loops, the sockets and the buffers, and calls a handler that
 * sits in each channel's pipeline.
 *
 * <pre>
 *   event loop --+--> listening channel --> Listener --> Factory, for a handler per client
 *                +--> client's channel ---> Conversation: channelActive, channelRead, ...
 *                +--> whatever it is time for, or has been written
 * </pre>
 *
 * <p>The waiting is in Netty's event loops; nothing here may block. The position in the poem is kept in an object, the
 * handler, from one callback to the next. Partial writes are Netty's affair: it keeps what the kernel did not take, and
 * tells of progress. All loops are alike: a listener is in one of them, its clients are dealt out to all. By default there
 * is a loop for each core, as in the other designs, and not two as Netty has it.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what became of it, the handler is told as well
final class NettyServer implements PoetryServer {
    /** Linux's SO_LINGER, of a listener: clients' sockets inherit it. Netty accepts many in a row before it tells of one. */
    private static final RawUnixChannelOption LINGER = new RawUnixChannelOption("SO_LINGER", 1, 13, 8);

    private final List<Channel> listeners = new ArrayList<>();
    private final List<InetSocketAddress> addresses = new ArrayList<>();
    private final Connections connections;
    private final Pace pace;
    private final boolean epoll;
    private final EventLoopGroup loops;

    private NettyServer(Connections connections, boolean epoll) {
        this.connections = connections;
        this.pace = connections.options().pace();
        this.epoll = epoll;
        int count = connections.options().loops();
        this.loops = new MultiThreadIoEventLoopGroup(count == 0 ? Runtime.getRuntime().availableProcessors() : count,
                new DefaultThreadFactory("netty"), epoll ? SteadyEpoll.newFactory() : NioIoHandler.newFactory());
    }

    /**
     * Listens at every service's address, and starts to accept when all of them are bound.
     *
     * @throws IOException if a service cannot be offered; nothing is left open then
     */
    static NettyServer start(List<Service> services, Connections connections) throws IOException {
        return start(services, connections, Epoll.isAvailable());
    }

    /** The same, on epoll or on NIO. */
    static NettyServer start(List<Service> services, Connections connections, boolean epoll) throws IOException {
        NettyServer server = new NettyServer(connections, epoll);
        try {
            for (Service service : services) {
                server.listen(service);
            }
        } catch (IOException e) {
            server.close();
            throw e;
        }
        server.listeners.forEach(listener -> listener.config().setAutoRead(true));
        return server;
    }

    private void listen(Service service) throws IOException {
        // Netty accepts 16 in a row; but with NIO it tells of none before it has all, and that may be too many.
        RecvByteBufAllocator atOnce = new ServerChannelRecvByteBufAllocator().maxMessagesPerRead(epoll ? 16 : 1);

        // STEP 1: listen
        ServerBootstrap listening = new ServerBootstrap().group(loops)
                .channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, connections.options().backlog())
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.RECVBUF_ALLOCATOR, atOnce)
                .handler(new Listener())
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childHandler(new Factory(service));
        if (epoll) {
            listening.option(LINGER, ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder()).putInt(0, 1)); // for 0 s
        }
        ChannelFuture bound = listening.bind(service.address()).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw service.refused(plain(bound.cause()));
        }
        listeners.add(bound.channel());
        addresses.add((InetSocketAddress) bound.channel().localAddress());
    }

    @Override
    public void close() {
        connections.stop(this::stopAccepting, this::endLoops);
    }

    private void stopAccepting() {
        listeners.forEach(listener -> listener.close().awaitUninterruptibly());
    }

    private void endLoops() {
        loops.shutdownGracefully(0, 1, TimeUnit.MINUTES).awaitUninterruptibly();
    }

    @Override
    public void awaitClosed() throws InterruptedException {
        connections.awaitStopped();
    }

    @Override
    public List<InetSocketAddress> addresses() {
        return List.copyOf(addresses);
    }

    @Override
    public Figures figures() {
        return connections.figures();
    }

    /** With the system's words alone: epoll's messages are like {@code bind(..) failed with error(-98): ...}. */
    private static IOException plain(Throwable reason) {
        return new IOException(String.valueOf(reason.getMessage()).replaceFirst("^.*\\): ", ""), reason);
    }

    private static void reset(SocketChannel channel) {
        if (channel.isOpen()) {
            channel.config().setSoLinger(0); // makes close send a reset
        }
        channel.close();
    }

    /** Stands before Netty's own acceptor in a listening channel, and lets through as many clients as there are places. */
    private final class Listener extends ChannelInboundHandlerAdapter {
        private final Queue<SocketChannel> early = new ArrayDeque<>(); // accepted before there was a place

        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            context.channel().closeFuture().addListener(closed -> refuse());
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object client) {
            early.add((SocketChannel) client);
            accept(context);
        }

        private void accept(ChannelHandlerContext context) {
            // STEP 2: accept
            while (!early.isEmpty() && connections.tryTakePlace(() -> resume(context))) {
                context.fireChannelRead(early.remove());
            }
            context.channel().config().setAutoRead(early.isEmpty()); // else the rest wait in the backlog
        }

        private void resume(ChannelHandlerContext context) {
            if (context.channel().isOpen()) {
                context.executor().execute(() -> accept(context));
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable reason) {
            connections.acceptFailed(plain(reason)); // no descriptor or memory is left; some soon will be
            context.channel().config().setAutoRead(false);
            context.executor().schedule(() -> accept(context), Connections.REST.toNanos(), TimeUnit.NANOSECONDS);
        }

        /** The server stops: to be closed at once would look like an empty poem. */
        private void refuse() {
            for (SocketChannel client = early.poll(); client != null; client = early.poll()) {
                client.config().setSoLinger(0);
                client.unsafe().closeForcibly(); // the only way while it belongs to no loop
            }
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
            channel.pipeline().addLast(new Conversation(service, channel));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable reason) {
            connections.leavePlace();
            connections.acceptFailed(reason);
            reset((SocketChannel) context.channel());
        }
    }

    /** A connection, and how far it is. */
    private final class Conversation extends ChannelInboundHandlerAdapter
            implements
                ChannelProgressiveFutureListener,
                Endpoint {
        private final SocketChannel channel;
        private final InetSocketAddress client;
        private final Poem poem;
        private final Connection connection;
        private int position;
        private int chunkEnd;
        private long dueNanos = System.nanoTime();
        private int heard;
        private @Nullable Future<?> rest;

        Conversation(Service service, SocketChannel channel) {
            this.channel = channel;
            this.client = channel.remoteAddress();
            this.connection = connections.open(service, this);
            this.poem = connection.poem();
        }

        @Override
        public void channelActive(ChannelHandlerContext context) throws IOException {
            write();
        }

        private void write() throws IOException {
            // STEP 3: write
            chunkEnd += Math.min(pace.numBytes(), poem.size() - position);
            connection.writing();
            channel.writeAndFlush(Unpooled.wrappedBuffer(poem.slice(position, chunkEnd - position)),
                    channel.newProgressivePromise().addListener(this));
        }

        /** The kernel took some of the chunk. Netty offers the rest by itself, when there is room again. */
        @Override
        public void operationProgressed(ChannelProgressiveFuture chunk, long progress, long length) {
            int written = (int) (chunkEnd - length + progress) - position;
            connection.wrote(written);
            position += written;
        }

        /** The kernel took all of the chunk, or never will. */
        @Override
        public void operationComplete(ChannelProgressiveFuture chunk) {
            if (!chunk.isSuccess()) {
                connection.failed(chunk.cause());
            } else if (position == poem.size()) {
                finish();
            } else if (pace.delay().isPositive()) {
                pause();
            } else {
                goOn();
            }
        }

        private void pause() {
            // STEP 4: wait
            connection.waiting();
            dueNanos = pace.next(dueNanos);
            rest = channel.eventLoop()
                    .schedule(this::goOn, Pace.until(dueNanos).toNanos(), TimeUnit.NANOSECONDS);
        }

        private void goOn() {
            try {
                write();
            } catch (Throwable failure) {
                connection.failed(failure); // whatever it was, the client must not see a clean end
            }
        }

        private void finish() {
            // STEP 5: finish
            if (connections.options().drains()) {
                connection.draining();
                channel.shutdownOutput().addListener(shutdown -> discard(shutdown.cause()));
            } else {
                end();
            }
        }

        /**
         * Reads on until the client's end of stream: closing a socket with unread input would make the kernel reset it,
         * and throw away what the client has not received yet. If that takes too long, {@link Connections} ends it.
         */
        private void discard(@Nullable Throwable failure) {
            if (failure != null) {
                connection.failed(new IOException(failure)); // the client has left: Netty calls that NotYetConnected
            } else if (channel.isInputShutdown()) {
                end();
            } else {
                channel.config().setAutoRead(true);
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object said) {
            heard += ((ByteBuf) said).readableBytes();
            ReferenceCountUtil.release(said);
            if (heard > Connections.DRAIN_LIMIT) {
                channel.config().setAutoRead(false); // it says too much, but may still be reading
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof ChannelInputShutdownEvent && position == poem.size()) {
                end();
            }
        }

        private void end() {
            // STEP 6: close
            connection.closing();
            channel.close().addListener(closed -> connection.finished());
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
            connection.failed(failure); // whatever it was, the client must not see a clean end
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            connection.failed(new ClosedChannelException());
            if (rest != null) {
                rest.cancel(false);
            }
        }

        @Override
        public InetSocketAddress client() {
            return client;
        }

        @Override
        public void close() {
            channel.close();
        }

        @Override
        public void resetOnClose(boolean reset) {
            if (channel.isOpen()) {
                channel.config().setSoLinger(reset ? 0 : -1);
            }
        }

        @Override
        public void reset() {
            if (channel.eventLoop().inEventLoop()) {
                Endpoint.super.reset();
            } else {
                channel.eventLoop().execute(this::reset);
            }
        }
    }
}
