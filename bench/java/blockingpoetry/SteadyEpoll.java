package blockingpoetry;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;

/**
 * Netty's epoll, less a fault that it has from 4.2.13 on, and still in 4.2.20: a channel that waits for nothing at all is taken
 * out of epoll, and can never again wait for anything ("epoll_ctl(..) failed with error(-2): No such file or directory").
 *
 * <p>Such is each connection whose client has shut down its output, while there is room to write. As soon as there is none,
 * Netty would break it off, and cleanly at that. Here it stays in epoll, to wait for nothing but errors, once each.
 */
final class SteadyEpoll implements IoHandler {
    private final IoHandler epoll;

    private SteadyEpoll(IoHandler epoll) {
        this.epoll = epoll;
    }

    static IoHandlerFactory newFactory() {
        IoHandlerFactory factory = EpollIoHandler.newFactory();
        return executor -> new SteadyEpoll(factory.newHandler(executor));
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        return new SteadyRegistration(epoll.register(handle));
    }

    @Override
    public void initialize() {
        epoll.initialize();
    }

    @Override
    public int run(IoHandlerContext context) {
        return epoll.run(context);
    }

    @Override
    public void wakeup() {
        epoll.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return epoll.isCompatible(handleType);
    }

    @Override
    public void prepareToDestroy() {
        epoll.prepareToDestroy();
    }

    @Override
    public void destroy() {
        epoll.destroy();
    }

    private record SteadyRegistration(IoRegistration epoll) implements IoRegistration {
        @Override
        public long submit(IoOps interest) {
            return epoll.submit(interest.equals(EpollIoOps.NONE) ? EpollIoOps.EPOLLET : interest);
        }

        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals") // Netty has it so
        public <T> T attachment() {
            return epoll.attachment();
        }

        @Override
        public boolean isValid() {
            return epoll.isValid();
        }

        @Override
        public boolean cancel() {
            return epoll.cancel();
        }
    }
}
