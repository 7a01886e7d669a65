package blockingpoetry;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A way to serve poems to many clients at once: a name, an idea, and how a server of its kind is started. */
public final class Design {
    /** The designs of this jar, in reading order. */
    public static final List<Design> ALL = List.of(
            new Design("sequential", "one client at a time, on the accepting thread",
                    (services, connections) -> BlockingServer.start(services, connections, Thread.ofPlatform(),
                            Runnable::run)),
            new Design("platform", "one platform thread per connection",
                    (services, connections) -> BlockingServer.start(services, connections, Thread.ofPlatform())),
            new Design("virtual", "one virtual thread per connection",
                    (services, connections) -> BlockingServer.start(services, connections, Thread.ofVirtual())),
            new Design("selector", "one thread, one Selector, a bare readiness loop", SelectorServer::start),
            new Design("reactor", "the loop pulled out and reusable, the server is callbacks and timers",
                    ReactorServer::start),
            new Design("completion", "NIO.2: an operation is started, and calls back when it is done",
                    CompletionServer::start));

    private final String name;
    private final String idea;
    private final Starter starter;

    Design(String name, String idea, Starter starter) {
        this.name = name;
        this.idea = idea;
        this.starter = starter;
    }

    /** The design of that name in {@link #ALL}. */
    public static Optional<Design> named(String name) {
        return ALL.stream().filter(design -> design.name.equals(name)).findFirst();
    }

    /** What {@code --design} calls it. */
    public String name() {
        return name;
    }

    /** What does the waiting, in a few words. */
    public String idea() {
        return idea;
    }

    /**
     * Starts a server.
     *
     * @param services at least one
     * @return the server, listening at every address
     * @throws IOException if a service cannot be offered; nothing is left open then, and the message is a sentence
     */
    public PoetryServer start(List<Service> services, ServerOptions options) throws IOException {
        if (services.isEmpty()) {
            throw new IllegalArgumentException("there is no poem to serve");
        }
        Connections connections = new Connections(name, options);
        try {
            return starter.start(List.copyOf(services), connections);
        } catch (IOException e) {
            connections.stop(() -> {}, () -> {});
            throw e;
        }
    }

    @Override
    public String toString() {
        return name;
    }

    /** Brings up the listeners of one server, whose connections are all kept in one place. */
    @FunctionalInterface
    interface Starter {
        PoetryServer start(List<Service> services, Connections connections) throws IOException;
    }
}
