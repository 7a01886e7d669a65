package blockingpoetry.designs;

import static blockingpoetry.designs.Design.Waiting.ACCEPTING_THREAD;
import static blockingpoetry.designs.Design.Waiting.CALLBACK;
import static blockingpoetry.designs.Design.Waiting.PLATFORM_THREAD;
import static blockingpoetry.designs.Design.Waiting.VIRTUAL_THREAD;

import blockingpoetry.PoetryServer;
import blockingpoetry.ServerOptions;
import blockingpoetry.Service;
import blockingpoetry.recitals.Connections;
import blockingpoetry.recitals.Witness;
import java.io.IOException;
import java.util.List;

/**
 * A way to serve poems to many clients at once.
 *
 * @param name    what {@code --design} calls it
 * @param idea    what does the waiting, in a few words
 * @param waiting what each connection costs while it waits
 * @param starter starts a server of its kind
 */
public record Design(String name, String idea, Waiting waiting, Starter starter) {
    /** What waits for a client. The limits of a process, and the faults of a JDK, concern one kind and not another. */
    public enum Waiting {
        /** One thread for all: each client waits for the one before. */
        ACCEPTING_THREAD,
        /** A platform thread for each. */
        PLATFORM_THREAD,
        /** A virtual thread for each. */
        VIRTUAL_THREAD,
        /** An object for each. Poems are sent by way of channels, from memory off the Java heap. */
        CALLBACK
    }

    /** The designs of this jar, in reading order. */
    public static final List<Design> ALL = List.of(
            new Design("sequential", "one client at a time, on the accepting thread", ACCEPTING_THREAD,
                    (services, connections) -> BlockingServer.start(services, connections, Thread.ofPlatform(),
                            Runnable::run)),
            new Design("platform", "one platform thread per connection", PLATFORM_THREAD,
                    (services, connections) -> BlockingServer.start(services, connections, Thread.ofPlatform())),
            new Design("virtual", "one virtual thread per connection", VIRTUAL_THREAD,
                    (services, connections) -> BlockingServer.start(services, connections, Thread.ofVirtual())),
            new Design("selector", "one thread, one Selector, a bare readiness loop", CALLBACK, SelectorServer::start),
            new Design("reactor", "the loop pulled out and reusable, the server is callbacks and timers",
                    CALLBACK, ReactorServer::start),
            new Design("completion", "NIO.2: an operation is started, and calls back when it is done", CALLBACK,
                    CompletionServer::start));

    @FunctionalInterface
    public interface Starter {
        /** @throws IOException if a service cannot be offered; nothing is left open then */
        PoetryServer start(List<Service> services, Connections connections) throws IOException;
    }

    /**
     * Starts a server.
     *
     * @param services at least one
     * @return the server, listening at every address
     * @throws IOException if a service cannot be offered; nothing is left open then, and the message is a sentence
     */
    public PoetryServer start(List<Service> services, ServerOptions options) throws IOException {
        return start(services, options, Witness.NONE);
    }

    /** Starts a server, with a witness of every step of its connections. */
    public PoetryServer start(List<Service> services, ServerOptions options, Witness witness) throws IOException {
        if (services.isEmpty()) {
            throw new IllegalArgumentException("there is no poem to serve");
        }
        if (waiting == Waiting.CALLBACK) {
            for (Service service : services) {
                service.poem().loadOffHeap();
            }
        }
        Connections connections = new Connections(name, options, witness);
        try {
            return starter.start(List.copyOf(services), connections);
        } catch (Throwable e) {
            connections.close();
            throw e;
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
