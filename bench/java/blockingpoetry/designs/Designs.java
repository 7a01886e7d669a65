package blockingpoetry.designs;

import java.util.List;
import java.util.stream.Stream;

/** All designs, those of the server's jar and those that need a library it does not have. */
public final class Designs {
    /** In reading order. */
    public static final List<Design> WITH_NETTY = Stream
            .concat(Design.ALL.stream(),
                    Stream.of(new Design("netty", "protocol, factory, transport: a framework calls back",
                            Design.Waiting.CALLBACK,
                            NettyServer::start)))
            .toList();

    private Designs() {}
}
