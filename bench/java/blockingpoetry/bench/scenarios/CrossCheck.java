package blockingpoetry.bench.scenarios;

import static java.nio.charset.StandardCharsets.UTF_8;

import blockingpoetry.bench.results.Caveats;
import blockingpoetry.bench.results.Measurement;
import blockingpoetry.bench.results.Metric;
import blockingpoetry.bench.servers.ServerProcess;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * {@code check}: the same server process sends its poems to the lab's load, and right after that to a client in C that shares no
 * code with it. The lab counts the server's processor time for the first, {@code perf stat} for the second.
 *
 * <p>A busier server is woken less often for each poem. So the other client, which could go faster, keeps to the rate that the
 * lab's load has just reached.
 */
public final class CrossCheck {
    public static final String NAME = "check";
    private static final int IN_FLIGHT = 64;

    static final Scenario SCENARIO = new Scenario(NAME,
            "Is the lab right? The same server process under the lab's load, and under a client in C whose"
                    + " cost to the server perf counts.",
            List.of(new Metric("lab_to_other", "the lab's figure, × the other", "", 3, Caveats.ANY).plotted(),
                    new Metric("server_cpu_us_per_poem", "server CPU per poem", "µs", 1, Caveats.COST),
                    new Metric("other_cpu_us_per_poem", "the same by the other", "µs", 1, Caveats.COST),
                    new Metric("poems_per_second", "poems per second", "", 0, Caveats.ANY),
                    new Metric("other_poems_per_second", "the same by the other", "", 0, Caveats.ANY)),
            settings -> settings.measurement().multipliedBy(2L * settings.rounds()).plus(settings.expectedWarmUp()),
            CrossCheck::run);

    private CrossCheck() {}

    private static void run(Lab lab) throws IOException {
        lab.warmServers(NAME, lab.poem())
                .measure(NAME, ClosedLoop.setting(IN_FLIGHT), lab.settings.rounds(), server -> measure(lab, server));
    }

    private static Measurement measure(Lab lab, ServerProcess server) throws IOException {
        Measurement measurement = ClosedLoop.measure(lab, server, IN_FLIGHT);
        Map<String, Double> values = measurement.values();
        Other other = Other.measure(lab, server, values.get("poems_per_second"));
        values.put("other_cpu_us_per_poem", other.microsPerPoem);
        values.put("other_poems_per_second", other.poemsPerSecond);
        values.put("lab_to_other", values.get("server_cpu_us_per_poem") / other.microsPerPoem);
        return measurement;
    }

    /** What the client in C and perf have counted. */
    private record Other(double microsPerPoem, double poemsPerSecond) {
        static Other measure(Lab lab, ServerProcess server, double rate) throws IOException {
            Path scratch = lab.scratch;
            Path client = scratch.resolve("client");
            if (Files.notExists(client)) {
                Path source = server.contender().script().resolve("../../../check/client.c").normalize();
                run(List.of("gcc", "-O2", "-o", client.toString(), source.toString()));
            }
            Path counted = scratch.resolve("perf");
            Duration time = lab.settings.measurement();
            String said = run(List.of("perf", "stat", "-x", ",", "-e", "task-clock", "-o", counted.toString(),
                    "-p", server.pids().map(String::valueOf).collect(Collectors.joining(",")), "--", client.toString(),
                    Integer.toString(server.address().getPort()), lab.poem().file().toString(),
                    Integer.toString(IN_FLIGHT), Double.toString(time.toMillis() / 1000.0), Double.toString(rate)));
            String[] words = said.strip().split(" ");
            double poems = Double.parseDouble(words[0]);
            if (!words[1].equals("0") || !words[2].equals("0")) {
                throw new IOException("the client in C saw wrong poems, or failures: " + said);
            }
            double millis = Files.readAllLines(counted)
                    .stream()
                    .filter(line -> line.contains("task-clock"))
                    .mapToDouble(line -> Double.parseDouble(line.split(",")[0]))
                    .findFirst()
                    .orElseThrow(() -> new IOException("perf counts nothing"));
            return new Other(millis * 1000 / poems, poems / Double.parseDouble(words[3]));
        }

        /** The output of a command, which runs on the load's cores as everything that the lab starts. */
        private static String run(List<String> command) throws IOException {
            Process process = new ProcessBuilder(command).redirectError(Redirect.DISCARD).start();
            String said = new String(process.getInputStream().readAllBytes(), UTF_8);
            if (process.onExit().join().exitValue() != 0) {
                throw new IOException("cannot run " + String.join(" ", command));
            }
            return said;
        }
    }
}
