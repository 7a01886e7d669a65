package blockingpoetry.cli;

import static blockingpoetry.Log.LOG;

import blockingpoetry.Design;
import blockingpoetry.Pace;
import blockingpoetry.Poem;
import blockingpoetry.PoetryServer;
import blockingpoetry.ServerOptions;
import blockingpoetry.Service;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Serves poems until it is told to stop: options in, server up, a line for each poem, wait. */
@Command(name = "blockingpoetry", mixinStandardHelpOptions = true, versionProvider = Version.class, sortOptions = false,
        usageHelpAutoWidth = true,
        customSynopsis = {"blockingpoetry [OPTION]... POEM[@PORT]...",
                "       blockingpoetry get [--save DIR] [HOST:]PORT..."},
        descriptionHeading = "%n", parameterListHeading = "%n", commandListHeading = "%nCommands:%n",
        description = "Serves poems over TCP: a client connects, receives the whole poem, and sees the connection close.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:stopped by SIGTERM or SIGINT", "1:a poem cannot be served", "2:the arguments make no sense",
                "128+N:ended at once by a second signal, number N"})
final class Serve implements Callable<Integer> {
    private static final ServerOptions DEFAULTS = ServerOptions.DEFAULTS;

    private final List<Design> designs;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(arity = "0..*", paramLabel = "POEM[@PORT]",
            description = "a file to serve, on a port of its own; @PORT says which")
    private List<String> arguments = new ArrayList<>();

    @Option(names = "--port", paramLabel = "N", converter = Port.class,
            description = "port of the first poem; the next ones take the ports that follow (default: a free port for each)")
    private int port;

    @Option(names = "--iface", paramLabel = "ADDRESS",
            description = "address to listen on: a name, IPv4, IPv6, 0.0.0.0 or :: (default: ${DEFAULT-VALUE})")
    private String iface = "localhost";

    @Option(names = "--num-bytes", paramLabel = "N", converter = Count.class,
            description = "slow mode: bytes per chunk (default: 10 once --delay is given)")
    private @Nullable Integer numBytes;

    @Option(names = "--delay", paramLabel = "SECONDS", converter = Seconds.class,
            description = "slow mode: time from one chunk to the next (default: 0.7 once --num-bytes is given)")
    private @Nullable Duration delay;

    @Option(names = "--design", paramLabel = "NAME", description = "which design serves (default: ${DEFAULT-VALUE})")
    private String design = "virtual";

    @Option(names = "--backlog", paramLabel = "N", converter = Count.class,
            description = "length of the kernel's accept queue (default: ${DEFAULT-VALUE})")
    private int backlog = DEFAULTS.backlog();

    @Option(names = "--max-clients", paramLabel = "N", converter = Count.class,
            description = "connections held at once; more wait in the backlog (default: what the limits of"
                    + " descriptors and heap have room for)")
    private @Nullable Integer maxClients;

    @Option(names = "--max-clients-per-address", paramLabel = "N", converter = Count.class,
            description = "connections of one address (IPv6: of one /64) held at once; more are reset (default: no limit)")
    private int maxClientsPerAddress;

    @Option(names = "--stall-timeout", paramLabel = "SECONDS", converter = Seconds.class,
            description = "a client that takes nothing for so long is reset; 0 is never (default: 60)")
    private Duration stallTimeout = DEFAULTS.stallTimeout();

    @Option(names = "--drain-timeout", paramLabel = "SECONDS", converter = Seconds.class,
            description = "after the poem, how long to read on until the client's end of stream; 0 closes at once (default: 2)")
    private Duration drainTimeout = DEFAULTS.drainTimeout();

    @Option(names = "--grace", paramLabel = "SECONDS", converter = Seconds.class,
            description = "at a stop, how long recitals in progress may go on (default: 10)")
    private Duration grace = DEFAULTS.grace();

    @Option(names = "--loops", paramLabel = "N", converter = Count.class,
            description = "threads of an event-driven design (default: 1 for selector and reactor, else 1 per core)")
    private int loops;

    @Option(names = "--log-connections", description = "log a line for each connection when it ends")
    private boolean logConnections;

    @Option(names = "--daemon",
            description = "go on without a terminal; this command ends when every poem is served")
    private boolean daemon;

