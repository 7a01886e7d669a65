package blockingpoetry.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import blockingpoetry.Client;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/** Poems of this project, as one types them, and what a client must receive. */
final class Poems {
    static final String ACCEPT = "poems/accept.txt";
    static final String LOOP = "poems/loop.txt";
    static final String MACHI = "poems/machi.txt"; // Japanese

    private Poems() {}

    static byte[] bytes(String poem) throws IOException {
        return Files.readAllBytes(Path.of(poem));
    }

    /** A client receives every byte of the poem, and then a clean end. */
    static void assertServed(String poem, InetSocketAddress address) throws IOException {
        try (Client client = Client.connect(address)) {
            assertWhole(poem, client);
        }
    }

    /** A client that may already have some of it receives the rest. */
    static void assertWhole(String poem, Client client) throws IOException {
        assertEquals(Client.End.CLEAN, client.readToEnd());
        assertArrayEquals(bytes(poem), client.received());
    }
}
