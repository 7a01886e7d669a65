package blockingpoetry.process;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import blockingpoetry.Client;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/** Poems of this project, by the names that a user types, and what a client must receive. */
public final class Poems {
    public static final String ACCEPT = "poems/accept.txt";
    public static final String LOOP = "poems/loop.txt";
    public static final String MACHI = "poems/machi.txt"; // Japanese

    private Poems() {}

    public static byte[] bytes(String poem) throws IOException {
        return Files.readAllBytes(Path.of(poem));
    }

    /** A client receives every byte of the poem, and then a clean end. */
    public static void assertServed(String poem, InetSocketAddress address) throws IOException {
        try (Client client = Client.connect(address)) {
            assertWhole(poem, client);
        }
    }

    /** A client that may already have some of it receives the rest. */
    public static void assertWhole(String poem, Client client) throws IOException {
        assertEquals(Client.End.CLEAN, client.readToEnd());
        assertArrayEquals(bytes(poem), client.received());
    }
}
