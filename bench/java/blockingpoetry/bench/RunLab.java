package blockingpoetry.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures, and writes a report; at Ctrl-C too, of what is there by then. */
@Command(name = "lab", sortOptions = false, description = "Measures contenders under load, and writes a report.")
final class RunLab implements Callable<Integer> {
    /** What fits into three minutes: no large poems, ... */
    private static final List<String> QUICK_SCENARIOS = List.of(Burst.NAME, Steady.NAME, Curtain.NAME, HeldCrowd.NAME);

    /** ... and one contender of each kind. */
    private static final List<String> QUICK = List.of("c", "nginx", "go", "node", "twisted", "platform", "virtual",
            "selector", "netty");

    private static final int OK = 0;
    private static final int FAILURE = 1;
    private static final int INTERRUPTED = 130;

    private final PrintStream out;

    @Spec
    private CommandSpec spec;

    @Option(names = "--quick", description = "fewer contenders, scenarios and rounds: under three minutes")
    private boolean quick;

    @Option(names = "--contenders", split = ",", paramLabel = "NAME",
            description = "only these (default: all; with --quick, one of each kind)")
    private List<String> names = List.of();

    @Option(names = "--scenarios", split = ",", paramLabel = "NAME",
            description = "only these of burst, steady, anthology, curtain, crowd, neighbours, and check: the"
                    + " lab itself")
    private List<String> scenarioNames = List.of();

    @Option(names = "--base", paramLabel = "NAME", description = "whose figures are 1 in the ratios (default: c)")
    private String base = Lab.FLOOR;

    @Option(names = "--rounds", paramLabel = "N", description = "of each setting (default: 5; with --quick, 2)")
    private Optional<Integer> rounds = Optional.empty();

    @Option(names = "--resume", paramLabel = "DIR", description = "goes on with results that a run has left")
    private Optional<Path> resume = Optional.empty();

    @Option(names = "--out", paramLabel = "DIR", description = "where results go (default: bench/results/DATE-HOST)")
    private Optional<Path> folder = Optional.empty();

    @Option(names = "--contenders-dir", paramLabel = "DIR", description = "whose folders are the contenders")
    private Optional<Path> contendersFolder = Optional.empty();

    @Option(names = "--home", hidden = true, description = "the project's folder")
    private Path home = Path.of("").toAbsolutePath();

    RunLab(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() throws Exception {
        Effort effort = quick ? Effort.QUICK : Effort.FULL;
        effort = rounds.map(effort::withRounds).orElse(effort);
        List<Contender> contenders = contenders();
        List<Scenario> scenarios = scenarios();
        for (Contender contender : contenders) {
            contender.build();
        }
        Cores cores = Cores.split();
        cores.moveHere();
        Results results = resume.isPresent()
                ? Results.read(resume.get())
                : Results.create(folder(), Environment.capture(home, cores, contenders));
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

    private List<Contender> contenders() throws IOException {
        List<Contender> all = Contender.in(contendersFolder.orElse(home.resolve("bench/contenders")));
        List<String> wanted = !names.isEmpty() ? names : quick && contendersFolder.isEmpty() ? QUICK : List.of();
        for (String name : wanted) {
            if (all.stream().noneMatch(contender -> contender.name().equals(name))) {
                throw mistake("there is no contender '" + name + "', only " + all.stream()
                        .map(Contender::name)
                        .collect(
                                Collectors.joining(", ")));
            }
        }
        return wanted.isEmpty() ? all : all.stream().filter(contender -> wanted.contains(contender.name())).toList();
    }

    private List<Scenario> scenarios() {
        List<String> known = Lab.SCENARIOS.stream().map(Scenario::name).toList();
        for (String name : scenarioNames) {
            if (!known.contains(name)) {
                throw mistake("there is no scenario '" + name + "', only " + String.join(", ", known));
            }
        }
        List<String> wanted = scenarioNames.isEmpty() && quick ? QUICK_SCENARIOS : scenarioNames;
        return Lab.SCENARIOS.stream()
                .filter(scenario -> wanted.isEmpty()
                        ? !scenario.name().equals(Check.NAME)
                        : wanted.contains(scenario.name()))
                .toList();
    }

    private ParameterException mistake(String sentence) {
        return new ParameterException(spec.commandLine(), sentence);
    }

    /** A folder for today's results; a second run of the day gets one of its own. */
    private Path folder() throws IOException {
        if (folder.isPresent()) {
            return folder.get();
        }
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
    @Command(name = "report", description = "Writes the report of a folder of results anew.")
    static final class Again implements Callable<Integer> {
        @Parameters(paramLabel = "DIR", description = "a folder of results")
        private Path folder;

        @Option(names = "--base", paramLabel = "NAME", description = "whose figures are 1 in the ratios (default: c)")
        private String base = Lab.FLOOR;

        @Override
        public Integer call() throws IOException {
            Report.write(Results.read(folder), base);
            return OK;
        }
    }

    /** What is there to be measured, and what it needs. */
    @Command(name = "contenders", description = "Lists the contenders, and installs what they need.")
    static final class Show implements Callable<Integer> {
        private final PrintStream out;

        @Option(names = "--install", description = "installs the missing Debian packages (as root)")
        private boolean install;

        @Option(names = "--home", hidden = true)
        private Path home = Path.of("").toAbsolutePath();

        Show(PrintStream out) {
            this.out = out;
        }

        @Override
        public Integer call() throws Exception {
            Set<String> missing = new TreeSet<>();
            for (Contender contender : Contender.in(home.resolve("bench/contenders"))) {
                List<String> needs = contender.needs();
                List<String> lacking = needs.stream().filter(name -> !isInstalled(name)).toList();
                missing.addAll(lacking);
                out.printf("%-20s%s%n", contender.name(), lacking.isEmpty()
                        ? needs.isEmpty() ? "ready" : "ready: " + String.join(" ", needs)
                        : "not installed (apt-get install " + String.join(" ", lacking) + ")");
            }
            if (install && !missing.isEmpty()) {
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
