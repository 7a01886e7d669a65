package blockingpoetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class ServiceTest {
    private static final Poem POEM = new Poem("accept.txt", new byte[]{'o'});

    @Test
    void writesAnAddressWithItsPort() throws UnknownHostException {
        assertEquals("127.0.0.1:10000", hostPort("127.0.0.1", 10000));
        assertEquals("0.0.0.0:0", hostPort("0.0.0.0", 0));
    }

    @Test
    void putsAnIPv6AddressInBrackets() throws UnknownHostException {
        assertEquals("[::]:0", hostPort("::", 0));
        assertEquals("[::1]:10000", hostPort("::1", 10000));
        assertEquals("[2001:db8::7]:65535", hostPort("2001:db8::7", 65535));
        assertEquals("[2001:db8::]:10000", hostPort("2001:db8::", 10000));
        assertEquals("[1:2:3:4:5:6:7:8]:10000", hostPort("1:2:3:4:5:6:7:8", 10000));
    }

    @Test
    void leavesOutOneRowOfZerosOfAnIPv6Address() throws UnknownHostException {
        assertEquals("[2001:db8::1:0:0:1]:10000", hostPort("2001:db8:0:0:1:0:0:1", 10000));
        assertEquals("[10:0:100::1]:10000", hostPort("10:0:100:0:0:0:0:1", 10000));
        assertEquals("[1:0:3:4:5:6:7:8]:10000", hostPort("1:0:3:4:5:6:7:8", 10000));
    }

    @Test
    void writesANameThatIsNotLookedUpAsItIs() {
        assertEquals("example.org:10000", Service.hostPort(InetSocketAddress.createUnresolved("example.org", 10000)));
        assertEquals("[::1]:10000", Service.hostPort(InetSocketAddress.createUnresolved("::1", 10000)));
    }

    @Test
    void needsAnAddressThatIsKnown() {
        InetSocketAddress unknown = InetSocketAddress.createUnresolved("example.org", 10000);

        assertEquals("no address is known for example.org",
                assertThrows(IllegalArgumentException.class, () -> new Service(POEM, unknown)).getMessage());
    }

    @Test
    void servesANewVersionAndKeepsTheOldOneIfItIsTheSame() {
        Service service = new Service(POEM, new InetSocketAddress(InetAddress.getLoopbackAddress(), 10000));

        assertFalse(service.replacePoem(new Poem("accept.txt", new byte[]{'o'})));
        assertSame(POEM, service.poem());

        Poem next = new Poem("accept.txt", new byte[]{'p'});
        assertTrue(service.replacePoem(next));
        assertSame(next, service.poem());
    }

    @Test
    void isRefusedInASentenceThatNamesPoemAddressAndReason() {
        Service service = new Service(POEM, new InetSocketAddress(InetAddress.getLoopbackAddress(), 10000));
        IOException reason = new BindException("Address already in use");

        IOException refusal = service.refused(reason);

        assertEquals("accept.txt cannot be served on 127.0.0.1:10000: Address already in use", refusal.getMessage());
        assertSame(reason, refusal.getCause());
    }

    private static String hostPort(String address, int port) throws UnknownHostException {
        return Service.hostPort(new InetSocketAddress(InetAddress.getByName(address), port));
    }
}
