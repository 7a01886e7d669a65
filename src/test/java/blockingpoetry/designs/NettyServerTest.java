package blockingpoetry.designs;

class NettyServerTest extends ServerContract {
    @Override
    Design design() {
        return Designs.WITH_NETTY.getLast();
    }
}
