package blockingpoetry.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import blockingpoetry.Crowd;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A poem of any size, in a file, that repeats itself nowhere, so that no misplaced byte goes unseen.
 *
 * @param file where it is, as one types it
 */
record Verses(String file) {
    static final int KB = 1024;
    static final int MB = 1024 * KB;

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    /** Writes it to a folder, under a name that tells its size. */
    static Verses write(Path folder, int size) throws IOException {
        Path file = folder.resolve("poem-" + size);
        if (Files.notExists(file)) {
            byte[] bytes = new byte[size];
            new Random(size).nextBytes(bytes);
            Files.write(file, bytes);
        }
        return new Verses(file.toString());
    }

    byte[] bytes() throws IOException {
        return Files.readAllBytes(Path.of(file));
    }

    /** An honest client receives every byte, and then a clean end. */
    void assertServed(InetSocketAddress address) throws IOException {
        assertEquals(Map.of(Crowd.End.WHOLE, 1),
                Crowd.send(List.of(address), List.of(bytes()), 1, 1, PATIENCE).ends());
    }
}
