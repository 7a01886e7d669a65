package blockingpoetry.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Holds the bytes of a poem until it is its turn to be printed; from then on it lets them through. It keeps a bounded number of
 * them in memory, and the others in a temporary file, which has no name any more.
 */
final class Spool {
    private static final int IN_MEMORY = 256 * 1024;

    private final ByteArrayOutputStream memory = new ByteArrayOutputStream(); // all fields are guarded by this
    private @Nullable FileChannel file;
    private @Nullable OutputStream live;

    synchronized void write(byte[] bytes, int offset, int length) throws IOException {
        if (live != null) {
            live.write(bytes, offset, length);
        } else if (file == null && memory.size() + length <= IN_MEMORY) {
            memory.write(bytes, offset, length);
        } else {
            spill(ByteBuffer.wrap(bytes, offset, length));
        }
    }

    private void spill(ByteBuffer bytes) throws IOException {
        try {
            if (file == null) {
                Path path = Files.createTempFile("blockingpoetry", ".txt");
                file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE,
                        StandardOpenOption.DELETE_ON_CLOSE);
            }
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
        } catch (IOException e) {
            throw new IOException("not held until its turn: " + e.getMessage(), e);
        }
    }

    /** Prints what is there; what comes later follows at once. */
    synchronized void printTo(OutputStream out) throws IOException {
        memory.writeTo(out);
        memory.reset();
        if (file != null) {
            Channels.newInputStream(file.position(0)).transferTo(out);
            file.close();
        }
        live = out;
    }
}
