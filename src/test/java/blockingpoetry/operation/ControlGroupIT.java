package blockingpoetry.operation;

import static blockingpoetry.process.Jar.JAR;
import static blockingpoetry.process.Poems.ACCEPT;
import static blockingpoetry.process.Poems.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import blockingpoetry.Crowd;
import blockingpoetry.bench.load.Behaviour;
import blockingpoetry.process.ControlGroup;
import blockingpoetry.process.JarProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server in a control group: {@code platform} lets in as many clients as there is room for, and the kernel does not kill it. */
class ControlGroupIT {
    private static final Duration PATIENCE = Duration.ofSeconds(50);

    @ParameterizedTest
    @CsvSource({"pids.max, 300, 260", "memory.max, 268435456, 400"})
    void eachClientHasAThread(String limit, long value, int mostClients) throws Exception {
        try (ControlGroup group = make(limit, value);
                JarProcess server = group.around(JAR)
                        .with("--design", "platform", "--num-bytes", "400", "--delay", "1")
                        .serve(ACCEPT)) {
            String line = server.log().getFirst();
            int clients = Integer.parseInt(line.replaceFirst(".* max-clients=(\\d+) .*", "$1"));
            assertTrue(clients > mostClients / 2 && clients <= mostClients, line);

            try (Crowd crowd = Crowd.start(server.addresses(), List.of(bytes(ACCEPT)), clients, clients, PATIENCE,
                    number -> Behaviour.PLAIN.holding(1))) {
                server.await("all of them", () -> crowd.holding() == clients);
                crowd.release();
                assertEquals(Map.of(Crowd.End.WHOLE, clients), crowd.await().ends(), server::toString);
            }
            assertEquals(0, server.signal("TERM").awaitEnd().exitCode(), server::toString);
            assertEquals(List.of(), server.log().stream().filter(l -> l.contains("WARN")).toList());
        }
    }

    private static ControlGroup make(String limit, long value) {
        try {
            return ControlGroup.make(limit, value);
        } catch (IOException e) {
            return abort("no control group with " + limit + " can be made here, " + e);
        }
    }
}
