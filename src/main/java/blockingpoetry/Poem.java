package blockingpoetry;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * A poem: a name and its bytes, read once and served as they are, without decoding.
 *
 * <p>Immutable, and shared by all connections: a thousand readers of a poem hold one copy of it.
 */
public final class Poem {
    private final String name;
    private final byte[] bytes;
    private @Nullable ByteBuffer buffer; // guarded by this

    /**
     * A poem that is not in a file.
     *
     * @param name  what log lines call it
     * @param bytes at least one; copied
     * @throws IllegalArgumentException if there is nothing to recite
     */
    public Poem(String name, byte[] bytes) {
        this(bytes.clone(), name);
    }

    private Poem(byte[] bytes, String name) {
        if (bytes.length == 0) {
            throw new IllegalArgumentException(name + " is empty");
        }
        this.name = name;
        this.bytes = bytes;
    }

    /**
     * Reads a poem from a file; blocks while it does.
     *
     * @return the poem, named by the path as it was given
     * @throws IOException if that cannot be done; its message is a sentence that names the file
     */
    public static Poem read(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException(file + " is a directory, not a poem");
        }
        try {
            return new Poem(Files.readAllBytes(file), file.toString());
        } catch (NoSuchFileException e) {
            throw new IOException(file + " does not exist", e);
        } catch (AccessDeniedException e) {
            throw new IOException(file + " may not be read", e);
        } catch (OutOfMemoryError e) {
            throw new IOException(file + " is too large for the memory of this process", e);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** The file's path as typed, or the name given. */
    public String name() {
        return name;
    }

    /** Its length in bytes, at least 1. */
    public int size() {
        return bytes.length;
    }

    /** The bytes themselves, not a copy: read them, never write to them. */
    byte[] bytes() {
        return bytes;
    }

    /**
     * A part of the bytes for a channel, read-only and off the Java heap, so that the kernel takes them without a copy in
     * between. All parts share one buffer, which is made when it is first asked for.
     */
    ByteBuffer slice(int position, int length) {
        return buffer().slice(position, length);
    }

    private synchronized ByteBuffer buffer() {
        if (buffer == null) {
            buffer = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip().asReadOnlyBuffer();
        }
        return buffer;
    }

    @Override
    public String toString() {
        return name;
    }
}