    @Option(names = "--log-file", paramLabel = "FILE",
            description = "append logs to a file, and not to stderr; SIGHUP opens it again, for rotation")
    private @Nullable Path logFile;

    @Option(names = "--pid-file", paramLabel = "FILE",
            description = "keep the id of the process in a file while it runs")
    private @Nullable Path pidFile;

    @Option(names = "--metrics-port", paramLabel = "[ADDRESS:]N", converter = HostPort.class,
            description = "serve numbers for Prometheus, at http://ADDRESS:N/metrics (default: none; ADDRESS: localhost)")
    private @Nullable InetSocketAddress metricsAddress;

    Serve(List<Design> designs) {
        this.designs = designs;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (arguments.isEmpty()) {
            throw mistake("no poem to serve; try --help");
        }
        if (daemon && !Daemon.isThis()) {
            CommandLine command = spec().commandLine();
            return Daemon.start(arguments.size(), command.getOut(), command.getErr());
        }
        if (daemon) {
            Daemon.endWithCaller();
        }
        Design chosen = chosen();
        ServerOptions options = DEFAULTS.withPace(pace())
                .withBacklog(backlog)
                .withMaxClients(maxClients())
                .withMaxClientsPerAddress(maxClientsPerAddress)
                .withStallTimeout(stallTimeout)
                .withDrainTimeout(drainTimeout)
                .withGrace(grace)
                .withLogConnections(logConnections)
                .withLoops(loops);
        List<Service> services = services();
        if (Lifeline.isHeld()) {
            Lifeline.hold();
        }
        if (pidFile != null) {
            PidFile.create(pidFile);
        }
        LogFile logs = logFile == null ? null : LogFile.open(logFile);
        Metrics metrics = metricsAddress == null ? null : Metrics.listen(metricsAddress);
        PoetryServer server = chosen.start(services, options);
        Operation operation = new Operation(server, services, grace, logs);
        operation.heedSignals();
        for (int i = 0; i < services.size(); i++) {
            say("Serving " + services.get(i).poem() + " on " + Service.hostPort(server.addresses().get(i)) + ".");
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

    private Design chosen() {
        return designs.stream()
                .filter(candidate -> candidate.name().equals(design))
                .findFirst()
                .orElseThrow(() -> mistake("Invalid value for option '--design': there is no '" + design + "', only "
                        + designs.stream().map(Design::name).collect(Collectors.joining(", "))));
    }

    private Pace pace() {
        if (numBytes == null && delay == null) {
            return Pace.AT_ONCE;
        }
        return new Pace(numBytes == null ? Pace.SLOW.numBytes() : numBytes, delay == null ? Pace.SLOW.delay() : delay);
    }

    /** By default there are never more clients than descriptors, of which each listener has one, too. */
    private int maxClients() {
        return maxClients == null ? Math.max(1, DEFAULTS.maxClients() - arguments.size()) : maxClients;
    }

    /** The poems at their addresses; they are read here, and then when a signal asks for it. */
    private List<Service> services() throws IOException {
        List<PoemAt> poems = arguments.stream().map(PoemAt::parse).toList();
        List<Integer> ports = ports(poems);
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
    private List<Integer> ports(List<PoemAt> poems) {
        List<Integer> ports = new ArrayList<>();
        Map<Integer, PoemAt> taken = new HashMap<>();
        int next = port;
        for (PoemAt poem : poems) {
            int wanted = poem.port().isPresent() || port == 0 ? poem.port().orElse(0) : next++;
            if (wanted > Port.MAX) {
                throw mistake("no port is left for " + poem.file() + ": the ports end at " + Port.MAX);
            }
            PoemAt other = wanted == 0 ? null : taken.put(wanted, poem);
            if (other != null) {
                throw mistake("port " + wanted + " is wanted for " + other.file() + " and for " + poem.file());
            }
            ports.add(wanted);
        }
        return ports;
    }

    private void say(String line) {
        spec().commandLine().getOut().println(line);
    }

    private ParameterException mistake(String sentence) {
        return new ParameterException(spec().commandLine(), sentence);
    }

    private CommandSpec spec() {
        return Objects.requireNonNull(spec); // picocli has set it
    }
}
