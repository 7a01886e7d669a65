package blockingpoetry.cli;

import static blockingpoetry.Log.LOG;
import static blockingpoetry.cli.Arguments.flag;
import static blockingpoetry.cli.Arguments.option;

import blockingpoetry.Design;
import blockingpoetry.Pace;
import blockingpoetry.Poem;
import blockingpoetry.PoetryServer;
import blockingpoetry.ServerOptions;
import blockingpoetry.Service;
import blockingpoetry.cli.Help.Item;
import blockingpoetry.cli.Help.Section;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.commons.cli.Options;

/** Serves poems until it is told to stop: options in, server up, a line for each poem, wait. */
final class Serve implements Command {
    static final Options OPTIONS = new Options()
            .addOption(option("port", "N", "port of the first poem; the next ones take the ports that follow"
                    + " (default: a free port for each)"))
            .addOption(option("iface", "ADDRESS", "address to listen on: a name, IPv4, IPv6, 0.0.0.0 or ::"
                    + " (default: localhost)"))
            .addOption(option("num-bytes", "N", "slow mode: bytes per chunk (default: 10 once --delay is given)"))
            .addOption(option("delay", "SECONDS", "slow mode: time from one chunk to the next"
                    + " (default: 0.7 once --num-bytes is given)"))
            .addOption(option("design", "NAME", "which design serves (default: virtual)"))
            .addOption(option("backlog", "N", "length of the kernel's accept queue (default: 4096)"))
            .addOption(option("max-clients", "N", "connections held at once; more wait in the backlog"
                    + " (default: what the limits of descriptors and heap have room for)"))
            .addOption(option("max-clients-per-address", "N", "connections of one address (IPv6: of one /64)"
                    + " held at once; more are reset (default: no limit)"))
            .addOption(option("stall-timeout", "SECONDS", "a client that takes nothing for so long is reset;"
                    + " 0 is never (default: 60)"))
            .addOption(option("drain-timeout", "SECONDS", "after the poem, how long to read on until the client's"
                    + " end of stream; 0 closes at once (default: 2)"))
            .addOption(option("grace", "SECONDS", "at a stop, how long recitals in progress may go on (default: 10)"))
            .addOption(option("loops", "N", "threads of an event-driven design"
                    + " (default: 1 for selector and reactor, else 1 per core)"))
            .addOption(flag("log-connections", "log a line for each connection when it ends"))
            .addOption(flag("daemon", "go on without a terminal; this command ends when every poem is served"))
            .addOption(option("log-file", "FILE", "append logs to a file, and not to stderr;"
                    + " SIGHUP opens it again, for rotation"))
            .addOption(option("pid-file", "FILE", "keep the id of the process in a file while it runs"))
            .addOption(option("metrics-port", "[ADDRESS:]N", "serve numbers for Prometheus,"
                    + " at http://ADDRESS:N/metrics (default: none; ADDRESS: localhost)"))
            .addOption(Arguments.HELP)
            .addOption(Arguments.VERSION);

    /** How the line begins that says where a poem is served. */
    static final String SERVING = "Serving ";

    private static final ServerOptions DEFAULTS = ServerOptions.DEFAULTS;

    private final PrintStream out;
    private final PrintStream err;
    private final List<Design> designs;

    Serve(PrintStream out, PrintStream err, List<Design> designs) {
        this.out = out;
        this.err = err;
        this.designs = designs;
    }

    @Override
    public String name() {
        return "blockingpoetry";
    }

    @Override
    public Options options() {
        return OPTIONS;
    }

    @Override
    public Help help() {
        Command get = new Get(out, err);
        return new Help(
                List.of("blockingpoetry [OPTION]... POEM[@PORT]...",
                        "blockingpoetry get [--save DIR] [HOST:]PORT..."),
                "Serves poems over TCP: a client connects, receives the whole poem, and sees the connection close.",
                List.of(new Item("POEM[@PORT]", "a file to serve, on a port of its own; @PORT says which")),
                List.of(new Item(get.name(), get.help().description())),
                List.of(new Item("0", "stopped by SIGTERM or SIGINT"),
                        new Item("1", "a poem cannot be served"),
                        new Item("2", "the arguments make no sense"),
                        new Item("128+N", "ended at once by a second signal, number N")),
                List.of(new Section("Designs",
                        designs.stream().map(design -> new Item(design.name(), design.idea())).toList()),
                        new Section("Signals", List.of(
                                new Item("TERM, INT", "stop in order: recitals in progress may finish; a second one"
                                        + " ends it at once"),
                                new Item("HUP", "read the poems again, and open the log file again; recitals in"
                                        + " progress finish the old text"),
                                new Item("USR1", "log a line: connections, bytes, threads, heap")))));
    }

