package blockingpoetry;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Arrays;

/**
 * A poem at an address. One server serves one or more of them.
 *
 * <p>The poem may be replaced while it is served: a client that comes then receives the new one, and a recital in progress
 * goes on with the one that it began, because each connection keeps its own.
 */
public final class Service {
    private final InetSocketAddress address;
    private volatile Poem poem;

    /**
     * @param poem    what a client receives there
     * @param address where to listen, resolved; port 0 takes a free one
     * @throws IllegalArgumentException if the address is a name that was not found, or one that this JVM cannot bind
     */
    public Service(Poem poem, InetSocketAddress address) {
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("no address is known for " + address.getHostString());
        }
        this.poem = poem;
        this.address = BindAddress.of(address);
    }

    /** What a client that comes now receives. */
    public Poem poem() {
        return poem;
    }

    /** Where to listen, as {@link BindAddress} has it. */
    public InetSocketAddress address() {
        return address;
    }

    /**
     * Serves another poem, or the same in another version, from the next client on. Any thread may call it.
     *
     * @return false if the text is the same, byte for byte: then the old one stays, so that memory holds it only once
     */
    public boolean replacePoem(Poem next) {
        if (Arrays.equals(next.bytes(), poem.bytes())) {
            return false;
        }
        poem = next;
        return true;
    }

    /** The exception for a service that cannot be offered: a sentence with the poem, the address and the reason. */
    public IOException refused(IOException reason) {
        return new IOException(poem + " cannot be served on " + hostPort(address) + ": " + reason.getMessage(), reason);
    }

    /** An address as people type it: {@code 127.0.0.1:10000}, {@code [::1]:10000}. */
    public static String hostPort(InetSocketAddress address) {
        if (BindAddress.EVERY_IPV4.equals(address.getAddress())) {
            return "0.0.0.0:" + address.getPort();
        }
        String host = address.isUnresolved() ? address.getHostString() : address.getAddress().getHostAddress();
        if (host.contains(":")) {
            host = "[" + host.replaceFirst("(^|:)(0(:|$)){2,}", "::") + "]";
        }
        return host + ":" + address.getPort();
    }
}
