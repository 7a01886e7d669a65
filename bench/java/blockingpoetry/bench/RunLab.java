package blockingpoetry.bench;

import static blockingpoetry.cli.Arguments.flag;
import static blockingpoetry.cli.Arguments.option;
import static java.nio.charset.StandardCharsets.UTF_8;

import blockingpoetry.cli.Arguments;
import blockingpoetry.cli.Command;
import blockingpoetry.cli.Help;
import blockingpoetry.cli.Help.Item;
import blockingpoetry.cli.Mistake;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/** Measures, and writes a report; at Ctrl-C too, of what is there by then. */
final class RunLab implements Command {
    /** What fits into three minutes: no large poems, ... */
    private static final List<String> QUICK_SCENARIOS = List.of(Burst.NAME, Steady.NAME, Curtain.NAME, HeldCrowd.NAME);

    /** ... and one contender of each kind. */
    private static final List<String> QUICK = List.of("c", "nginx", "go", "node", "twisted", "platform", "virtual",
            "selector", "netty");

    private static final int OK = 0;
    private static final int FAILURE = 1;
    private static final int INTERRUPTED = 130;

    private static final Option BASE =
            option("base", "NAME", "whose figures are 1 in the ratios (default: " + Lab.FLOOR + ")");
    private static final Option HOME = option("home", "DIR", "the project's folder (default: where this is run)");

    private static final Options OPTIONS = new Options()
            .addOption(flag("quick", "fewer contenders, scenarios and rounds: under three minutes"))
            .addOption(option("contenders", "NAME,...", "only these (default: all; with --quick, one of each kind)"))
            .addOption(option("scenarios", "NAME,...", "only these of burst, steady, anthology, curtain, crowd,"
                    + " neighbours, and check: the lab itself"))
            .addOption(BASE)
            .addOption(option("rounds", "N", "of each setting (default: 5; with --quick, 2)"))
            .addOption(option("resume", "DIR", "goes on with results that a run has left"))
            .addOption(option("out", "DIR", "where results go (default: bench/results/DATE-HOST)"))
            .addOption(option("contenders-dir", "DIR", "whose folders are the contenders"))
            .addOption(HOME)
            .addOption(Arguments.HELP);

    private final PrintStream out;

    RunLab(PrintStream out) {
        this.out = out;
    }

    @Override
    public String name() {
        return "lab";
    }

    @Override
    public Options options() {
        return OPTIONS;
    }

    @Override
    public Help help() {
        return new Help("blockingpoetry-bench lab [OPTION]...", "Measures contenders under load, and writes a report.");
    }

