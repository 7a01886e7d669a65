package blockingpoetry;

import java.io.FileDescriptor;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.AsynchronousSocketChannel;

/**
 * Resets an NIO.2 channel. Of all sockets in the JDK it is the only kind without the option {@code SO_LINGER}, and so
 * without a way to break off visibly: this reaches for the option behind the channel's back.
 *
 * <p>The package it reaches into must be opened: the jar's manifest does it, and otherwise
 * {@code --add-opens java.base/sun.nio.ch=ALL-UNNAMED}.
 */
final class AsynchronousReset {
    private final Field descriptor;
    private final Method setOption;

    /** @throws IOException if the JDK does not let us */
    AsynchronousReset() throws IOException {
        try {
            descriptor = Class.forName("sun.nio.ch.AsynchronousSocketChannelImpl").getDeclaredField("fd");
            descriptor.setAccessible(true);
            setOption = Class.forName("sun.nio.ch.Net")
                    .getDeclaredMethod("setSocketOption", FileDescriptor.class,
                            SocketOption.class, Object.class);
            setOption.setAccessible(true);
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new IOException(
                    "an NIO.2 channel can be reset only with --add-opens java.base/sun.nio.ch=ALL-UNNAMED", e);
        }
    }

    /** Lets {@code close} send a reset, or not. The channel must not be closed meanwhile. */
    void onClose(AsynchronousSocketChannel channel, boolean reset) {
        try {
            setOption.invoke(null, descriptor.get(channel), StandardSocketOptions.SO_LINGER, reset ? 0 : -1);
        } catch (ReflectiveOperationException e) {
            // The kernel has let go of the connection already.
        }
    }
}
