package blockingpoetry.cli;

import java.net.InetSocketAddress;

/** Where to connect or to listen: {@code 10000}, {@code example.org:10000}, {@code [::1]:10000}. Names are not looked up here. */
final class HostPort {
    private HostPort() {}

    /** @throws Mistake if the port is none, or nothing stands before the colon */
    static InetSocketAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "localhost" : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        if (host.isEmpty()) {
            throw new Mistake("'" + text + "' names no host");
        }
        return InetSocketAddress.createUnresolved(host, Port.parse(text.substring(colon + 1)));
    }
}
