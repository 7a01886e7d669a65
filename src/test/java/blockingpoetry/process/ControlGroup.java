package blockingpoetry.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A control group of Linux with one limit, as systemd and containers make them. Only root can make one, and only where this machine
 * has the controller.
 */
public record ControlGroup(Path folder) implements AutoCloseable {
    private static final Path ROOT = Path.of("/sys/fs/cgroup");

    /**
     * Makes one.
     *
     * @param limit as version 2 calls it: {@code pids.max} or {@code memory.max}
     * @throws IOException if this machine does not allow it
     */
    public static ControlGroup make(String limit, long value) throws IOException {
        Path ofVersion1 = ROOT.resolve(limit.substring(0, limit.indexOf('.'))); // it has a tree for each controller
        boolean isVersion1 = Files.isDirectory(ofVersion1);
        ControlGroup group = new ControlGroup(Files.createDirectory(
                (isVersion1 ? ofVersion1 : ROOT).resolve("blockingpoetry" + ProcessHandle.current().pid())));
        try {
            String file = isVersion1 ? limit.replace("memory.max", "memory.limit_in_bytes") : limit;
            Files.writeString(group.folder.resolve(file), "" + value);
            return group;
        } catch (IOException e) {
            group.close();
            throw e;
        }
    }

    /** Starts the jar in it. */
    public Jar around(Jar jar) {
        return jar.under("sh", "-c", "echo $$ >" + folder + "/cgroup.procs && exec \"$@\"", "sh");
    }

    /** Deletes it; its processes have ended. */
    @Override
    public void close() {
        try {
            Files.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
