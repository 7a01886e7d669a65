package blockingpoetry.bench.results;

import static java.nio.charset.StandardCharsets.UTF_8;

import blockingpoetry.bench.servers.Contender;
import blockingpoetry.bench.servers.Cores;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the figures depend on besides the code, captured before the first measurement. */
public final class Environment {
    private static final List<String> SYSCTLS = List.of("net/core/somaxconn", "net/ipv4/tcp_max_syn_backlog",
            "net/ipv4/ip_local_port_range", "net/ipv4/tcp_mem", "net/ipv4/tcp_rmem", "net/ipv4/tcp_wmem",
            "net/ipv4/tcp_max_tw_buckets", "fs/file-max");

    /** How clients are counted; runs without it counted those in flight at a window's end in both ways, or in none. */
    public static final String COUNTING = "counting";

    private static final String UNKNOWN = "unknown";

    private Environment() {}

    public static Map<String, Object> capture(Path home, Cores cores, List<Contender> contenders) throws IOException {
        Map<String, Object> environment = new LinkedHashMap<>();
        environment.put(COUNTING, "costs of the window, latencies of all");
        environment.put("date", OffsetDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS).toString());
        environment.put("host", host());
        environment.put("commit", commit(home));
        environment.put("kernel", first("/proc/sys/kernel/ostype") + " " + first("/proc/sys/kernel/osrelease"));
        environment.put("cpu", line("/proc/cpuinfo", "model name").orElse(System.getProperty("os.arch")));
        environment.put("cpu_generation", Stream.of("vendor_id", "cpu family", "model\t", "stepping")
                .map(name -> name.strip() + " " + line("/proc/cpuinfo", name).orElse(UNKNOWN))
                .collect(Collectors.joining(", ")));
        environment.put("virtual", line("/proc/cpuinfo", "flags")
                .map(flags -> flags.contains(" hypervisor") ? "yes" : "no")
                .orElse(UNKNOWN));
        environment.put("cores_server", Cores.list(cores.server()));
        environment.put("cores_load", Cores.list(cores.load()));
        environment.put("memory", line("/proc/meminfo", "MemTotal").orElse(UNKNOWN));
        environment.put("load_before", first("/proc/loadavg"));
        environment.put("load_priority", output("chrt", "--fifo", "1", "echo", "real-time").isEmpty()
                ? "normal"
                : "real-time");
        environment.put("descriptors",
                line("/proc/self/limits", "Max open files").orElse(UNKNOWN).replaceAll("\\s+", " "));
        environment.put("java", System.getProperty("java.vendor") + " " + Runtime.version());
        environment.put("java_gc_of_a_server", collector(cores));
        environment.put("java_flags_of_a_server", System.getenv().getOrDefault("JAVA_FLAGS", "none"));
        Map<String, String> sysctls = new TreeMap<>();
        for (String name : SYSCTLS) {
            sysctls.put(name.replace('/', '.'), first("/proc/sys/" + name).replace('\t', ' '));
        }
        environment.put("sysctls", sysctls);
        environment.put("packages", packages(contenders));
        environment.put("warnings", warnings(Runtime.version(), cores));
        return environment;
    }

    public static String host() throws IOException {
        String name = InetAddress.getLocalHost().getHostName();
        return name.contains(".") ? name.substring(0, name.indexOf('.')) : name;
    }

    /** What a reader should know before the first figure. */
    public static List<String> warnings(Runtime.Version java, Cores cores) {
        List<String> warnings = new ArrayList<>();
        boolean losesWakeUps = java.interim() == 0
                && ((java.feature() == 25 && java.update() < 3) || (java.feature() == 26 && java.update() == 0));
        if (losesWakeUps) {
            warnings.add(
                    "This JDK, " + java + ", can lose the wake-up of a virtual thread that parks right after a timed"
                            + " park (JDK-8369227, mended in 25.0.3): slow mode does just that.");
        }
        if (!cores.apart()) {
            warnings.add(
                    "The server and the load share their cores: the load takes time from the server, and latencies are"
                            + " those of both.");
        }
        return warnings;
    }

    /** The commit of a checkout, and whether its sources differ from it; "unknown" if it is none. */
    public static String commit(Path home) {
        String commit = output("git", "-C", home.toString(), "rev-parse", "--short=10", "HEAD");
        boolean changed = !output("git", "-C", home.toString(), "status", "--porcelain", "--", "src", "bench/java",
                "bench/contenders", "pom.xml").isEmpty();
        return commit.isEmpty() ? UNKNOWN : commit + (changed ? " with changes" : "");
    }

    /** The collector that a JVM chooses on the server's cores: with one core it is not the same as with two. */
    private static String collector(Cores cores) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = new ArrayList<>(cores.serverPrefix());
        command.addAll(List.of(java, "-Xlog:gc", "-version"));
        return output(command.toArray(String[]::new)).lines()
                .filter(line -> line.contains("Using "))
                .map(line -> line.substring(line.indexOf("Using ") + 6))
                .findFirst()
                .orElse(UNKNOWN);
    }

    private static Map<String, String> packages(List<Contender> contenders) throws IOException {
        Map<String, String> versions = new TreeMap<>();
        for (Contender contender : contenders) {
            for (String name : contender.needs()) {
                versions.put(name, output("dpkg-query", "-W", "-f=${Version}", name));
            }
        }
        return versions;
    }

    private static Optional<String> line(String file, String name) {
        return lines(file).filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()).replaceFirst("^\\s*:?\\s*", ""))
                .findFirst();
    }

    private static String first(String file) {
        return lines(file).findFirst().orElse(UNKNOWN);
    }

    /** The lines of a file; none if it cannot be read, as some of {@code /proc/sys/net} in a network namespace. */
    private static Stream<String> lines(String file) {
        try {
            return Files.readAllLines(Path.of(file)).stream();
        } catch (IOException e) {
            return Stream.empty();
        }
    }

    /** What a command prints; empty if there is no such command. */
    public static String output(String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectError(Redirect.DISCARD).start();
            return new String(process.getInputStream().readAllBytes(), UTF_8).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
