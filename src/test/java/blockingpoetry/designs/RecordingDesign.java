package blockingpoetry.designs;

import blockingpoetry.ServerOptions;
import blockingpoetry.Service;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

/** A design that opens no port: it notes what it was asked to serve, and refuses. */
public final class RecordingDesign {
    /** What it refuses with. */
    public static final String REFUSAL = "recorded";

    /** What it was asked to serve, and how. */
    public record Recorded(List<String> poems, List<InetSocketAddress> addresses, ServerOptions options) {}

    private Recorded recorded = new Recorded(List.of(), List.of(), ServerOptions.defaults());

    /** The design, under a name. */
    public Design named(String name) {
        return new Design(name, "opens no port", Design.Waiting.VIRTUAL_THREAD, (services, connections) -> {
            recorded = new Recorded(services.stream().map(service -> service.poem().name()).toList(),
                    services.stream().map(Service::address).toList(), connections.options());
            throw new IOException(REFUSAL);
        });
    }

    /** What the last start asked for. */
    public Recorded recorded() {
        return recorded;
    }
}
