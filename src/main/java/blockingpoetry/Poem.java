package blockingpoetry;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * A poem: a name and its bytes, read once and served as they are, without decoding.
 *
 * <p>Immutable, and shared by all connections: a thousand readers of a poem hold one copy of it.
 */
public final class Poem {
    private final String name;
    private final byte[] bytes;
    private final @Nullable Path file;
    private @Nullable ByteBuffer buffer; // guarded by this

    /**
     * A poem that is not in a file.
     *
     * @param name  what log lines call it
     * @param bytes at least one; copied
     * @throws IllegalArgumentException if there is nothing to recite
     */
    public Poem(String name, byte[] bytes) {
        this(Printable.name(name), bytes.clone(), null);
    }

    private Poem(String name, byte[] bytes, @Nullable Path file) {
        if (bytes.length == 0) {
            throw new IllegalArgumentException(name + " is empty");
        }
        this.name = name;
        this.bytes = bytes;
        this.file = file;
    }

    /**
     * Reads a poem from a regular file; blocks while it does. Others, such as a pipe, may never end, and cannot be read again.
     *
     * @return the poem, named by the path as it was given
     * @throws IOException if that cannot be done; its message is a sentence that names the file
     */
    public static Poem read(Path file) throws IOException {
        String name = Printable.name(file.toString());
        try {
            BasicFileAttributes kind = Files.readAttributes(file, BasicFileAttributes.class);
            if (!kind.isRegularFile()) {
                throw new IllegalArgumentException(
                        name + " is a " + (kind.isDirectory() ? "directory" : "pipe or a device") + ", not a poem");
            }
            return new Poem(name, Files.readAllBytes(file), file);
        } catch (NoSuchFileException e) {
            throw new IOException(name + " does not exist", e);
        } catch (AccessDeniedException e) {
            throw new IOException(name + " may not be read", e);
        } catch (FileSystemException e) {
            throw new IOException(name + " cannot be read: " + e.getReason(), e);
        } catch (OutOfMemoryError e) {
            throw new IOException(name + " is too large for the memory of this process", e);
        } catch (IOException e) {
            throw new IOException(name + " cannot be read: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Reads its file again, as {@link #read} does, and off the heap as well if it is there; without a file it stays the same. */
    public Poem readAgain() throws IOException {
        if (file == null) {
            return this;
        }
        Poem again = read(file);
        if (isOffHeap()) {
            again.loadOffHeap();
        }
        return again;
    }

    /** The file's path as typed, or the name given, fit for a line: see {@link Printable#name}. */
    public String name() {
        return name;
    }

    /** Its length in bytes, at least 1. */
    public int size() {
        return bytes.length;
    }

    /** The bytes themselves, not a copy: read them, never write to them. */
    public byte[] bytes() {
        return bytes;
    }

    /**
     * How many bytes the next chunk has, from a position on: as many as it may, but so that it ends with a whole character if one
     * fits in, as UTF-8 tells characters.
     */
    public int chunk(int position, int numBytes) {
        int length = Math.min(numBytes, bytes.length - position);
        for (int shorter = length; shorter > Math.max(0, length - 4); shorter--) { // no character has more than 4 bytes
            if (position + shorter == bytes.length || (bytes[position + shorter] & 0xC0) != 0x80) { // the next one begins here
                return shorter;
            }
        }
        return length;
    }

    /**
     * Makes the buffer of {@link #slice} now, and not for the first client, so that nobody connects in vain.
     *
     * @throws IOException if the JVM may not have so much memory off the heap; its message is a sentence that names the poem
     */
    public void loadOffHeap() throws IOException {
        try {
            slice(0, 0);
        } catch (OutOfMemoryError e) {
            throw new IOException(name + " is too large for the direct memory of this process", e);
        }
    }

    private synchronized boolean isOffHeap() {
        return buffer != null;
    }

    /**
     * A part of the bytes for a channel, read-only and off the Java heap, so that the kernel takes them without a copy in
     * between. All parts share one buffer, which is made when it is first asked for.
     */
    public synchronized ByteBuffer slice(int position, int length) {
        if (buffer == null) {
            buffer = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip().asReadOnlyBuffer();
        }
        return buffer.slice(position, length);
    }

    @Override
    public String toString() {
        return name;
    }
}
