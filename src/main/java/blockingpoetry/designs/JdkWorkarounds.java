package blockingpoetry.designs;

import java.io.FileDescriptor;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.AsynchronousSocketChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** What the designs do only because the JDK is as it is, kept away from their steps. */
final class JdkWorkarounds {
    private static final Duration SHORT_WAIT = Duration.ofNanos(10_000);

    private JdkWorkarounds() {}

    /**
     * How long to sleep before the next chunk: as long as the pace asks for, but one sleep in 16 is never zero.
     *
     * <p>Why: a sleep of zero is a yield. Virtual threads that only yield to each other, because their clients read as fast as they
     * are sent to, keep the carriers from what comes from outside: new clients, and sockets that have become ready (JDK-8373118).
     */
    static Duration pause(Duration asked, int chunks) {
        return asked.isZero() && chunks % 16 == 0 ? SHORT_WAIT : asked;
    }

    /**
     * Lets a virtual thread wait for a socket once, before there are clients.
     *
     * <p>Why: the JDK makes its poller, with which virtual threads wait for sockets, when the first one waits. If no descriptor is
     * left at that moment, no virtual thread can ever wait again.
     *
     * @param runner runs a task on a thread of the kind that serves clients
     */
    static void initialisePoller(Executor runner) {
        CompletableFuture.runAsync(() -> {
            try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                unused.setSoTimeout(1);
                unused.accept();
            } catch (IOException e) {
                // No client came within a millisecond, as expected.
            }
        }, runner).join();
    }

    /**
     * Lets other threads run.
     *
     * <p>Why: after the end of the output it saves time, for reading at once would park the thread. Nothing here relies on it.
     */
    @SuppressWarnings("ThreadPriorityCheck")
    static void yieldNow() {
        Thread.yield();
    }

    /**
     * {@code SO_LINGER} for NIO.2 channels.
     *
     * <p>Why: of all sockets in the JDK they are the only kind without this option, and so without a way to reset a connection. This
     * sets the option of the channel's descriptor by reflection. The package must be opened: the jar's manifest does it, and
     * otherwise {@code --add-opens java.base/sun.nio.ch=ALL-UNNAMED}.
     */
    static final class NioTwoLinger {
        private final Field descriptor;
        private final Method setOption;

        /** @throws IOException if the JDK does not allow it */
        NioTwoLinger() throws IOException {
            try {
                descriptor = Class.forName("sun.nio.ch.AsynchronousSocketChannelImpl").getDeclaredField("fd");
                descriptor.setAccessible(true);
                setOption = Class.forName("sun.nio.ch.Net")
                        .getDeclaredMethod("setSocketOption", FileDescriptor.class, SocketOption.class, Object.class);
                setOption.setAccessible(true);
            } catch (ReflectiveOperationException | RuntimeException e) {
                throw new IOException(
                        "an NIO.2 channel can be reset only with --add-opens java.base/sun.nio.ch=ALL-UNNAMED", e);
            }
        }

        /** Makes {@code close} send a reset, or not. The channel must not be closed meanwhile. */
        void resetOnClose(AsynchronousSocketChannel channel, boolean reset) {
            try {
                setOption.invoke(null, descriptor.get(channel), StandardSocketOptions.SO_LINGER, reset ? 0 : -1);
            } catch (ReflectiveOperationException e) {
                // The kernel has ended the connection already.
            }
        }
    }
}