    @Override
    public int run(Arguments arguments) throws IOException, InterruptedException {
        List<String> poems = arguments.operands();
        int port = arguments.value("port", Port::parse).orElse(0);
        String iface = arguments.value("iface").orElse("localhost");
        String design = arguments.value("design").orElse("virtual");
        ServerOptions options = DEFAULTS.withPace(pace(arguments.count("num-bytes"), arguments.seconds("delay")))
                .withBacklog(arguments.count("backlog").orElse(DEFAULTS.backlog()))
                .withMaxClients(arguments.count("max-clients").orElse(maxClients(poems.size())))
                .withMaxClientsPerAddress(arguments.count("max-clients-per-address").orElse(0))
                .withStallTimeout(arguments.seconds("stall-timeout").orElse(DEFAULTS.stallTimeout()))
                .withDrainTimeout(arguments.seconds("drain-timeout").orElse(DEFAULTS.drainTimeout()))
                .withGrace(arguments.seconds("grace").orElse(DEFAULTS.grace()))
                .withLogConnections(arguments.has("log-connections"))
                .withLoops(arguments.count("loops").orElse(0));
        boolean daemon = arguments.has("daemon");
        Optional<Path> logFile = arguments.path("log-file");
        Optional<Path> pidFile = arguments.path("pid-file");
        Optional<InetSocketAddress> metricsAddress = arguments.value("metrics-port", HostPort::parse);

        if (poems.isEmpty()) {
            throw new Mistake("no poem to serve; try --help");
        }
        if (daemon && !Daemon.isThis()) {
            return Daemon.start(poems.size(), out, err);
        }
        if (daemon) {
            Daemon.endWithCaller();
        }
        Design chosen = chosen(design);
        List<Service> services = services(poems, port, iface);
        if (Lifeline.isHeld()) {
            Lifeline.hold();
        }
        if (pidFile.isPresent()) {
            PidFile.create(pidFile.get());
        }
        LogFile logs = logFile.isEmpty() ? null : LogFile.open(logFile.get());
        Metrics metrics = metricsAddress.isEmpty() ? null : Metrics.listen(metricsAddress.get());
        PoetryServer server = chosen.start(services, options);
        Operation operation = new Operation(server, services, options.grace(), logs);
        operation.heedSignals();
        for (int i = 0; i < services.size(); i++) {
            out.println(
                    SERVING + services.get(i).poem() + " on " + Service.hostPort(server.addresses().get(i)) + ".");
        }
        if (metrics != null) {
            metrics.serve(server);
            LOG.info("numbers for Prometheus are on {}", metrics.url());
        }
        LOG.info("design={} max-clients={} java={}", chosen, options.maxClients(), Runtime.version());
        HeapWatch.start();
        if (daemon) {
            Daemon.detach();
        }
        server.awaitClosed();
        LOG.info("stopped: {}", server.stats());
        return operation.exitCode();
    }

    private Design chosen(String name) {
        return designs.stream()
                .filter(design -> design.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new Mistake("Invalid value for option '--design': there is no '" + name + "', only "
                        + designs.stream().map(Design::name).collect(Collectors.joining(", "))));
    }

    private static Pace pace(Optional<Integer> numBytes, Optional<Duration> delay) {
        return numBytes.isEmpty() && delay.isEmpty()
                ? Pace.AT_ONCE
                : new Pace(numBytes.orElse(Pace.SLOW.numBytes()), delay.orElse(Pace.SLOW.delay()));
    }

    /** By default there are never more clients than descriptors, of which each listener has one, too. */
    private static int maxClients(int listeners) {
        return Math.max(1, DEFAULTS.maxClients() - listeners);
    }

    /** The poems at their addresses; they are read here, and then when a signal asks for it. */
    private static List<Service> services(List<String> operands, int port, String iface) throws IOException {
        List<PoemAt> poems = operands.stream().map(PoemAt::parse).toList();
        List<Integer> ports = ports(poems, port);
        InetAddress address;
        try {
            address = InetAddress.getByName(iface);
        } catch (UnknownHostException e) {
            throw new IOException("--iface " + iface + " is not an address of this machine", e);
        }
        List<Service> services = new ArrayList<>();
        for (int i = 0; i < poems.size(); i++) {
            services.add(new Service(Poem.read(poems.get(i).file()), new InetSocketAddress(address, ports.get(i))));
        }
        return services;
    }

    /** A port for each poem: its own, or the next that follows {@code --port}, or 0 for a free one. */
    private static List<Integer> ports(List<PoemAt> poems, int port) {
        List<Integer> ports = new ArrayList<>();
        Map<Integer, PoemAt> taken = new HashMap<>();
        int next = port;
        for (PoemAt poem : poems) {
            int wanted = poem.port().isPresent() || port == 0 ? poem.port().orElse(0) : next++;
            if (wanted > Port.MAX) {
                throw new Mistake("no port is left for " + poem.file() + ": the ports end at " + Port.MAX);
            }
            PoemAt other = wanted == 0 ? null : taken.put(wanted, poem);
            if (other != null) {
                throw new Mistake("port " + wanted + " is wanted for " + other.file() + " and for " + poem.file());
            }
            ports.add(wanted);
        }
        return ports;
    }
}
