package blockingpoetry.cli;

import blockingpoetry.Service;
import blockingpoetry.cli.Help.Item;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.commons.cli.Options;

/**
 * The client: fetches poems all at once, on a virtual thread each, and prints them in the order in which they were asked
 * for. The first is printed while it arrives, so that a slow one can be watched.
 */
final class Get implements Command {
    static final Options OPTIONS = new Options()
            .addOption(Arguments.option("save", "DIR", "also save each poem there, as HOST-PORT.txt"))
            .addOption(Arguments.HELP)
            .addOption(Arguments.VERSION);

    private static final String ADDRESS = "[HOST:]PORT";

    private final PrintStream out;
    private final PrintStream err;

    Get(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public String name() {
        return "get";
    }

    @Override
    public Options options() {
        return OPTIONS;
    }

    @Override
    public Help help() {
        return new Help(List.of("blockingpoetry get [--save DIR] [HOST:]PORT..."),
                "Fetches poems, all at once, prints them, and says on stderr what it took.",
                List.of(new Item(ADDRESS, "where a poem is served (default HOST: localhost)")), List.of(),
                List.of(new Item("0", "every poem arrived"), new Item("1", "a poem did not"),
                        new Item("2", "the arguments make no sense")),
                List.of());
    }

    @Override
    public int run(Arguments arguments) throws Exception {
        Optional<Path> folder = arguments.path("save");
        List<InetSocketAddress> addresses = arguments.operands().stream().map(HostPort::parse).toList();
        if (addresses.isEmpty()) {
            throw new Mistake("Missing required parameter: '" + ADDRESS + "'");
        }
        if (folder.isPresent() && !Files.isDirectory(folder.get())) {
            throw new IOException(folder.get() + " is not a directory to save poems in");
        }
        long startNanos = System.nanoTime();
        List<Received> all = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Received>> fetches = new ArrayList<>();
            for (InetSocketAddress address : addresses) {
                OutputStream live = fetches.isEmpty() ? out : OutputStream.nullOutputStream();
                fetches.add(threads.submit(() -> fetch(address, folder, live)));
            }
            for (Future<Received> fetch : fetches) {
                Received received = fetch.get();
                report(received, all.isEmpty());
                all.add(received);
            }
        }
        say("Total: " + all.stream().filter(Received::isWhole).count() + " of " + all.size() + " poems, "
                + all.stream().mapToLong(Received::size).sum() + " bytes in " + seconds(secondsSince(startNanos)));
        return all.stream().allMatch(Received::isWhole) ? Main.OK : Main.FAILURE;
    }

    private static Received fetch(InetSocketAddress address, Optional<Path> folder, OutputStream live) {
        long startNanos = System.nanoTime();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        String failure = "";
        try (Socket socket = new Socket(InetAddress.getByName(address.getHostString()), address.getPort())) {
            InputStream in = socket.getInputStream();
            byte[] buffer = new byte[64 * 1024];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                bytes.write(buffer, 0, count);
                live.write(buffer, 0, count);
                live.flush();
            }
            if (bytes.size() == 0) {
                failure = "closed without a poem";
            } else {
                if (folder.isPresent()) {
                    save(address, folder.get(), bytes);
                }
            }
        } catch (UnknownHostException e) {
            failure = "no such host";
        } catch (IOException e) {
            failure = e.getMessage() + (bytes.size() == 0 ? "" : ", after " + bytes.size() + " bytes");
        }
        return new Received(address, bytes, secondsSince(startNanos), failure);
    }

    private void report(Received received, boolean printed) throws IOException {
        if (!printed) {
            received.bytes.writeTo(out);
            out.flush();
        }
        String name = Service.hostPort(received.address);
        if (received.isWhole()) {
            say(name + ": " + received.size() + " bytes in " + seconds(received.seconds));
        } else {
            say("blockingpoetry: " + name + ": " + received.failure);
        }
    }

    private static void save(InetSocketAddress address, Path folder, ByteArrayOutputStream bytes)
            throws IOException {
        Path file = folder.resolve(address.getHostString().replace(':', '-') + "-" + address.getPort() + ".txt");
        try {
            Files.write(file, bytes.toByteArray());
        } catch (AccessDeniedException e) {
            throw new IOException("not saved: " + file + " may not be written", e);
        } catch (IOException e) {
            throw new IOException("not saved: " + e.getMessage(), e);
        }
    }

    private void say(String sentence) {
        err.println(sentence);
    }

    private static String seconds(double seconds) {
        return String.format(Locale.ROOT, "%.3f s", seconds);
    }

    private static double secondsSince(long startNanos) {
        return (System.nanoTime() - startNanos) / 1e9;
    }

    /** What came from an address, and why that is not a whole poem, if it is not. */
    private record Received(InetSocketAddress address, ByteArrayOutputStream bytes, double seconds,
            String failure) {
        boolean isWhole() {
            return failure.isEmpty();
        }

        int size() {
            return bytes.size();
        }
    }
}
