package blockingpoetry.process;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A second way into a {@link Namespace}, on which each packet takes its time. A process of Python has a network device at both ends
 * (see Linux's documentation of tuntap), and passes on late what comes from one to the other. The devices end with the process.
 */
public final class DelayedPath implements AutoCloseable {
    /** The address of the other end. */
    public static final String ADDRESS = "10.214.0.2";

    private static final String RELAY =
            """
                    import ctypes, fcntl, os, select, struct, subprocess, sys, time

                    def device(name, own, other):
                        file = os.open("/dev/net/tun", os.O_RDWR)
                        fcntl.ioctl(file, 0x400454CA, struct.pack("16sH22x", name.encode(), 0x1001))  # TUNSETIFF, IFF_TUN | IFF_NO_PI
                        subprocess.run(["ip", "address", "add", own, "peer", other, "dev", name], check=True)
                        subprocess.run(["ip", "link", "set", name, "up"], check=True)
                        return file

                    name, other, delay = sys.argv[1], sys.argv[2], float(sys.argv[3])
                    own = "10.214.0.1"
                    here = device(name + "t", own, other)
                    ctypes.CDLL(None).setns(os.open("/run/netns/" + name, os.O_RDONLY), 0x40000000)  # CLONE_NEWNET
                    there = device("tun0", other, own)
                    print("joined", flush=True)
                    waiting = []  # when to pass on, to which end, what
                    while True:
                        left = max(0, waiting[0][0] - time.monotonic()) if waiting else None
                        for end in select.select([here, there], [], [], left)[0]:
                            waiting.append((time.monotonic() + delay, here + there - end, os.read(end, 65536)))
                        while waiting and waiting[0][0] <= time.monotonic():
                            due, end, packet = waiting.pop(0)
                            os.write(end, packet)
                    """;

    private final JarProcess relay;

    private DelayedPath(JarProcess relay) {
        this.relay = relay;
    }

    /** Makes the way; empty if this machine does not allow it. A packet takes this long in either direction. */
    public static Optional<DelayedPath> into(Namespace namespace, Duration delay) {
        JarProcess relay = JarProcess.start(List.of("python3", "-c", RELAY, namespace.name(), ADDRESS,
                String.format(Locale.ROOT, "%.3f", delay.toMillis() / 1e3)));
        relay.await("the devices", () -> relay.out().equals("joined\n") || !relay.isAlive());
        if (relay.isAlive()) {
            return Optional.of(new DelayedPath(relay));
        }
        relay.close();
        return Optional.empty();
    }

    @Override
    public void close() {
        relay.close();
    }
}
