package blockingpoetry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A poem is its bytes; what cannot be read as one is refused in a sentence that names the file. */
class PoemTest {
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
    void fitsIntoAnArray() throws IOException {
        Path file = folder.resolve("epic");
        try (RandomAccessFile epic = new RandomAccessFile(file.toFile(), "rw")) {
            epic.setLength(Integer.MAX_VALUE + 1L); // sparse, it takes no room
        }

        assertEquals(file + " is too large for the memory of this process", refusal(file));
    }

    private static String refusal(Path file) {
        return assertThrows(IOException.class, () -> Poem.read(file)).getMessage();
    }
}
