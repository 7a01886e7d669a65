package blockingpoetry.cli;

import static java.net.InetSocketAddress.createUnresolved;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class HostPortTest {
    @Test
    void isOnThisMachineUnlessItSaysOtherwise() {
        assertEquals(createUnresolved("localhost", 10000), HostPort.parse("10000"));
        assertEquals(createUnresolved("example.org", 10000), HostPort.parse("example.org:10000"));
        assertEquals(createUnresolved("127.0.0.2", 10000), HostPort.parse("127.0.0.2:10000"));
    }

    @Test
    void takesAnIPv6AddressOutOfItsBrackets() {
        assertEquals(createUnresolved("::1", 10000), HostPort.parse("[::1]:10000"));
    }

    @Test
    void refusesAPortThatIsNone() {
        assertEquals("'localhost' is not a port, 0 to 65535", refusal("localhost"));
        assertEquals("'70000' is not a port, 0 to 65535", refusal("localhost:70000"));
        assertEquals("'' is not a port, 0 to 65535", refusal("localhost:"));
        assertEquals("'1]' is not a port, 0 to 65535", refusal("[::1]"));
    }

    @Test
    void refusesAHostWithoutAName() {
        assertEquals("':10000' names no host", refusal(":10000"));
        assertEquals("'[]:10000' names no host", refusal("[]:10000"));
    }

    private static String refusal(String text) {
        return assertThrows(Mistake.class, () -> HostPort.parse(text)).getMessage();
    }
}
