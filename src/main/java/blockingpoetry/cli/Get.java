package blockingpoetry.cli;

import blockingpoetry.Service;
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
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The client: fetches poems all at once, on a virtual thread each, and prints them in the order in which they were asked
 * for. The first is printed while it arrives, so that a slow one can be watched.
 */
@Command(name = "get", mixinStandardHelpOptions = true, versionProvider = Version.class, usageHelpAutoWidth = true,
        descriptionHeading = "%n", parameterListHeading = "%n",
        description = "Fetches poems, all at once, prints them, and says on stderr what it took.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:every poem arrived", "1:a poem did not", "2:the arguments make no sense"})
final class Get implements Callable<Integer> {
    private final PrintStream out;
    private final PrintStream err;

    @Option(names = "--save", paramLabel = "DIR", description = "also save each poem there, as HOST-PORT.txt")
    private @Nullable Path folder;

    @Parameters(arity = "1..*", paramLabel = "[HOST:]PORT",
            description = "where a poem is served (default HOST: localhost)")
    private List<String> arguments = new ArrayList<>();

    Get(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() throws Exception {
        List<InetSocketAddress> addresses = arguments.stream().map(HostPort::parse).toList();
        if (folder != null && !Files.isDirectory(folder)) {
            throw new IOException(folder + " is not a directory to save poems in");
        }
        long startNanos = System.nanoTime();
        List<Received> all = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Received>> fetches = new ArrayList<>();
            for (InetSocketAddress address : addresses) {
                OutputStream live = fetches.isEmpty() ? out : OutputStream.nullOutputStream();
                fetches.add(threads.submit(() -> fetch(address, live)));
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

    private Received fetch(InetSocketAddress address, OutputStream live) {
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
                save(address, bytes);
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

    private void save(InetSocketAddress address, ByteArrayOutputStream bytes) throws IOException {
        if (folder == null) {
            return;
        }
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
