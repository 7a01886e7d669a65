package blockingpoetry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A poem is its bytes; what cannot be read as one is refused in a sentence that names the file. */
class PoemTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    @Test
    void isTheBytesOfItsFileWhateverTheyAre() throws IOException {
        byte[] bytes = new byte[3 * 256];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i; // every value, line ends of all kinds, no valid UTF-8, no newline at the end
        }
        Path file = Files.write(folder.resolve("bytes"), bytes);

        Poem poem = Poem.read(file);

        assertArrayEquals(bytes, poem.bytes());
        assertEquals(bytes.length, poem.size());
    }

    @Test
    void isNamedByThePathAsItWasTyped() throws IOException {
        assertEquals("./poems/../poems/accept.txt", Poem.read(Path.of("./poems/../poems/accept.txt")).name());
        assertEquals("./poems/../poems/accept.txt", Poem.read(Path.of("./poems/../poems/accept.txt")).toString());
    }

    @Test
    void mayBeOneByteLong() {
        assertArrayEquals(new byte[]{'o'}, new Poem("o", new byte[]{'o'}).bytes());
    }

    @Test
    void doesNotChangeWhenTheArrayItWasMadeOfDoes() {
        byte[] bytes = "wait".getBytes(StandardCharsets.US_ASCII);
        Poem poem = new Poem("wait", bytes);

        bytes[0] = 'b';

        assertEquals("wait", new String(poem.bytes(), StandardCharsets.US_ASCII));
    }

    @Test
    void doesNotChangeWhenItsFileDoes() throws IOException {
        Path file = Files.writeString(folder.resolve("poem"), "wait");
        Poem poem = Poem.read(file);

        Files.writeString(file, "go on");

        assertEquals("wait", new String(poem.bytes(), StandardCharsets.US_ASCII));
    }

    @Test
    void givesChannelsAPartOfItselfThatTheyCannotChange() {
        Poem poem = new Poem("wait", "wait and see".getBytes(StandardCharsets.US_ASCII));

        ByteBuffer part = poem.slice(5, 3);

        assertEquals("and", StandardCharsets.US_ASCII.decode(part).toString());
        assertTrue(part.isReadOnly() && part.isDirect());
        assertEquals(" see", StandardCharsets.US_ASCII.decode(poem.slice(8, 4)).toString());
    }

    @Test
    void isNotEmpty() throws IOException {
        Path file = Files.createFile(folder.resolve("empty"));

        assertEquals("silence is empty",
                assertThrows(IllegalArgumentException.class, () -> new Poem("silence", new byte[0])).getMessage());
        assertEquals(file + " is empty", refusal(file));
    }

    @Test
    void isInAFileThatExists() {
        assertEquals(folder.resolve("missing") + " does not exist", refusal(folder.resolve("missing")));
    }

    @Test
    void isInAFileAndNotADirectory() {
        assertEquals(folder + " is a directory, not a poem", refusal(folder));
    }

    @Test
    void isInARegularFile() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());

        assertEquals(pipe + " is a pipe or a device, not a poem",
                assertTimeoutPreemptively(PATIENCE, () -> refusal(pipe)));
        assertEquals("/dev/zero is a pipe or a device, not a poem",
                assertTimeoutPreemptively(PATIENCE, () -> refusal(Path.of("/dev/zero"))));
    }

    @Test
    void isInAFileThatCanBeRead() {
        assertEquals("/proc/self/mem cannot be read: Input/output error", refusal(Path.of("/proc/self/mem")));
    }

    @Test
    void isNamedSoThatAnyNameFitsIntoALineAndIntoQuotes() throws IOException {
        Path file = Files.writeString(folder.resolve("a\n\"b\"\\c\u001b[31m\u009b\u202e待つ d"), "one");
        String name = folder + "/a\\n\\\"b\\\"\\\\c\\u001B[31m\\u009B\\u202E待つ d";

        Poem poem = Poem.read(file);

        assertEquals(name, poem.name());
        assertEquals(name, new Poem(file.toString(), poem.bytes()).name());
        Files.writeString(file, "two");
        assertEquals("two", new String(poem.readAgain().bytes(), UTF_8));
        Files.delete(file);
        assertEquals(name + " does not exist", assertThrows(IOException.class, poem::readAgain).getMessage());
    }

    @Test
    void fitsIntoAnArray() throws IOException {
        Path file = folder.resolve("epic");
        try (RandomAccessFile epic = new RandomAccessFile(file.toFile(), "rw")) {
            epic.setLength(Integer.MAX_VALUE + 1L); // sparse, it takes no room
        }

        assertEquals(file + " is too large for the memory of this process", refusal(file));
    }

    @ParameterizedTest
    @CsvSource({"abcde, 3, 3 2", "hört, 2, 1 2 2", "hört, 3, 3 2", "h待つ, 4, 4 3", "h待つ, 3, 1 3 3", "待, 2, 2 1",
            "待, 1, 1 1 1",
            "aé, 100, 3"})
    void isCutIntoChunksThatEndWithACharacterIfOneFits(String text, int numBytes, String lengths) {
        Poem poem = new Poem("poem", text.getBytes(UTF_8));
        List<String> chunks = new ArrayList<>();
        for (int position = 0; position < poem.size(); position += Integer.parseInt(chunks.getLast())) {
            chunks.add("" + poem.chunk(position, numBytes));
        }
        assertEquals(lengths, String.join(" ", chunks));
    }

    @Test
    void thatIsNoTextIsCutAsItIs() {
        Poem noise = new Poem("noise", new byte[]{-128, -128, -128, -128, -128, -128});
        assertEquals(5, noise.chunk(0, 5));
    }

    private static String refusal(Path file) {
        return assertThrows(IOException.class, () -> Poem.read(file)).getMessage();
    }
}
