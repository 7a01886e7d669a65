package blockingpoetry.bench.servers;

import blockingpoetry.bench.load.CancellableSleep;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Which cores the server and the load run on: as a rule, the server on the first one, the load on the others.
 *
 * @param server cores of the server; none if it is on another machine
 * @param load   cores of the lab itself; the server's core if there is only one
 */
public record Cores(List<Integer> server, List<Integer> load) {
    /** Splits the cores that this process may use. */
    public static Cores split() throws IOException {
        List<Integer> all = allowed(ProcessHandle.current());
        return all.size() == 1 ? new Cores(all, all) : new Cores(all.subList(0, 1), all.subList(1, all.size()));
    }

    /** The cores of this process, which is the load, and of a server beside it, if there is one. */
    public static Cores of(Optional<ProcessHandle> server) throws IOException {
        return new Cores(server.isPresent() ? allowed(server.get()) : List.of(), allowed(ProcessHandle.current()));
    }

    /** The cores in {@code Cpus_allowed_list}: {@code 0-3,8}. */
    private static List<Integer> allowed(ProcessHandle process) throws IOException {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        String list = ServerProcess.wordAfter("Cpus_allowed_list:", status).orElseThrow();
        List<Integer> cores = new ArrayList<>();
        for (String range : list.split(",")) {
            String[] ends = range.split("-");
            IntStream.rangeClosed(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]))
                    .forEach(cores::add);
        }
        return cores;
    }

    /** The same load beside a server that may use all cores, the load's, too. */
    public Cores withServerOnAll() {
        return new Cores(Stream.concat(server.stream(), load.stream()).distinct().toList(), load);
    }

    /** Whether the load has cores of its own. */
    public boolean apart() {
        return Collections.disjoint(server, load);
    }

    /** The beginning of a server's command, which keeps it on its cores. */
    public List<String> serverPrefix() {
        return List.of("taskset", "-c", list(server));
    }

    /** Moves all threads of this process, and later ones, to the load's cores. */
    public void moveHere() throws IOException {
        String pid = Long.toString(ProcessHandle.current().pid());
        Process taskset = new ProcessBuilder("taskset", "-a", "-p", "-c", list(load), pid)
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD)
                .start();
        try {
            if (!taskset.waitFor(10, TimeUnit.SECONDS) || taskset.exitValue() != 0) {
                throw new IOException("taskset cannot move this process to the cores " + list(load));
            }
        } catch (InterruptedException e) {
            throw new CancellableSleep.Cancelled();
        }
    }

    public static String list(List<Integer> cores) {
        return cores.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
}
