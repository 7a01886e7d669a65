package blockingpoetry.designs;

import blockingpoetry.BindAddress;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.RawUnixChannelOption;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.RejectedExecutionHandlers;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.Executor;

/**
 * Netty on epoll or on NIO, for {@link NettyServer}, and what is necessary only because Netty is as it is.
 *
 * @param epoll else NIO
 */
record NettyTransport(boolean epoll) {
    private static final RawUnixChannelOption SO_LINGER = new RawUnixChannelOption("SO_LINGER", 1, 13, 8); // Linux's numbers

    /** How long a loop runs tasks before it looks at its channels. Netty's second is long: a fast reader always has one more. */
    private static final long MOST_MILLIS_OF_TASKS = 1;

    /**
     * The event loops.
     *
     * @param count 0 is one for each core, as in the other designs; Netty's own default is two
     */
    EventLoopGroup loops(int count) {
        return new MultiThreadIoEventLoopGroup(count == 0 ? Runtime.getRuntime().availableProcessors() : count,
                new DefaultThreadFactory("netty"), epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory()) {
            @Override
            protected IoEventLoop newChild(Executor executor, IoHandlerFactory factory, Object... args) {
                return new SingleThreadIoEventLoop(this, executor, factory, Integer.MAX_VALUE,
                        RejectedExecutionHandlers.reject(), MOST_MILLIS_OF_TASKS);
            }
        };
    }

    /**
     * A bootstrap for one listener, at an address as {@link BindAddress} has it. (To epoll's own code, that for every IPv4 address would
     * be every IPv6 address, too.)
     *
     * <p>With epoll, Netty accepts up to 16 clients before it tells of one. Until then each must be reset if the process dies, so the
     * listener has {@code SO_LINGER}, which Linux lets accepted sockets inherit. With NIO, Netty tells of none before it has all, and that
     * may be more than there are permits: so it accepts one at a time.
     */
    ServerBootstrap bootstrap(EventLoopGroup loops, InetSocketAddress address) {
        boolean everyIpv4 = epoll && BindAddress.EVERY_IPV4.equals(address.getAddress());
        ServerBootstrap bootstrap = new ServerBootstrap().group(loops)
                .localAddress(everyIpv4 ? new InetSocketAddress("0.0.0.0", address.getPort()) : address)
                .channelFactory(() -> !epoll ? new NioServerSocketChannel()
                        : everyIpv4 ? new EpollServerSocketChannel(SocketProtocolFamily.INET)
                        : new EpollServerSocketChannel())
                .option(ChannelOption.RECVBUF_ALLOCATOR,
                        new ServerChannelRecvByteBufAllocator().maxMessagesPerRead(epoll ? 16 : 1));
        if (epoll) {
            ByteBuffer onForZeroSeconds = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder()).putInt(0, 1);
            bootstrap.option(SO_LINGER, onForZeroSeconds);
        }
        return bootstrap;
    }

    /** Resets a client whose channel belongs to no event loop yet: only the unsafe part of Netty can. */
    static void resetUnregistered(SocketChannel channel) {
        channel.config().setSoLinger(0);
        channel.unsafe().closeForcibly();
    }

    /** A failure with the system's words alone: those of epoll are like {@code bind(..) failed with error(-98): ...}. */
    static IOException plain(Throwable failure) {
        return new IOException(String.valueOf(failure.getMessage()).replaceFirst("^.*\\): ", ""), failure);
    }
}
