package blockingpoetry.bench;

import static blockingpoetry.process.Installed.needs;
import static blockingpoetry.process.Poems.ACCEPT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import blockingpoetry.process.Jar;
import blockingpoetry.process.JarProcess;
import blockingpoetry.process.Poems;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The example for a generator that spans many machines, on this one. */
@Tag("slow")
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class TsungIT {
    @TempDir
    private Path folder;

    /** Runs a command of Erlang's, whose daemon listens on a loopback port of its own. */
    private int run(int daemonPort, String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(folder.resolve(command[0]).toFile());
        builder.environment().put("ERL_EPMD_ADDRESS", "127.0.0.1");
        builder.environment().put("ERL_EPMD_PORT", Integer.toString(daemonPort));
        builder.environment().put("HOME", folder.toString());
        Process process = builder.start();
        process.onExit().orTimeout(60, TimeUnit.SECONDS).exceptionally(late -> process.destroyForcibly());
        return process.waitFor();
    }

    @Test
    void everyClientReceivesThePoem() throws IOException, InterruptedException {
        needs("tsung", "tsung");
        int daemonPort;
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            daemonPort = probe.getLocalPort();
        }
        try (JarProcess server = Jar.JAR.serve(ACCEPT)) {
            String example = Files.readString(Path.of("bench/tsung.xml"));
            Path ours = Files.writeString(folder.resolve("tsung.xml"),
                    example.replace("port=\"10000\"", "port=\"" + server.address().getPort() + "\""));
            assertEquals(0,
                    run(daemonPort, "tsung", "-n", "-I", "127.0.0.1", "-f", ours.toString(), "-l", folder.resolve("log")
                            .toString(), "start"),
                    () -> "see " + folder);
        } finally {
            run(daemonPort, "epmd", "-kill");
        }
        try (var logs = Files.walk(folder.resolve("log"))) {
            String log = Files.readString(logs.filter(path -> path.endsWith("tsung.log")).findFirst().orElseThrow());
            long clients = last(log, "finish_users_count");
            assertTrue(clients > 0, log);
            assertEquals(clients, last(log, "users_count"), log);
            assertEquals(clients * Poems.bytes(ACCEPT).length, last(log, "size_rcv"), log);
        }
    }

    /** The last sum of a counter in tsung's log. */
    private static long last(String log, String counter) {
        List<String> sums = Pattern.compile("(?m)^stats: " + counter + " \\d+ (\\d+)$")
                .matcher(log)
                .results()
                .map((MatchResult line) -> line.group(1))
                .toList();
        return Long.parseLong(sums.getLast());
    }
}
