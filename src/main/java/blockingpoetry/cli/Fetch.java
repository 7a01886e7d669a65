package blockingpoetry.cli;

import blockingpoetry.Service;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One poem that {@link Get} fetches, on a thread of its own: from the first address of the host that answers, to a spool and a file. */
final class Fetch implements Runnable {
    /** How long to wait, zero for ever: for each address to answer, for more bytes, and for the whole poem. */
    record Patience(Duration connect, Duration read, Duration all) {}

    private final InetSocketAddress address;
    private final Patience patience;
    private final Optional<Path> folder;
    private final Spool spool = new Spool();
    private final long startNanos = System.nanoTime();
    private final AtomicLong bytes = new AtomicLong();
    private volatile String failure = "";
    private volatile String time = "";

    Fetch(InetSocketAddress address, Patience patience, Optional<Path> folder) {
        this.address = address;
        this.patience = patience;
        this.folder = folder;
    }

    String name() {
        return Service.hostPort(address);
    }

    Spool spool() {
        return spool;
    }

    /** How many have come so far. */
    long bytes() {
        return bytes.get();
    }

    boolean isOver() {
        return !time.isEmpty();
    }

    /** How long it took, once it is over. */
    String time() {
        return time;
    }

    /** Once it is over: why this is not a whole poem, or is not saved; empty if all went well. */
    String failure() {
        return failure;
    }

    @Override
    public void run() {
        try (Socket socket = connect(); Save save = folder.isEmpty() ? null : new Save(folder.get(), address)) {
            receive(socket, save);
        } catch (UnknownHostException e) {
            failure = "no such host";
        } catch (IOException e) {
            failure = e.getMessage() + (bytes() == 0 ? "" : ", after " + bytes + " bytes");
        }
        time = timeSince(startNanos);
    }

    private Socket connect() throws IOException {
        IOException first = null;
        for (InetAddress host : InetAddress.getAllByName(address.getHostString())) {
            Socket socket = new Socket();
            try {
                socket.connect(new InetSocketAddress(host, address.getPort()), waitMillis(patience.connect));
                return socket;
            } catch (SocketTimeoutException e) {
                first = first == null ? timedOut("no answer within ", patience.connect) : first;
            } catch (IOException e) {
                first = first == null ? e : first;
            }
            socket.close();
        }
        throw first == null ? new UnknownHostException() : first;
    }

    private void receive(Socket socket, @Nullable Save save) throws IOException {
        InputStream in = socket.getInputStream();
        byte[] buffer = new byte[64 * 1024];
        for (int count = read(socket, in, buffer); count >= 0; count = read(socket, in, buffer)) {
            bytes.addAndGet(count);
            spool.write(buffer, 0, count);
            if (save != null) {
                save.write(buffer, 0, count);
            }
        }
        if (bytes() == 0) {
            throw new IOException("closed without a poem");
        }
        if (save != null) {
            save.commit();
        }
    }

    private int read(Socket socket, InputStream in, byte[] buffer) throws IOException {
        socket.setSoTimeout(waitMillis(patience.read));
        try {
            return in.read(buffer);
        } catch (SocketTimeoutException e) {
            throw timedOut("nothing came for ", patience.read);
        }
    }

    /** The time to wait, as a socket takes it. */
    private int waitMillis(Duration most) throws IOException {
        long millis = most.isZero() ? Integer.MAX_VALUE : Math.max(1, most.toMillis());
        return (int) Math.min(Integer.MAX_VALUE, Math.min(millis, millisLeft()));
    }

    private long millisLeft() throws IOException {
        if (patience.all.isZero()) {
            return Integer.MAX_VALUE;
        }
        long left = patience.all.minusNanos(System.nanoTime() - startNanos).toMillis();
        if (left <= 0) {
            throw new IOException("not whole within " + OptionValues.seconds(patience.all) + " s");
        }
        return left;
    }

    /** The sentence after a wait: if the time for the poem is over, it is that. */
    private IOException timedOut(String what, Duration wait) throws IOException {
        millisLeft();
        return new IOException(what + OptionValues.seconds(wait) + " s");
    }

    static String timeSince(long startNanos) {
        return String.format(Locale.ROOT, "%.3f s", (System.nanoTime() - startNanos) / 1e9);
    }
}
