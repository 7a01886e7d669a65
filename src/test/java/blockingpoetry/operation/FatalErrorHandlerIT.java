package blockingpoetry.operation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import blockingpoetry.Client;
import blockingpoetry.process.JarProcess;
import blockingpoetry.process.Poems;
import blockingpoetry.process.ProcessResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class FatalErrorHandlerIT {
    @Test
    void aServerThatLosesAThreadEndsAndResetsItsClients() throws IOException {
        try (JarProcess server = JarProcess
                .start(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-cp", System.getProperty("java.class.path"), "blockingpoetry.designs.DyingServer", "--delay",
                        "1",
                        Poems.ACCEPT))
                .awaitServing(1); Client client = Client.connect(server.address())) {
            assertEquals(Client.End.RESET, client.readToEnd());
            ProcessResult result = server.awaitEnd();

            assertEquals(1, result.exitCode());
            assertTrue(result.err().contains("blockingpoetry: at its end, for the thread \"unlucky\" failed"),
                    result::err);
            assertTrue(result.err().contains("IllegalStateException: a bug"), result::err);
        }
    }
}
