package blockingpoetry.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
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

/** What a figure depends on besides the code: captured before the first measurement. */
final class Environment {
    private static final List<String> SYSCTLS = List.of("net/core/somaxconn", "net/ipv4/tcp_max_syn_backlog",
            "net/ipv4/ip_local_port_range", "net/ipv4/tcp_mem", "net/ipv4/tcp_rmem", "net/ipv4/tcp_wmem",
            "net/ipv4/tcp_max_tw_buckets", "fs/file-max");

    private Environment() {}

    static Map<String, Object> capture(Path home, Cores cores, List<Contender> contenders) throws IOException {
        Map<String, Object> environment = new LinkedHashMap<>();
        environment.put("date", OffsetDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS).toString());
        environment.put("host", host());
        environment.put("commit", commit(home));
        environment.put("kernel", first(Path.of("/proc/sys/kernel/ostype")) + " " + first(Path.of(
                "/proc/sys/kernel/osrelease")));
        environment.put("cpu", line("/proc/cpuinfo", "model name").orElse(System.getProperty("os.arch")));
        environment.put("cores_server", Cores.list(cores.server()));
        environment.put("cores_load", Cores.list(cores.load()));
        environment.put("memory", line("/proc/meminfo", "MemTotal").orElse("unknown"));
        environment.put("load_before", first(Path.of("/proc/loadavg")));
        environment.put("descriptors", line("/proc/self/limits", "Max open files").orElse("unknown")
                .replaceAll("\\s+",
                        " "));
        environment.put("java", System.getProperty("java.vendor") + " " + Runtime.version());
        environment.put("java_gc_of_a_server", collector(cores));
        environment.put("java_flags_of_a_server", System.getenv().getOrDefault("JAVA_FLAGS", "none"));
        Map<String, String> sysctls = new TreeMap<>();
        for (String name : SYSCTLS) {
            sysctls.put(name.replace('/', '.'), first(Path.of("/proc/sys", name)).replace('\t', ' '));
        }
        environment.put("sysctls", sysctls);
        environment.put("packages", packages(contenders));
        environment.put("warnings", warnings(Runtime.version(), cores));
        return environment;
    }

    static String host() throws IOException {
        String name = InetAddress.getLocalHost().getHostName();
        return name.contains(".") ? name.substring(0, name.indexOf('.')) : name;
    }

    /** What a reader has to know before the first figure. */
    static List<String> warnings(Runtime.Version java, Cores cores) {
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
                    "The server and the load share one core: the load takes time from the server, and latencies are"
                            + " those of both.");
        }
        return warnings;
    }

    private static String commit(Path home) throws IOException {
        String commit = output("git", "-C", home.toString(), "rev-parse", "--short=10", "HEAD");
        boolean changed = !output("git", "-C", home.toString(), "status", "--porcelain", "--", "src", "bench/java",
                "bench/contenders", "pom.xml").isEmpty();
        return commit.isEmpty() ? "unknown" : commit + (changed ? " with changes" : "");
    }

    /** A JVM that is given one core chooses another collector than one that is given two. */
    private static String collector(Cores cores) throws IOException {
        List<String> command = new ArrayList<>(cores.serverPrefix());
        command.addAll(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xlog:gc", "-version"));
        return output(command.toArray(String[]::new)).lines()
                .filter(line -> line.contains("Using "))
                .map(line -> line.substring(line.indexOf("Using ") + 6))
                .findFirst()
                .orElse("unknown");
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

    private static Optional<String> line(String file, String name) throws IOException {
        return Files.readAllLines(Path.of(file))
                .stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()).replaceFirst("^\\s*:?\\s*", ""))
                .findFirst();
    }

    private static String first(Path file) throws IOException {
        return Files.readAllLines(file).getFirst();
    }

    /** What a command prints; nothing if it is not there. */
    private static String output(String... command) throws IOException {
        try {
            Process process = new ProcessBuilder(command).redirectError(Cores.NOWHERE).start();
            return new String(process.getInputStream().readAllBytes(), UTF_8).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