    @Override
    public int run(Arguments arguments) throws Exception {
        arguments.exactly();
        boolean quick = arguments.has("quick");
        Effort effort = quick ? Effort.QUICK : Effort.FULL;
        effort = arguments.count("rounds").map(effort::withRounds).orElse(effort);
        String base = base(arguments);
        Path home = home(arguments);
        Optional<Path> resume = arguments.path("resume");
        Optional<Path> folder = arguments.path("out");
        Optional<Path> contendersFolder = arguments.path("contenders-dir");
        List<String> names = names(arguments, "contenders", quick && contendersFolder.isEmpty() ? QUICK : List.of());
        List<Contender> contenders =
                contenders(contendersFolder.orElse(home.resolve("bench/contenders")), names);
        List<Scenario> scenarios = scenarios(names(arguments, "scenarios", quick ? QUICK_SCENARIOS : List.of()));
        for (Contender contender : contenders) {
            contender.build();
        }
        Cores cores = Cores.split();
        cores.moveHere();
        Results results = resume.isPresent()
                ? Results.read(resume.get())
                : Results.create(folder.isPresent() ? folder.get() : folder(home, quick),
                        Environment.capture(home, cores, contenders));
        CountDownLatch written = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> leave(written), "leave"));
        boolean interrupted = false;
        try (Lab lab = new Lab(effort, contenders, scenarios, cores, results)) {
            lab.run(scenarios);
        } catch (Pause.Over e) {
            interrupted = true;
        } finally {
            ServerProcess.killAll();
            Report.write(results, base);
            written.countDown();
        }
        Verdicts.of(results, base).forEach(sentence -> out.println("- " + sentence));
        out.println();
        out.println("Report: " + results.folder().resolve("report.html"));
        return Verdicts.isWrong(results) ? FAILURE : interrupted ? INTERRUPTED : OK;
    }

    private static String base(Arguments arguments) {
        return arguments.value("base").orElse(Lab.FLOOR);
    }

    private static Path home(Arguments arguments) {
        return arguments.path("home").orElse(Path.of("").toAbsolutePath());
    }

    /** What an option lists, or else what is listed here; an empty list means all. */
    private static List<String> names(Arguments arguments, String option, List<String> otherwise) {
        return arguments.value(option).map(text -> List.of(text.split(","))).orElse(otherwise);
    }

    private static List<Contender> contenders(Path folder, List<String> wanted) throws IOException {
        List<Contender> all = Contender.in(folder);
        requireKnown("contender", wanted, all.stream().map(Contender::name).toList());
        return wanted.isEmpty() ? all : all.stream().filter(contender -> wanted.contains(contender.name())).toList();
    }

    private static List<Scenario> scenarios(List<String> wanted) {
        requireKnown("scenario", wanted, Lab.SCENARIOS.stream().map(Scenario::name).toList());
        return Lab.SCENARIOS.stream()
                .filter(scenario -> wanted.isEmpty()
                        ? !scenario.name().equals(Check.NAME)
                        : wanted.contains(scenario.name()))
                .toList();
    }

    private static void requireKnown(String kind, List<String> wanted, List<String> known) {
        for (String name : wanted) {
            if (!known.contains(name)) {
                throw new Mistake("there is no " + kind + " '" + name + "', only " + String.join(", ", known));
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

    /** Ctrl-C: the measuring thread ends at its next pause, and has time to write the report. */
    private static void leave(CountDownLatch written) {
        Pause.endAll();
        try {
            written.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            // Nobody does that to a hook.
        }
        ServerProcess.killAll();
    }

    /** The report of results that are there, made anew. */
    static final class Again implements Command {
        @Override
        public String name() {
            return "report";
        }

        @Override
        public Options options() {
            return new Options().addOption(BASE).addOption(Arguments.HELP);
        }

        @Override
        public Help help() {
            return new Help("blockingpoetry-bench report [--base NAME] DIR",
                    "Writes the report of a folder of results anew.",
                    new Item("DIR", "a folder of results"));
        }

        @Override
        public int run(Arguments arguments) throws IOException {
            Results results = Results.read(Path.of(arguments.exactly("DIR").getFirst()));
            Report.write(results, base(arguments));
            return OK;
        }
    }

    /** What is there to be measured, and what it needs. */
    static final class Show implements Command {
        private final PrintStream out;

        Show(PrintStream out) {
            this.out = out;
        }

        @Override
        public String name() {
            return "contenders";
        }

        @Override
        public Options options() {
            return new Options().addOption(flag("install", "installs the missing Debian packages (as root)"))
                    .addOption(HOME)
                    .addOption(Arguments.HELP);
        }

        @Override
        public Help help() {
            return new Help("blockingpoetry-bench contenders [--install]",
                    "Lists the contenders, and installs what they need.");
        }

        @Override
        public int run(Arguments arguments) throws Exception {
            arguments.exactly();
            Set<String> missing = new TreeSet<>();
            for (Contender contender : Contender.in(home(arguments).resolve("bench/contenders"))) {
                List<String> needs = contender.needs();
                List<String> lacking = needs.stream().filter(name -> !isInstalled(name)).toList();
                missing.addAll(lacking);
                out.printf("%-20s%s%n", contender.name(), lacking.isEmpty()
                        ? needs.isEmpty() ? "ready" : "ready: " + String.join(" ", needs)
                        : "not installed (apt-get install " + String.join(" ", lacking) + ")");
            }
            if (arguments.has("install") && !missing.isEmpty()) {
                run("apt-get", "update", "-q");
                String[] command = {"apt-get", "install", "-q", "-y", "--no-install-recommends"};
                String[] all = Arrays.copyOf(command, command.length + missing.size());
                System.arraycopy(missing.toArray(), 0, all, command.length, missing.size());
                return run(all);
            }
            return OK;
        }

        private static boolean isInstalled(String name) {
            try {
                Process process = new ProcessBuilder("dpkg-query", "-W", "-f=${Status}", name).redirectError(
                        Cores.NOWHERE).start();
                return new String(process.getInputStream().readAllBytes(), UTF_8)
                        .endsWith(" installed");
            } catch (IOException e) {
                return false;
            }
        }

        private static int run(String... command) throws IOException, InterruptedException {
            ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
            builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
            return builder.start().waitFor();
        }
    }
}
