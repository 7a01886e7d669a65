package blockingpoetry.bench;

import static blockingpoetry.cli.Arguments.option;

import blockingpoetry.bench.load.CancellableSleep;
import blockingpoetry.bench.load.Load;
import blockingpoetry.bench.load.Workload;
import blockingpoetry.bench.results.Environment;
import blockingpoetry.bench.results.Measurement;
import blockingpoetry.bench.results.Results;
import blockingpoetry.bench.results.Sample;
import blockingpoetry.bench.scenarios.ClosedLoop;
import blockingpoetry.bench.scenarios.MeasurementWindow;
import blockingpoetry.bench.scenarios.OpenLoop;
import blockingpoetry.bench.servers.Contender;
import blockingpoetry.bench.servers.Cores;
import blockingpoetry.bench.servers.ServerProcess;
import blockingpoetry.cli.Arguments;
import blockingpoetry.cli.Command;
import blockingpoetry.cli.Help;
import blockingpoetry.cli.Help.Item;
import blockingpoetry.cli.UsageError;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.commons.cli.Options;

/** {@code load} and {@code merge}: the lab's load against any server, and several such loads as one. */
final class LoadCommand {
    private static final int AT_ONCE = 64;
    private static final Duration SETTLE = Duration.ofSeconds(1);

    private static final Options OPTIONS = new Options()
            .addOption(option("at-once", "K", "clients in flight, a closed loop (default: " + AT_ONCE + ")"))
            .addOption(option("rate", "R", "or clients a second, an open loop"))
            .addOption(option("seconds", "S", "how long it is measured, after a second of settling (default: 10)"))
            .addOption(
                    option("server-pid", "PID", "the server's process on this machine: its processor time is measured"))
            .addOption(option("name", "NAME", "the server's name in the report (default: HOST:PORT)"))
            .addOption(
                    option("out", "DIR", "folder for the result, which is added to those there (default: target/load)"))
            .addOption(LabCommand.HOME)
            .addOption(Arguments.HELP);

    private LoadCommand() {}

    static Command load(PrintStream out) {
        Help help = new Help("bench/run load [--at-once K | --rate R] [--seconds S] [--server-pid PID] HOST:PORT FILE",
                "Loads any server, on any machine, and compares every byte.",
                new Item("HOST:PORT", "where it serves"), new Item("FILE", "what it should send to each client"));
        return new Subcommand("load", OPTIONS, help, arguments -> load(arguments, out));
    }

    private static int load(Arguments arguments, PrintStream out) throws IOException {
        List<String> operands = arguments.exactly("HOST:PORT", "FILE");
        Optional<Integer> rate = arguments.count("rate");
        if (rate.isPresent() && arguments.has("at-once")) {
            throw new UsageError("it is either --at-once or --rate");
        }
        int atOnce = arguments.count("at-once").orElse(AT_ONCE);
        Duration time = arguments.seconds("seconds").orElse(Duration.ofSeconds(10));
        Optional<ProcessHandle> process = arguments.count("server-pid")
                .map(pid -> ProcessHandle.of(pid)
                        .orElseThrow(() -> new UsageError("there is no process " + pid)));
        InetSocketAddress address = address(operands.getFirst());
        byte[] bytes = Files.readAllBytes(Path.of(operands.get(1)));
        ByteBuffer poem = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        Cores cores = Cores.of(process);
        String name = arguments.value("name").orElse(operands.getFirst());
        Path folder = arguments.path("out").orElse(LabCommand.home(arguments).resolve("target/load"));
        Results results = Files.exists(folder.resolve("samples.jsonl"))
                ? Results.resume(folder)
                : Results.create(folder, Environment.capture(LabCommand.home(arguments), cores, List.of()));

        ServerProcess server =
                new ServerProcess(new Contender(name, Path.of(name)), process, address, 0, new AtomicLong());
        Workload workload =
                rate.isPresent() ? Workload.open(address, poem, rate.get()) : Workload.closed(address, poem, atOnce);
        boolean spins = !address.getAddress().isLoopbackAddress(); // or it would take the server's time
        Measurement measurement;
        try (Load load = Load.start(workload, cores.load().size(), spins)) {
            CancellableSleep.sleep(SETTLE);
            load.raisePriority();
            MeasurementWindow window = new MeasurementWindow(server, load, cores);
            CancellableSleep.sleep(time);
            MeasurementWindow.Result result = window.close(true);
            measurement = rate.isPresent()
                    ? OpenLoop.measurement(result, rate.get())
                    : result.measurementWithLatency(result.values());
        }
        String scenario = rate.isPresent() ? OpenLoop.NAME : ClosedLoop.NAME;
        String setting = rate.isPresent() ? OpenLoop.setting(rate.get()) : ClosedLoop.setting(atOnce);
        int round = results.series(scenario, setting, name).rounds().size() + 1;
        results.add(new Sample(scenario, setting, name, round, measurement));
        return print(results.samples().getLast(), folder, out);
    }

