package blockingpoetry.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A poem's file in the folder of {@code --save}. It has another name until the poem is whole, so that an older copy is replaced
 * by a whole one, or not at all. What fails keeps no poem from being printed: only {@link #commit} throws it.
 */
final class Save implements AutoCloseable {
    private final Path file;
    private @Nullable Path part;
    private OutputStream out = OutputStream.nullOutputStream();
    private @Nullable IOException failure;

    Save(Path folder, InetSocketAddress address) {
        file = folder.resolve(address.getHostString().replace(':', '-') + "-" + address.getPort() + ".txt");
        try {
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)
                    && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new IOException("there is one, which is not a regular file");
            }
            part = Files.createTempFile(folder, file.getFileName() + ".", ".part", // the umask applies
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-rw-rw-")));
            part.toFile().deleteOnExit();
            out = Files.newOutputStream(part);
        } catch (IOException e) {
            failure = e;
        }
    }

    void write(byte[] bytes, int offset, int length) {
        try {
            if (failure == null) {
                out.write(bytes, offset, length);
            }
        } catch (IOException e) {
            failure = e;
        }
    }

    /** Gives the file its name, for the poem is whole. If that is not all in the file, the exception's message is a sentence. */
    void commit() throws IOException {
        try {
            if (failure != null) {
                throw failure;
            }
            out.close();
            Files.move(Objects.requireNonNull(part), file, StandardCopyOption.ATOMIC_MOVE);
        } catch (AccessDeniedException e) {
            throw new IOException("not saved: " + file + " may not be written", e);
        } catch (FileSystemException e) {
            throw new IOException("not saved: " + file + ": " + e.getReason(), e);
        } catch (IOException e) {
            throw new IOException("not saved: " + file + ": " + e.getMessage(), e);
        }
    }

    /** Leaves nothing behind of a poem that is not whole. */
    @Override
    public void close() throws IOException {
        out.close();
        if (part != null) {
            Files.deleteIfExists(part);
        }
    }
}
