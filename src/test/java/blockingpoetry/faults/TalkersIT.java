package blockingpoetry.faults;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import blockingpoetry.Crowd;
import blockingpoetry.bench.load.Behaviour;
import blockingpoetry.process.Jar;
import blockingpoetry.process.JarProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that speak though nobody asked: each of a list of things, before, during and after each of a list of poems. They
 * all receive the whole poem and a clean end, also those who say more than the server listens to.
 */
@Tag("faults")
@Timeout(120)
class TalkersIT {
    private static final byte[] HTTP = "GET / HTTP/1.1\r\nHost: poetry.example\r\nUser-Agent: curl/8.5.0\r\n\r\n"
            .getBytes(US_ASCII);

    /** The start of a TLS 1.2 handshake, cut after the list of ciphers. */
    private static final byte[] TLS = HexFormat.of()
            .parseHex("16030100530100004f0303" + "5a".repeat(32) + "20" + "a5".repeat(32) + "0004130113020100");

    private static final List<byte[]> WORDS = List.of(noise(1), noise(Verses.KB), noise(64 * Verses.KB),
            noise(Verses.MB), HTTP, TLS);

    @TempDir
    Path folder;

    @EachDesign
    void allReceiveTheWholePoem(String design) throws IOException {
        // Who says too much keeps the one thread of "sequential" for as long as it drains.
        boolean sequential = design.equals("sequential");
        int rounds = sequential ? 1 : 5;
        List<Verses> poems = List.of(Verses.write(folder, 100), Verses.write(folder, 64 * Verses.KB),
                Verses.write(folder, Verses.MB), Verses.write(folder, 16 * Verses.MB));
        List<byte[]> bytes = List.of(poems.get(0).bytes(), poems.get(1).bytes(), poems.get(2).bytes(),
                poems.get(3).bytes());
        int clients = poems.size() * WORDS.size() * 3 * rounds;

        try (JarProcess server = Jar.serving(design)
                .with("--drain-timeout", sequential ? "1" : "5")
                .serve(poems.stream().map(Verses::file).toArray(String[]::new))) {
            Crowd.Result result = Crowd.send(server.addresses(), bytes, clients, 24, Duration.ofSeconds(80), number -> {
                int length = bytes.get(number % bytes.size()).length;
                byte[] words = WORDS.get(number / bytes.size() % WORDS.size());
                int when = number / bytes.size() / WORDS.size() % 3;
                return Behaviour.PLAIN.sending(length / 2 * when, words);
            });
            Fault.TALKERS.found(design, clients, result.count(Crowd.End.WHOLE));
            assertEquals(Map.of(Crowd.End.WHOLE, clients), result.ends());
        }
    }

    private static byte[] noise(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }
}
