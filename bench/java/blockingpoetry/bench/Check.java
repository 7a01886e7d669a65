package blockingpoetry.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Is the lab right? The same server process gives its poems to the lab's load, and right after it to a client in C that shares
 * nothing with it. Once its processor time is counted by the lab, once by {@code perf stat}.
 *
 * <p>A server that is kept busier is woken less often for each poem, and so the other client, which could do more, keeps to the
 * rate that the lab's has just reached.
 */
final class Check implements Scenario {
    static final String NAME = "check";
    private static final int IN_FLIGHT = 64;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Duration planned(Lab lab) {
        Effort effort = lab.effort();
        return effort.settle()
                .plus(effort.window())
                .multipliedBy(2L * effort.rounds())
                .plus(effort.warmUp().multipliedBy(effort.warmUpSteps() / 2))
                .multipliedBy(lab.contenders().size());
    }

    @Override
    public void run(Lab lab) throws IOException {
        lab.stage(NAME, lab.poem()).rounds(NAME, Burst.setting(IN_FLIGHT), lab.effort().rounds(), server -> {
            Reading reading = Burst.measure(lab, server, IN_FLIGHT);
            Other other = Other.measure(lab, server, reading.values().get("poems_per_second"));
            Map<String, Double> values = new LinkedHashMap<>(reading.values());
            values.put("other_cpu_us_per_poem", other.microsPerPoem);
            values.put("other_poems_per_second", other.poemsPerSecond);
            values.put("lab_to_other", values.get("server_cpu_us_per_poem") / other.microsPerPoem);
            return new Reading(values, reading.failures(), reading.marks(), reading.latency());
        });
    }

    /** What the other client and the other counter say. */
    private record Other(double microsPerPoem, double poemsPerSecond) {
        static Other measure(Lab lab, ServerProcess server, double rate) throws IOException {
            Path scratch = lab.terms(lab.poem(), Optional.empty()).logs();
            Path client = scratch.resolve("client");
            if (Files.notExists(client)) {
                Path source = server.contender().script().resolve("../../../check/client.c").normalize();
                run(List.of("gcc", "-O2", "-o", client.toString(), source.toString()));
            }
            Path counted = scratch.resolve("perf");
            Duration time = lab.effort().settle().plus(lab.effort().window());
            String said = run(List.of("perf", "stat", "-x", ",", "-e", "task-clock", "-o", counted.toString(),
                    "-p", server.pids().map(String::valueOf).collect(Collectors.joining(",")), "--", client.toString(),
                    Integer.toString(server.address().getPort()), lab.poem().file().toString(), Integer.toString(
                            IN_FLIGHT),
                    Double.toString(time.toMillis() / 1000.0), Double.toString(rate)));
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

        /** Runs a command, on the load's cores as all that the lab starts; its output. */
        private static String run(List<String> command) throws IOException {
            Process process = new ProcessBuilder(command).redirectError(Cores.NOWHERE).start();
            String said = new String(process.getInputStream().readAllBytes(), UTF_8);
            if (process.onExit().join().exitValue() != 0) {
                throw new IOException("cannot run " + String.join(" ", command));
            }
            return said;
        }
    }
}
