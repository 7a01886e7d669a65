package blockingpoetry;

import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * A poem at an address. One server serves one or more of them.
 *
 * @param poem    what a client receives there
 * @param address where to listen, resolved; port 0 takes a free one
 */
public record Service(Poem poem, InetSocketAddress address) {
    /** @throws IllegalArgumentException if the address is a name that was not found */
    public Service {
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("no address is known for " + address.getHostString());
        }
    }

    /** What to throw if this service cannot be offered: a sentence that names the poem, the address and the reason. */
    IOException refused(IOException reason) {
        return new IOException(poem + " cannot be served on " + hostPort(address) + ": " + reason.getMessage(), reason);
    }

    /** An address as people type it: {@code 127.0.0.1:10000}, {@code [::1]:10000}. */
    public static String hostPort(InetSocketAddress address) {
        String host = address.isUnresolved() ? address.getHostString() : address.getAddress().getHostAddress();
        if (host.contains(":")) {
            host = "[" + host.replaceFirst("(^|:)(0(:|$)){2,}", "::") + "]";
        }
        return host + ":" + address.getPort();
    }
}
