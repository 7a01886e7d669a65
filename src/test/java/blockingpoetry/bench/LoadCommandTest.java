package blockingpoetry.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import blockingpoetry.bench.results.Results;
import blockingpoetry.bench.results.Series;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The load alone, against a server that the lab has not started. */
class LoadCommandTest {
    private static final byte[] POEM = "Whoever it is that serves this, it is a poem.\n".repeat(50).getBytes(UTF_8);

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private ServerSocket listener;
    private Path file;
    private volatile byte[] served = POEM;

    @BeforeEach
    void serve() throws IOException {
        file = Files.write(folder.resolve("poem.txt"), POEM);
        listener = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
        Thread.startVirtualThread(() -> {
            while (!listener.isClosed()) {
                try {
                    Socket client = listener.accept();
                    Thread.startVirtualThread(() -> {
                        try (client) {
                            client.getOutputStream().write(served);
                        } catch (IOException e) {
                            // The client has left.
                        }
                    });
                } catch (IOException e) {
                    // Closed.
                }
            }
        });
    }

    @AfterEach
    void close() throws IOException {
        listener.close();
    }

    private int run(String... arguments) {
        PrintStream print = new PrintStream(out, true, UTF_8);
        return Main.run(print, print, arguments);
    }

    private Results load(String into, String... more) throws IOException {
        Path place = folder.resolve(into);
        List<String> arguments = new ArrayList<>(List.of("load", "--seconds", "0.5", "--name", "stub", "--out",
                place.toString(), "127.0.0.1:" + listener.getLocalPort(), file.toString()));
        arguments.addAll(List.of(more));
        assertEquals(0, run(arguments.toArray(String[]::new)), out::toString);
        return Results.read(place);
    }

    private static double value(Results results, String scenario, String setting, String name) {
        return results.series(scenario, setting, "stub").estimate(name).orElseThrow().median();
    }

    @Test
    void measuresAClosedLoopAndWhatAProcessHereCosts() throws IOException {
        Results results =
                load("closed", "--at-once", "8", "--server-pid", Long.toString(ProcessHandle.current().pid()));

        assertTrue(value(results, "burst", "K=8", "poems") > 0);
        assertTrue(value(results, "burst", "K=8", "server_cpu_us_per_poem") > 0);
        assertEquals(0, run("report", folder.resolve("closed").toString()), out::toString);
        assertTrue(Files.readString(folder.resolve("closed/report.md")).contains("| stub | "));
    }

    @Test
    void measuresAnOpenLoopAndAddsRoundsToAFolder() throws IOException {
        load("open", "--rate", "200");
        Series rounds = load("open", "--rate", "200").series("steady", "200/s", "stub");

        assertEquals(2, rounds.rounds().size());
        assertTrue(rounds.estimate("server_cpu_us_per_poem").isEmpty(), "nothing is known of the server's process");
    }

    @Test
    void findsAWrongByte() throws IOException {
        served = POEM.clone();
        served[POEM.length - 2] = '!';

        assertEquals(1, run("load", "--seconds", "0.1", "--out", folder.resolve("wrong").toString(),
                "127.0.0.1:" + listener.getLocalPort(), file.toString()));
        assertTrue(out.toString(UTF_8).contains("failed clients: {wrong-byte="), out::toString);
    }

    @Test
    void theSumOfTwoLoadsIsThatOfAllTheirClients() throws IOException {
        Results one = load("one", "--at-once", "8");
        Results other = load("other", "--at-once", "4");
        Path sum = folder.resolve("sum");

        assertEquals(0, run("merge", "--out", sum.toString(), folder.resolve("one").toString(),
                folder.resolve("other").toString()), out::toString);
        Results merged = Results.read(sum);
        for (String name : List.of("poems", "poems_per_second")) {
            assertEquals(value(one, "burst", "K=8", name) + value(other, "burst", "K=4", name),
                    value(merged, "burst", "K=12", name), 1e-9);
        }
        Histogram both = one.series("burst", "K=8", "stub").latencies().orElseThrow();
        both.add(other.series("burst", "K=4", "stub").latencies().orElseThrow());
        assertEquals(both, merged.series("burst", "K=12", "stub").latencies().orElseThrow());
        assertEquals(both.getValueAtPercentile(99) / 1000.0, value(merged, "burst", "K=12", "p99_ms"));
        assertEquals(Map.of(), merged.failures());
    }

    @Test
    void saysWhatMakesNoSense() {
        for (String[] arguments : List.of(new String[]{"load", "host", "file"},
                new String[]{"load", "--rate", "1", "--at-once",
                        "1", "127.0.0.1:1", "file"},
                new String[]{"load", "--server-pid", "999999999", "127.0.0.1:1", "file"},
                new String[]{"merge", "one"})) {
            assertEquals(2, run(arguments), out::toString);
        }
    }
}
