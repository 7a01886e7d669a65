package blockingpoetry.recitals;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * A limit on the connections of one client address. An IPv6 address counts as its /64, the least that a provider gives to one
 * customer.
 *
 * <p>An address without connections has no entry, so there are never more entries than connections.
 */
final class AddressLimit {
    private final int limit;
    private final Map<Long, Integer> counts = new HashMap<>(); // guarded by this

    /** @param limit connections of one address, at most; 0 is no limit, and counts nothing */
    AddressLimit(int limit) {
        this.limit = limit;
    }

    /** Counts one more connection of an address, unless it has as many as it may. */
    boolean enter(InetAddress address) {
        if (limit == 0) {
            return true;
        }
        long key = key(address);
        synchronized (this) {
            int count = counts.getOrDefault(key, 0);
            if (count == limit) {
                return false;
            }
            counts.put(key, count + 1);
            return true;
        }
    }

    /** Counts one connection less: one that was let in has ended. */
    void leave(InetAddress address) {
        if (limit == 0) {
            return;
        }
        long key = key(address);
        synchronized (this) {
            counts.computeIfPresent(key, (same, count) -> count == 1 ? null : count - 1);
        }
    }

    /** Addresses that have a connection. */
    synchronized int size() {
        return counts.size();
    }

    /** The first 64 bits of an IPv6 address, or all 32 of IPv4: nobody has an IPv6 address that begins with 32 zeros. */
    private static long key(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return bytes.remaining() == Integer.BYTES ? Integer.toUnsignedLong(bytes.getInt()) : bytes.getLong();
    }
}
