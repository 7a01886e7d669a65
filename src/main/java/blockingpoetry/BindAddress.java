package blockingpoetry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;

/**
 * Translates the address that was asked for into the one to give to the JDK. They differ for two wildcards. {@code ::}, every address
 * of both kinds, is {@code 0.0.0.0} where there is no IPv6. And {@code 0.0.0.0} would be bound as {@code ::}, so it becomes the
 * IPv4-mapped {@code ::ffff:0.0.0.0}, which means IPv4 alone.
 */
public final class BindAddress {
    /** Every IPv4 address and no IPv6 address, where there are both. */
    public static final InetAddress EVERY_IPV4 = everyIpv4();

    private BindAddress() {}

    /** @throws IllegalArgumentException if it is an IPv6 address, and this JVM has no IPv6; the message is a sentence */
    public static InetSocketAddress of(InetSocketAddress wanted) {
        InetAddress address = wanted.getAddress();
        if (address instanceof Inet4Address && address.isAnyLocalAddress() && hasIpv6()) {
            return new InetSocketAddress(EVERY_IPV4, wanted.getPort());
        }
        if (address instanceof Inet6Address && !hasIpv6()) {
            if (address.isAnyLocalAddress() && !EVERY_IPV4.equals(address)) {
                return new InetSocketAddress("0.0.0.0", wanted.getPort());
            }
            throw new IllegalArgumentException(
                    Service.hostPort(wanted) + " is an IPv6 address, and this Java has no IPv6");
        }
        return wanted;
    }

    /** Unlike {@link InetAddress#getByAddress}, this does not make an {@link Inet4Address} of it. */
    private static InetAddress everyIpv4() {
        byte[] bytes = new byte[16];
        bytes[10] = bytes[11] = (byte) 0xff;
        try {
            return Inet6Address.getByAddress(null, bytes, -1); // without a scope
        } catch (UnknownHostException e) {
            throw new IllegalStateException("it has 16 bytes", e);
        }
    }

    /** False if the kernel has no IPv6, or with {@code -Djava.net.preferIPv4Stack=true}. */
    private static boolean hasIpv6() {
        try (ServerSocketChannel unused = ServerSocketChannel.open(StandardProtocolFamily.INET6)) {
            return unused.isOpen();
        } catch (UnsupportedOperationException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException("no socket can be opened", e);
        }
    }
}
