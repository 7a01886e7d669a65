package blockingpoetry.designs;

import blockingpoetry.ServerOptions;
import org.junit.jupiter.api.Tag;

/** Where there is no epoll; and on one loop, where there might be several. */
@Tag("slow")
class NettyNioTest extends NettyServerTest {
    @Override
    Design design() {
        return new Design("netty", "on NIO", Design.Waiting.CALLBACK,
                (services, connections) -> NettyServer.start(services, connections, new NettyTransport(false)));
    }

    @Override
    ServerOptions options() {
        return super.options().withLoops(1);
    }
}
