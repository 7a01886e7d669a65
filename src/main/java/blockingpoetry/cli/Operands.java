package blockingpoetry.cli;

import blockingpoetry.Poem;
import blockingpoetry.Service;
import blockingpoetry.cli.OptionValues.PoemAt;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The poems to serve, and the addresses and ports to serve them at. */
final class Operands {
    private final List<PoemAt> poems;
    private final int port;
    private final List<String> ifaces;

    /**
     * @param operands {@code POEM[@PORT]} each
     * @param port     of the first poem that has none of its own; 0 for free ones
     * @param ifaces   addresses or host names, each of which serves all poems
     * @throws UsageError if an operand makes no sense
     */
    Operands(List<String> operands, int port, List<String> ifaces) {
        this.poems = operands.stream().map(OptionValues::poemAt).toList();
        this.port = port;
        this.ifaces = ifaces;
    }

    List<Path> files() {
        return poems.stream().map(PoemAt::file).toList();
    }

    int listeners() {
        return poems.size() * ifaces.size();
    }

    /** Reads the poems, each once, and gives each its addresses. */
    List<Service> read() throws IOException {
        List<Integer> ports = ports();
        List<InetAddress> addresses = new ArrayList<>();
        for (String iface : ifaces) {
            try {
                InetAddress address = InetAddress.getByName(iface);
                if (addresses.contains(address)) {
                    throw new UsageError("--iface " + iface + " is an address that was given before");
                }
                addresses.add(address);
            } catch (UnknownHostException e) {
                throw notLocal(iface, e);
            }
        }
        List<Service> services = new ArrayList<>();
        for (int i = 0; i < poems.size(); i++) {
            Poem poem = read(poems.get(i).file());
            for (InetAddress address : addresses) {
                services.add(new Service(poem, new InetSocketAddress(address, ports.get(i))));
            }
        }
        return services;
    }

    private static Poem read(Path file) throws IOException {
        try {
            return Poem.read(file);
        } catch (IOException e) {
            String hint = Files.exists(file) ? "" : Nearest.hint(file.toString(), Main.COMMANDS.stream());
            throw hint.isEmpty() ? e : new IOException(e.getMessage() + hint, e);
        }
    }

    /** Binds a free port at each address, which this machine must have. Whether the port that is wanted is free is not checked. */
    static void checkAddresses(List<Service> services) throws IOException {
        for (Service service : services) {
            InetAddress address = service.address().getAddress();
            try (Socket socket = new Socket()) {
                socket.bind(new InetSocketAddress(address, 0));
            } catch (BindException e) {
                throw notLocal(address.getHostAddress(), e);
            }
        }
    }

    private static IOException notLocal(String iface, IOException cause) {
        return new IOException("--iface " + iface + " is not an address of this machine", cause);
    }

    /** A port for each poem: its own, or the next that follows {@code --port}, or 0 for a free one. */
    private List<Integer> ports() {
        List<Integer> ports = new ArrayList<>();
        Map<Integer, PoemAt> taken = new HashMap<>();
        int next = port;
        for (PoemAt poem : poems) {
            int wanted = poem.port().isPresent() || port == 0 ? poem.port().orElse(0) : next++;
            if (wanted > OptionValues.MAX_PORT) {
                throw new UsageError(
                        "no port is left for " + poem.file() + ": the ports end at " + OptionValues.MAX_PORT);
            }
            PoemAt other = wanted == 0 ? null : taken.put(wanted, poem);
            if (other != null) {
                throw new UsageError("port " + wanted + " is wanted for " + other.file() + " and for " + poem.file());
            }
            ports.add(wanted);
        }
        return ports;
    }
}
