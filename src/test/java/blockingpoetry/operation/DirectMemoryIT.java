package blockingpoetry.operation;

import static blockingpoetry.process.Poems.assertServed;
import static org.junit.jupiter.api.Assertions.assertEquals;

import blockingpoetry.process.Jar;
import blockingpoetry.process.JarProcess;
import blockingpoetry.process.ProcessResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Less memory off the Java heap than a poem takes: no client learns of it. */
class DirectMemoryIT {
    private static final String LIMIT = "-XX:MaxDirectMemorySize=10M";
    private static final byte[] LARGE = new byte[12 * 1024 * 1024];

    @TempDir
    Path folder;

    private Path poem;
    private String sentence;

    @BeforeEach
    void nameIt() {
        poem = folder.resolve("poem");
        sentence = poem + " is too large for the direct memory of this process";
    }

    @ParameterizedTest
    @ValueSource(strings = {"selector", "reactor", "completion", "netty"})
    void aPoemThatIsTooLargeIsRefused(String design) throws IOException {
        Files.write(poem, LARGE);

        assertEquals(new ProcessResult(1, "", "blockingpoetry: " + sentence + "\n"),
                Jar.serving(design, LIMIT).run(poem.toString()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"selector", "reactor", "completion", "netty"})
    void aPoemThatBecomesTooLargeIsServedAsItWas(String design) throws IOException {
        Files.writeString(poem, "old\n");
        Path copy = Files.copy(poem, folder.resolve("copy"));
        try (JarProcess server = Jar.serving(design, LIMIT).serve(poem.toString())) {
            Files.write(poem, LARGE);
            server.signal("HUP").awaitLog("read again on SIGHUP: 1 poems, 0 changed, 1 unreadable");

            server.awaitLog("WARN blockingpoetry - " + sentence + "; it is served as it was");
            assertServed(copy.toString(), server.address());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sequential", "platform", "virtual"})
    void aBlockingDesignNeedsNoneOfIt(String design) throws IOException {
        Files.write(poem, LARGE);
        try (JarProcess server = Jar.serving(design, LIMIT).serve(poem.toString())) {
            assertServed(poem.toString(), server.address());
        }
    }
}
