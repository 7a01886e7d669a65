package blockingpoetry.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Who runs on which cores: the server on the first one, the load on the others, the same way for all.
 *
 * @param server cores of the server
 * @param load   cores of the lab itself; the server's if there are no others
 */
record Cores(List<Integer> server, List<Integer> load) {
    static final ProcessBuilder.Redirect NOWHERE = ProcessBuilder.Redirect.to(new File("/dev/null"));

    /** Splits what this process may run on. */
    static Cores split() throws IOException {
        List<Integer> all = allowed();
        return all.size() == 1 ? new Cores(all, all) : new Cores(all.subList(0, 1), all.subList(1, all.size()));
    }

    /** The cores in {@code Cpus_allowed_list}: {@code 0-3,8}. */
    private static List<Integer> allowed() throws IOException {
        String list = Files.readAllLines(Path.of("/proc/self/status"))
                .stream()
                .filter(line -> line.startsWith("Cpus_allowed_list:"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElseThrow();
        List<Integer> cores = new ArrayList<>();
        for (String range : list.split(",")) {
            String[] ends = range.split("-");
            IntStream.rangeClosed(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]))
                    .forEach(cores::add);
        }
        return cores;
    }

    /** Whether the load has cores of its own. */
    boolean apart() {
        return !server.equals(load);
    }

    /** What goes before a server's command. */
    List<String> serverPrefix() {
        return List.of("taskset", "-c", list(server));
    }

    /** Moves all threads of this process, and those to come, to the load's cores. */
    void moveHere() throws IOException {
        Process taskset = new ProcessBuilder("taskset", "-a", "-p", "-c", list(load),
                Long.toString(ProcessHandle.current().pid())).redirectOutput(NOWHERE).redirectError(NOWHERE).start();
        try {
            if (!taskset.waitFor(10, TimeUnit.SECONDS) || taskset.exitValue() != 0) {
                throw new IOException("taskset cannot move this process to the cores " + list(load));
            }
        } catch (InterruptedException e) {
            throw new Pause.Over();
        }
    }

    static String list(List<Integer> cores) {
        return cores.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
}
