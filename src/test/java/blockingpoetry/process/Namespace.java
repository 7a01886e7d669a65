package blockingpoetry.process;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A network namespace: like another machine, joined to this one by a virtual wire. Only root can make one, with Debian's
 * iproute2, and not in every container.
 *
 * @param name    for {@code ip netns exec}
 * @param address of the other end
 */
public record Namespace(String name, String address) implements AutoCloseable {
    private static final String MAKE = """
            ip netns add "$1" &&
            ip link add "$1" type veth peer name eth0 netns "$1" &&
            ip address add "$2.1/30" dev "$1" &&
            ip link set "$1" up &&
            ip netns exec "$1" sh -c "ip address add $2.2/30 dev eth0 && ip link set eth0 up && ip link set lo up"
            """;

    /** Makes one of several, numbered from 0; empty if this machine does not allow it. */
    public static Optional<Namespace> make(int number) {
        String name = "poetry" + ProcessHandle.current().pid() % 100_000 + number;
        String net = "10.213." + number;
        Namespace namespace = new Namespace(name, net + ".2");
        if (succeeds(MAKE, name, net)) {
            return Optional.of(namespace);
        }
        namespace.close();
        return Optional.empty();
    }

    /** Deletes it, and the wire with it. */
    @Override
    public void close() {
        succeeds("ip netns delete \"$1\"", name);
    }

    private static boolean succeeds(String script, String... arguments) {
        List<String> command = new ArrayList<>(List.of("sh", "-c", script, "sh"));
        command.addAll(List.of(arguments));
        try (JarProcess process = JarProcess.start(command)) {
            return process.awaitEnd().exitCode() == 0;
        }
    }
}