    static Command merge(PrintStream out) {
        Options options = new Options()
                .addOption(option("out", "DIR", "folder for the sum (default: the first DIR, with -merged)"))
                .addOption(Arguments.HELP);
        Help help = new Help("bench/run merge [--out DIR] DIR DIR...",
                "Adds up loads that several machines have put on one server at the same time.",
                new Item("DIR", "folders of load, with the same number of results"));
        return new Subcommand("merge", options, help, arguments -> {
            if (arguments.operands().size() < 2) {
                throw new UsageError("there are no two folders to merge");
            }
            Path folder = arguments.path("out").orElse(Path.of(arguments.operands().getFirst() + "-merged"));
            Results sum = Results.read(Path.of(arguments.operands().getFirst()));
            for (String other : arguments.operands().subList(1, arguments.operands().size())) {
                sum = sum.plus(Results.read(Path.of(other)));
            }
            Results written = Results.create(folder, sum.environment());
            int code = Main.OK;
            for (Sample sample : sum.samples()) {
                written.add(sample);
                code = Math.max(code, print(sample, folder, out));
            }
            return code;
        });
    }

    private static InetSocketAddress address(String text) throws IOException {
        int colon = text.lastIndexOf(':');
        if (colon < 1 || !text.substring(colon + 1).matches("\\d{1,5}")) {
            throw new UsageError("'" + text + "' is not HOST:PORT");
        }
        InetSocketAddress address =
                new InetSocketAddress(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
        if (address.isUnresolved()) {
            throw new IOException("there is no host '" + address.getHostString() + "'");
        }
        return address;
    }

    /** Prints a summary of a sample; returns the exit code. */
    private static int print(Sample sample, Path folder, PrintStream out) {
        Measurement measurement = sample.measurement();
        Map<String, Double> values = measurement.values();
        out.printf(Locale.ROOT, "%s, %s, round %d: %,.0f poems, %,.0f a second%n", sample.contender(), sample.setting(),
                sample.round(), values.get("poems"), values.get("poems_per_second"));
        out.println("failed clients: " + (measurement.failures().isEmpty() ? "none" : measurement.failures()));
        if (values.containsKey("p50_ms")) {
            out.printf(Locale.ROOT, "latency p50 %.2f ms, p99 %.2f, p99.9 %.2f, worst %.2f%n", values.get("p50_ms"),
                    values.get("p99_ms"), values.get("p999_ms"), values.get("max_ms"));
        }
        Optional.ofNullable(values.get("server_cpu_us_per_poem"))
                .ifPresent(micros -> out.printf(Locale.ROOT, "server CPU per poem %.1f µs%n", micros));
        out.println("marks: " + (measurement.caveats().isEmpty() ? "none" : String.join(", ", measurement.caveats())));
        out.println("added to " + folder + "; bench/run report " + folder + " makes a report");
        return measurement.failures().isEmpty() ? Main.OK : Main.FAILURE;
    }
}
