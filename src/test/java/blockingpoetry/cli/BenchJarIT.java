package blockingpoetry.cli;

import static blockingpoetry.cli.Poems.ACCEPT;
import static blockingpoetry.cli.Poems.assertServed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The bench's jar serves as the other does, with one design more. */
class BenchJarIT {
    @Test
    void servesWithNettyAndSaysNothingMore() throws IOException {
        try (JarProcess server = Jar.bench().with("--design", "netty", "--max-clients", "10").serve(ACCEPT)) {
            assertServed(ACCEPT, server.address());
            String out = "Serving poems/accept.txt on 127.0.0.1:" + server.address().getPort() + ".\n";
            Ended ended = server.signal("TERM").awaitEnd();

            assertEquals(new Ended(0, out, ended.err()), ended);
            assertEquals("INFO blockingpoetry - design=netty max-clients=10 java=" + Runtime.version(),
                    server.log().getFirst());
            assertTrue(server.log().get(1).startsWith("INFO blockingpoetry - stopping on SIGTERM: "), server::toString);
            assertEquals("INFO blockingpoetry - stopped: Stats[open=0, finished=1, aborted=0, cut=0, bytes="
                    + Poems.bytes(ACCEPT).length + "]", server.log().get(2));
            assertEquals(3, server.log().size(), server::toString);
        }
    }

    @Test
    void knowsAllDesigns() {
        Ended ended = Jar.bench().run("--design", "none such", ACCEPT);

        assertEquals(new Ended(2, "", "blockingpoetry: Invalid value for option '--design': there is no 'none such',"
                + " only sequential, platform, virtual, selector, reactor, completion, netty\n"), ended);
    }
}
