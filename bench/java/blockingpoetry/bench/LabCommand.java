package blockingpoetry.bench;

import static blockingpoetry.cli.Arguments.flag;
import static blockingpoetry.cli.Arguments.option;

import blockingpoetry.bench.load.CancellableSleep;
import blockingpoetry.bench.report.Report;
import blockingpoetry.bench.report.Verdicts;
import blockingpoetry.bench.results.Environment;
import blockingpoetry.bench.results.Results;
import blockingpoetry.bench.scenarios.ClosedLoop;
import blockingpoetry.bench.scenarios.CrossCheck;
import blockingpoetry.bench.scenarios.HeldConnections;
import blockingpoetry.bench.scenarios.Lab;
import blockingpoetry.bench.scenarios.OpenLoop;
import blockingpoetry.bench.scenarios.Scenario;
import blockingpoetry.bench.scenarios.Settings;
import blockingpoetry.bench.scenarios.StartUp;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/** {@code lab}: measures, and writes a report; after Ctrl-C, a report of what was measured by then. */
final class LabCommand {
    /** With {@code --quick}: the scenarios that fit into three minutes. */
    private static final List<String> QUICK_SCENARIOS =
            List.of(ClosedLoop.NAME, OpenLoop.NAME, StartUp.NAME, HeldConnections.NAME);

    /** With {@code --quick}: one contender of each kind. */
    private static final List<String> QUICK_CONTENDERS =
            List.of("c", "nginx", "go", "node", "twisted", "platform", "virtual", "selector", "netty");

    private static final int INTERRUPTED = 130;

    static final Option BASE =
            option("base", "NAME", "contender whose figures are 1 in the ratios (default: " + Lab.FLOOR + ")");
    static final Option HOME = option("home", "DIR", "the project's folder (default: the current one)");

    static final Option CONTENDERS_DIR =
            option("contenders-dir", "DIR", "folder of more contenders, beside those in bench/contenders");

    private static final Options OPTIONS = new Options()
            .addOption(flag("quick", "fewer contenders, scenarios and rounds: under three minutes"))
            .addOption(option("contenders", "NAME,...", "only these (default: all; with --quick, one of each kind)"))
            .addOption(option("scenarios", "NAME,...",
                    "only these of " + String.join(", ", Lab.SCENARIOS.stream().map(Scenario::name).toList())
                            + " (default: all but check; with --quick, burst, steady, curtain and crowd)"))
            .addOption(BASE)
            .addOption(option("rounds", "N", "rounds of each setting (default: 5; with --quick, 2)"))
            .addOption(option("resume", "DIR", "continue a run that ended early"))
            .addOption(option("out", "DIR", "folder for the results (default: bench/results/DATE-HOST)"))
            .addOption(CONTENDERS_DIR)
            .addOption(HOME)
            .addOption(Arguments.HELP);

    private LabCommand() {}

    /** @param others what else there is, for the help */
    static Command create(PrintStream out, List<Item> others) {
        Help help = new Help(List.of("bench/run [OPTION]...", "bench/run COMMAND [OPTION]..."),
                "Measures contenders under load, and writes a report.", List.of(), others, List.of(), List.of());
        return new Subcommand("lab", OPTIONS, help, arguments -> run(arguments, out));
    }

