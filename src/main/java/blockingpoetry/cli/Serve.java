package blockingpoetry.cli;

import static blockingpoetry.cli.Arguments.flag;
import static blockingpoetry.cli.Arguments.option;
import static blockingpoetry.cli.Arguments.repeatable;
import static blockingpoetry.recitals.Log.LOG;

import blockingpoetry.Pace;
import blockingpoetry.PoetryServer;
import blockingpoetry.ServerOptions;
import blockingpoetry.Service;
import blockingpoetry.Stats;
import blockingpoetry.cli.Help.Item;
import blockingpoetry.cli.Help.Section;
import blockingpoetry.designs.Design;
import blockingpoetry.operation.Daemon;
import blockingpoetry.operation.GcOverheadMonitor;
import blockingpoetry.operation.Metrics;
import blockingpoetry.operation.ParentWatch;
import blockingpoetry.operation.PidFile;
import blockingpoetry.operation.ServerMetrics;
import blockingpoetry.operation.ServerOutput;
import blockingpoetry.operation.SignalHandler;
import blockingpoetry.recitals.Log;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.cli.Options;

/** Serves poems until it is told to stop: options in, server up, a line for each poem, wait. */
record Serve(PrintStream out, PrintStream err, List<Design> designs) implements Command {
    static final Options OPTIONS = new Options()
            .addOption(option("port", "N", "port of the first poem; the next ones take the ports that follow"
                    + " (default: a free port for each)"))
            .addOption(repeatable("iface", "ADDRESS", "address to listen on: a name, IPv4, IPv6, 0.0.0.0 for all of"
                    + " IPv4, :: for all of both; given again, every poem is served on each (default: localhost)"))
            .addOption(option("num-bytes", "N", "slow mode: bytes per chunk (default: 10 once --delay is given)"))
            .addOption(option("delay", "SECONDS", "slow mode: time from one chunk to the next"
                    + " (default: 0.7 once --num-bytes is given)"))
            .addOption(option("design", "NAME", "which design serves (default: virtual)"))
            .addOption(option("backlog", "N", "length of the kernel's accept queue (default: 4096)"))
            .addOption(option("max-clients", "N", "connections held at once; more wait in the backlog"
                    + " (default: what the limits of descriptors and heap have room for; with platform, those of threads and"
                    + " memory, too)"))
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
            .addOption(flag("check", "check options and addresses, and read the poems, but serve nothing; whether the"
                    + " ports are free is not checked"))
            .addOption(flag("daemon", "go on without a terminal; this command ends when every poem is served"))
            .addOption(option("log-file", "FILE", "append logs to a file, and not to stderr;"
                    + " SIGHUP opens it again, for rotation"))
            .addOption(option("log-format", "FORMAT", "text, or json: an object a line, for log collectors"
                    + " (default: text)"))
            .addOption(option("pid-file", "FILE", "keep the id of the process in a file while it runs"))
            .addOption(option("metrics-port", "[ADDRESS:]N", "serve numbers for Prometheus,"
                    + " at http://ADDRESS:N/metrics (default: none; ADDRESS: localhost)"))
            .addOption(Arguments.HELP)
            .addOption(Arguments.VERSION);

    /** Begins the line that says where a poem is served. */
    static final String SERVING = "Serving ";

