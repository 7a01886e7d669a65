package blockingpoetry.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import blockingpoetry.Client;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class DyingThreadIT {
    @Test
    void whoLosesAThreadEndsAndResetsItsClients() throws IOException {
        try (JarProcess server = JarProcess
                .start(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-cp", System.getProperty("java.class.path"), "blockingpoetry.DyingServer", "--delay", "1",
                        Poems.ACCEPT))
                .awaitServing(1); Client client = Client.connect(server.address())) {
            assertEquals(Client.End.RESET, client.readToEnd());
            Ended ended = server.awaitEnd();

            assertEquals(1, ended.exitCode());
            assertTrue(ended.err().contains("blockingpoetry: at its end, for the thread \"unlucky\" failed"),
                    ended::err);
            assertTrue(ended.err().contains("IllegalStateException: a bug"), ended::err);
        }
    }
}