    private static int run(Arguments arguments, PrintStream out) throws IOException {
        arguments.exactly();
        boolean quick = arguments.has("quick");
        Settings chosen = quick ? Settings.QUICK : Settings.FULL;
        Settings settings = arguments.count("rounds").map(chosen::withRounds).orElse(chosen);
        String base = base(arguments);
        Path home = home(arguments);
        Optional<Path> resume = arguments.path("resume");
        Optional<Path> folder = arguments.path("out");
        List<Contender> contenders = chosen(arguments, quick);
        List<Scenario> scenarios = scenarios(names(arguments, "scenarios", quick ? QUICK_SCENARIOS : List.of()));
        for (Contender contender : contenders) {
            contender.build();
        }
        Cores cores = Cores.split();
        cores.moveHere();
        Results results = resume.isPresent()
                ? Results.resume(resume.get())
                : Results.create(folder.isPresent() ? folder.get() : folder(home, quick),
                        Environment.capture(home, cores, contenders));
        CountDownLatch said = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> interrupt(said), "interrupt"));
        try {
            boolean interrupted = !measure(settings, contenders, scenarios, cores, results, base);
            if (interrupted) {
                out.println("Interrupted; --resume=" + results.folder() + " with the same options goes on.");
            }
            out.println(Verdicts.machine(results));
            out.println();
            Verdicts.of(results, base).forEach(sentence -> out.println("- " + sentence));
            out.println();
            out.println("Report: " + results.folder().resolve("report.html"));
            return Verdicts.isWrong(results) ? Main.FAILURE : interrupted ? INTERRUPTED : Main.OK;
        } finally {
            said.countDown();
        }
    }

    /** Measures, and writes the report; false if Ctrl-C has ended it early. */
    private static boolean measure(Settings settings, List<Contender> contenders, List<Scenario> scenarios,
            Cores cores, Results results, String base) throws IOException {
        try (Lab lab = new Lab(settings, contenders, scenarios, cores, results)) {
            lab.run(scenarios);
            return true;
        } catch (CancellableSleep.Cancelled e) {
            return false;
        } finally {
            ServerProcess.killAll();
            Report.write(results, base);
        }
    }

    static String base(Arguments arguments) {
        return arguments.value("base").orElse(Lab.FLOOR);
    }

    static Path home(Arguments arguments) {
        return arguments.path("home").orElse(Path.of("")).toAbsolutePath();
    }

    /** The names that an option lists, or the default; an empty list means all. */
    private static List<String> names(Arguments arguments, String option, List<String> byDefault) {
        return arguments.value(option).map(text -> List.of(text.split(","))).orElse(byDefault);
    }

    /** All contenders, by name; of two with the same name, the one that is not ours. */
    static List<Contender> contenders(Arguments arguments) throws IOException {
        Map<String, Contender> all = new TreeMap<>();
        List<Path> folders = new ArrayList<>(List.of(home(arguments).resolve("bench/contenders")));
        arguments.path("contenders-dir").ifPresent(folders::add);
        for (Path folder : folders) {
            Contender.in(folder).forEach(contender -> all.put(contender.name(), contender));
        }
        return List.copyOf(all.values());
    }

    /** Those that the options name; with {@code --quick}, one of each kind and those of a folder of one's own. */
    private static List<Contender> chosen(Arguments arguments, boolean quick) throws IOException {
        List<Contender> all = contenders(arguments);
        List<String> byDefault = new ArrayList<>();
        if (quick) {
            byDefault.addAll(QUICK_CONTENDERS);
            Path ours = home(arguments).resolve("bench/contenders");
            all.stream()
                    .filter(contender -> !contender.script().startsWith(ours))
                    .forEach(contender -> byDefault.add(contender.name()));
        }
        List<String> wanted = names(arguments, "contenders", byDefault);
        requireKnown("contender", wanted, all.stream().map(Contender::name).toList());
        return wanted.isEmpty() ? all : all.stream().filter(contender -> wanted.contains(contender.name())).toList();
    }

    private static List<Scenario> scenarios(List<String> wanted) {
        requireKnown("scenario", wanted, Lab.SCENARIOS.stream().map(Scenario::name).toList());
        return Lab.SCENARIOS.stream()
                .filter(scenario -> wanted.isEmpty()
                        ? !scenario.name().equals(CrossCheck.NAME)
                        : wanted.contains(scenario.name()))
                .toList();
    }

    private static void requireKnown(String kind, List<String> wanted, List<String> known) {
        for (String name : wanted) {
            if (!known.contains(name)) {
                throw new UsageError("there is no " + kind + " '" + name + "', only " + String.join(", ", known));
            }
        }
    }

    /** A folder for today's results; a second run of the day gets one of its own. */
    private static Path folder(Path home, boolean quick) throws IOException {
        String name = LocalDate.now(ZoneOffset.UTC) + "-" + Environment.host() + (quick ? "-quick" : "");
        Path parent = home.resolve(quick ? "target" : "bench/results");
        Path free = parent.resolve(name);
        for (int number = 2; Files.exists(free); number++) {
            free = parent.resolve(name + "-" + number);
        }
        return free;
    }

    /** After Ctrl-C, the measuring thread ends at its next sleep; it has some time to write the report, and to say where. */
    private static void interrupt(CountDownLatch said) {
        CancellableSleep.cancelAll();
        try {
            said.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            // Nobody interrupts a shutdown hook.
        }
        ServerProcess.killAll();
    }
}