    private static final ServerOptions DEFAULTS = ServerOptions.defaults();

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
                        "blockingpoetry get [OPTION]... [HOST:]PORT..."),
                "Serves poems over TCP: a client connects, receives the whole poem, and sees the connection close.",
                List.of(new Item("POEM[@PORT]", "a regular file to serve, on a port of its own; @PORT says which")),
                List.of(new Item(get.name(), get.help().description())),
                List.of(new Item("0", "stopped by SIGTERM or SIGINT; with --check, all is in order"),
                        new Item("1", "a poem cannot be served, or the server has ended itself for an error"),
                        new Item("2", "the arguments make no sense"),
                        new Item("128+N", "ended at once by a second signal, number N")),
                List.of(new Section("Examples", Stream.of("poems/accept.txt",
                        "--port 10000 --delay 0.1 poems/accept.txt poems/loop.txt", "get 10000 10001")
                        .map(arguments -> new Item("blockingpoetry " + arguments, ""))
                        .toList()),
                        new Section("Designs",
                                designs.stream().map(design -> new Item(design.name(), design.idea())).toList()),
                        new Section("Signals", List.of(
                                new Item("TERM, INT", "stop in order: recitals in progress may finish; a second one"
                                        + " ends it at once"),
                                new Item("HUP", "read the poems again, and open the log file again; recitals in"
                                        + " progress finish the old text; poems cannot be added without a restart;"
                                        + " or stop in order, if the terminal of a server in the foreground is closed"),
                                new Item("USR1", "log a line: connections, bytes, threads, heap")))));
    }

    @Override
    public int run(Arguments arguments) throws IOException, InterruptedException {
        Thread preload = Thread.ofPlatform().daemon().start(Serve::preload); // beside all that follows
        Operands poems = new Operands(arguments.operands(), arguments.port("port").orElse(0),
                arguments.has("iface") ? arguments.values("iface") : List.of("localhost"));
        int listeners = poems.listeners();
        Design design = design(arguments.value("design").orElse("virtual"));
        int room = design.waiting() == Design.Waiting.PLATFORM_THREAD
                ? ServerOptions.maxClientsOnPlatformThreads()
                : DEFAULTS.maxClients();
        int mostClients = Math.max(1, room - listeners); // each listener takes a descriptor
        ServerOptions options = DEFAULTS.withPace(pace(arguments.count("num-bytes"), arguments.seconds("delay")))
                .withBacklog(arguments.count("backlog").orElse(DEFAULTS.backlog()))
                .withMaxClients(arguments.count("max-clients").orElse(mostClients))
                .withMaxClientsPerAddress(arguments.count("max-clients-per-address").orElse(0))
                .withStallTimeout(arguments.seconds("stall-timeout").orElse(DEFAULTS.stallTimeout()))
                .withDrainTimeout(arguments.seconds("drain-timeout").orElse(DEFAULTS.drainTimeout()))
                .withGrace(arguments.seconds("grace").orElse(DEFAULTS.grace()))
                .withLogConnections(arguments.has("log-connections"))
                .withLoops(arguments.count("loops").orElse(0));
        boolean checks = arguments.has("check");
        boolean daemon = arguments.has("daemon") && !checks;
        boolean logsJson = arguments.choice("log-format", "json", "text");
        Optional<Path> logFile = arguments.path("log-file");
        Optional<Path> pidFile = arguments.path("pid-file");
        Optional<InetSocketAddress> metricsAddress = arguments.value("metrics-port", OptionValues::hostPort);

        if (poems.files().isEmpty()) {
            throw new UsageError("no poem to serve; try --help");
        }
        if (daemon && !Daemon.isThisProcess()) {
            return Daemon.start(SERVING, listeners, out, err);
        }
        if (daemon) {
            Daemon.followCaller();
        }
        List<Service> services = poems.read();
        if (ParentWatch.isLaunched()) {
            ParentWatch.followLauncher();
        }
        List<Path> taken = new ArrayList<>(poems.files());
        if (pidFile.isPresent()) {
            refuseIfOneOf(taken, "--pid-file", pidFile.get());
            if (!checks) {
                PidFile.create(pidFile.get());
            }
            taken.add(pidFile.get());
        }
        if (logFile.isPresent()) {
            refuseIfOneOf(taken, "--log-file", logFile.get());
            if (daemon && Daemon.closes(logFile.get())) {
                throw new UsageError("--daemon closes " + logFile.get() + ", so it cannot log to it");
            }
        }
        if (checks) {
            Operands.checkAddresses(services);
            if (metricsAddress.isPresent()) {
                Metrics.resolve(metricsAddress.get());
            }
            out.println("The options are in order, and the poems can be read.");
            return Main.printed(out);
        }
        try (ServerOutput output = new ServerOutput(out, logFile, logsJson)) {
            preload.join();
            return serve(design, services, options, metricsAddress, daemon, output);
        }
    }

    /** Loads what could no longer be loaded once descriptors have run out. */
    private static void preload() {
        GcOverheadMonitor.start();
        Log.load();
    }

    private static int serve(Design design, List<Service> services, ServerOptions options,
            Optional<InetSocketAddress> metricsAddress, boolean daemon, ServerOutput output)
            throws IOException, InterruptedException {
        Metrics metrics = metricsAddress.isEmpty() ? null : Metrics.listen(metricsAddress.get());
        PoetryServer server = design.start(services, options);
        SignalHandler signals = new SignalHandler(server, services, options.grace(), output);
        signals.install();
        for (int i = 0; i < services.size(); i++) {
            output.println(
                    SERVING + services.get(i).poem() + " on " + Service.hostPort(server.addresses().get(i)) + ".");
        }
        if (metrics != null) {
            metrics.serve(new ServerMetrics(design, options, services, server, signals), signals::isStopping);
            LOG.info("numbers for Prometheus are on {}", metrics.url());
        }
        LOG.info("design={} max-clients={} java={}", design, options.maxClients(), Runtime.version());
        if (design.waiting() == Design.Waiting.VIRTUAL_THREAD && options.pace().delay().isPositive()
                && losesWakeUps(Runtime.version())) {
            LOG.warn(
                    "this Java may leave sleeping virtual threads asleep (JDK-8369227): slow mode needs 25.0.3 or newer");
        }
        if (daemon) {
            output.drain();
            Daemon.detach();
        }
        server.awaitClosed();
        Stats stats = server.stats();
        LOG.info("stopped: accepted={} finished={} aborted={} cut={} bytes={}", stats.accepted(), stats.finished(),
                stats.aborted(), stats.cut(), stats.bytes());
        return signals.exitCode();
    }

    private static void refuseIfOneOf(List<Path> taken, String option, Path file) throws IOException {
        for (Path other : taken) {
            boolean named = file.toAbsolutePath().normalize().equals(other.toAbsolutePath().normalize());
            if (named || (Files.exists(file) && Files.isSameFile(file, other))) {
                throw new UsageError(option + " " + file + " is the same file as " + other);
            }
        }
    }

    /** Whether a virtual thread that sleeps may not wake up: JDK-8369227. */
    static boolean losesWakeUps(Runtime.Version java) {
        int fixed = Map.of(25, 3, 26, 1).getOrDefault(java.feature(), 0); // the update
        return java.interim() == 0 && java.update() < fixed;
    }

    private Design design(String name) {
        return designs.stream()
                .filter(design -> design.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () -> new UsageError("Invalid value for option '--design': there is no '" + name
                                + "' in this jar, only "
                                + designs.stream().map(Design::name).collect(Collectors.joining(", "))
                                + Nearest.hint(name, designs.stream().map(Design::name))));
    }

    private static Pace pace(Optional<Integer> numBytes, Optional<Duration> delay) {
        return numBytes.isEmpty() && delay.isEmpty()
                ? Pace.AT_ONCE
                : new Pace(numBytes.orElse(Pace.SLOW.numBytes()), delay.orElse(Pace.SLOW.delay()));
    }
}
