package blockingpoetry.bench.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A server held to a part of one core by a control group of its own, until it is closed. The kernel stops the server for the rest
 * of each period once it has used its part. Only root may do that, and not in every container.
 */
public final class ProcessorQuota implements AutoCloseable {
    private static final Duration PERIOD = Duration.ofMillis(10);
    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    private static final Path OLDER_ROOT = ROOT.resolve("cpu"); // version 1 has a tree for each controller

    private final Path root = Files.isDirectory(OLDER_ROOT) ? OLDER_ROOT : ROOT;
    private final Path group = root.resolve("blockingpoetry-bench-" + ProcessHandle.current().pid());

    /** @throws IOException if this machine does not allow it */
    public ProcessorQuota(ServerProcess server, double part) throws IOException {
        try {
            Files.createDirectory(group);
            String period = Long.toString(PERIOD.toNanos() / 1000);
            String quota = Long.toString(Math.round(part * PERIOD.toNanos() / 1000));
            if (root.equals(OLDER_ROOT)) {
                Files.writeString(group.resolve("cpu.cfs_period_us"), period);
                Files.writeString(group.resolve("cpu.cfs_quota_us"), quota);
            } else {
                Files.writeString(group.resolve("cpu.max"), quota + " " + period);
            }
            for (Long pid : server.pids().toList()) {
                Files.writeString(group.resolve("cgroup.procs"), pid.toString());
            }
        } catch (IOException e) {
            close();
            throw new IOException("cannot hold a server to a part of its core: no control group may be made here", e);
        }
    }

    /** Lets the server have its whole core again. */
    @Override
    public void close() throws IOException {
        if (Files.isDirectory(group)) {
            for (String pid : Files.readAllLines(group.resolve("cgroup.procs"))) {
                Files.writeString(root.resolve("cgroup.procs"), pid);
            }
            Files.delete(group);
        }
    }
}
