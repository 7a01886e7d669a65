package blockingpoetry;

/** Where there is no epoll; and on one loop, where there might be several. */
class NettyNioTest extends NettyServerTest {
    @Override
    Design design() {
        return new Design("netty", "on NIO",
                (services, connections) -> NettyServer.start(services, connections, false));
    }

    @Override
    ServerOptions options() {
        return super.options().withLoops(1);
    }
}
