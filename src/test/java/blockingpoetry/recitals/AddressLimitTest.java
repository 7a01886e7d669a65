package blockingpoetry.recitals;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class AddressLimitTest {
    private final AddressLimit two = new AddressLimit(2);

    @Test
    void letsInAsManyAsItMay() throws UnknownHostException {
        assertTrue(enter("192.0.2.1"));
        assertTrue(enter("192.0.2.1"));
        assertFalse(enter("192.0.2.1"));
        assertTrue(enter("192.0.2.2"));

        leave("192.0.2.1");
        assertTrue(enter("192.0.2.1"));
        assertFalse(enter("192.0.2.1"));
    }

    @Test
    void takesIPv6AddressesOfOneNetworkForOne() throws UnknownHostException {
        assertTrue(enter("2001:db8:0:1::1"));
        assertTrue(enter("2001:db8:0:1:ffff::"));
        assertFalse(enter("2001:db8:0:1::2"));
        assertTrue(enter("2001:db8:0:2::1"));
    }

    @Test
    void keepsNoAddressWithoutConnections() throws UnknownHostException {
        for (int i = 0; i < 1_000; i++) {
            String address = "198.51." + i / 256 + "." + i % 256;
            assertTrue(enter(address));
            assertTrue(enter(address));
            assertFalse(enter(address));
            leave(address);
            assertEquals(1, two.size());
            leave(address);
            assertEquals(0, two.size());
        }
    }

    @Test
    void keepsNoBooksWithoutALimit() throws UnknownHostException {
        AddressLimit any = new AddressLimit(0);
        for (int i = 0; i < 1_000; i++) {
            assertTrue(any.enter(InetAddress.getByName("192.0.2.1")));
        }
        assertEquals(0, any.size());
        any.leave(InetAddress.getByName("192.0.2.1"));
    }

    private boolean enter(String address) throws UnknownHostException {
        return two.enter(InetAddress.getByName(address));
    }

    private void leave(String address) throws UnknownHostException {
        two.leave(InetAddress.getByName(address));
    }
}
