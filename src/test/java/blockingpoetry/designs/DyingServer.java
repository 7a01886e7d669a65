package blockingpoetry.designs;

import blockingpoetry.PoetryServer;
import blockingpoetry.cli.Main;
import blockingpoetry.operation.FatalErrorHandler;
import java.util.List;

/** The server with a bug: one of its threads dies as soon as a client has come. */
public final class DyingServer {
    private DyingServer() {}

    public static void main(String[] args) {
        Design buggy =
                new Design("virtual", "as it should not be", Design.Waiting.VIRTUAL_THREAD, (services, connections) -> {
                    PoetryServer server = BlockingServer.start(services, connections, Thread.ofVirtual());
                    Thread.ofPlatform().name("unlucky").start(() -> {
                        while (server.stats().open() == 0) {
                            Thread.onSpinWait();
                        }
                        throw new IllegalStateException("a bug");
                    });
                    return server;
                });
        FatalErrorHandler.install();
        System.exit(Main.run(System.out, System.err, List.of(buggy), args));
    }
}
