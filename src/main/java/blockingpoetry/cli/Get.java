package blockingpoetry.cli;

import blockingpoetry.cli.Help.Item;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.commons.cli.Options;

/**
 * The client: fetches all poems at once, on a virtual thread each. It prints them in the order of the arguments, each as it arrives
 * once its turn has come; on a terminal, a finished poem never waits for an unfinished one.
 */
record Get(PrintStream out, PrintStream err) implements Command {
    static final Options OPTIONS = new Options()
            .addOption(Arguments.option("save", "DIR", "also save each poem there, as HOST-PORT.txt, once it is whole"))
            .addOption(Arguments.option("connect-timeout", "SECONDS",
                    "how long each address of a host may take to answer; 0 is for ever (default: 10)"))
            .addOption(Arguments.option("read-timeout", "SECONDS",
                    "how long a server may send nothing; 0 is for ever (default: 300)"))
            .addOption(Arguments.option("max-time", "SECONDS",
                    "how long a poem may take in all; 0 is for ever (default: 0)"))
            .addOption(Arguments.HELP)
            .addOption(Arguments.VERSION);

    private static final Duration TICK = Duration.ofSeconds(1); // between two lines of progress

    private static final String ADDRESS = "[HOST:]PORT";

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
        return new Help(List.of("blockingpoetry get [OPTION]... [HOST:]PORT..."),
                "Fetches poems, all at once, prints them in the order of the arguments, and says on stderr what it took."
                        + " On a terminal it shows each poem as soon as it is here, control characters escaped, and how"
                        + " far it is.",
                List.of(new Item(ADDRESS, "where a poem is served (default HOST: localhost)")), List.of(),
                List.of(new Item("0", "every poem arrived, whole, and is printed and saved"),
                        new Item("1", "a poem did not, or is not"),
                        new Item("2", "the arguments make no sense")),
                List.of());
    }

    @Override
    public int run(Arguments arguments) throws Exception {
        Optional<Path> folder = arguments.path("save");
        List<InetSocketAddress> addresses = arguments.operands().stream().map(OptionValues::hostPort).toList();
        if (addresses.isEmpty()) {
            throw new UsageError("Missing required parameter: '" + ADDRESS + "'");
        }
        if (folder.isPresent() && !Files.isDirectory(folder.get())) {
            throw new IOException(folder.get() + " is not a directory to save poems in");
        }
        Fetch.Patience patience = new Fetch.Patience(
                arguments.seconds("connect-timeout").orElse(Duration.ofSeconds(10)),
                arguments.seconds("read-timeout").orElse(Duration.ofMinutes(5)),
                arguments.seconds("max-time").orElse(Duration.ZERO));
        long startNanos = System.nanoTime();
        Screen screen = new Screen(out, err);
        List<Fetch> fetches = addresses.stream().map(address -> new Fetch(address, patience, folder)).toList();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        Thread progress = Thread.ofVirtual().start(() -> showProgress(fetches, startNanos, screen));
        try {
            CompletionService<Fetch> ended = new ExecutorCompletionService<>(threads);
            List<Future<Fetch>> ends = fetches.stream().map(fetch -> ended.submit(fetch, fetch)).toList();
            if (screen.showsPoems() && fetches.size() > 1) {
                printAsTheyCome(fetches, ended, screen);
            } else {
                printInOrder(fetches, ends, screen);
            }
        } finally {
            threads.shutdownNow();
            progress.interrupt();
            progress.join();
            screen.endPoem(false);
        }
        List<Fetch> whole = fetches.stream().filter(fetch -> fetch.failure().isEmpty()).toList();
        screen.message("Total: " + whole.size() + " of " + fetches.size() + " poems, "
                + fetches.stream().mapToLong(Fetch::bytes).sum() + " bytes in " + Fetch.timeSince(startNanos));
        return whole.size() == fetches.size() ? Main.OK : Main.FAILURE;
    }

    private static void printInOrder(List<Fetch> fetches, List<Future<Fetch>> ends, Screen screen) throws Exception {
        for (int i = 0; i < fetches.size(); i++) {
            fetches.get(i).spool().printTo(screen);
            ends.get(i).get();
            screen.check();
            report(fetches.get(i), screen);
        }
    }

    /** One poem is shown while it arrives. Another that ends meanwhile is shown in between. */
    private static void printAsTheyCome(List<Fetch> fetches, CompletionService<Fetch> ended, Screen screen)
            throws Exception {
        Optional<Fetch> shown = Optional.empty();
        for (int i = 0; i < fetches.size(); i++) {
            if (shown.isEmpty()) {
                shown = fetches.stream().filter(fetch -> !fetch.isOver()).findFirst();
                if (shown.isPresent()) {
                    print(shown.get(), screen);
                }
            }
            Fetch next = ended.take().get();
            if (shown.filter(next::equals).isPresent()) {
                report(next, screen);
                shown = Optional.empty();
            } else {
                Optional<Fetch> interrupted = shown;
                screen.interrupt(() -> {
                    print(next, screen);
                    report(next, screen);
                    interrupted.ifPresent(fetch -> screen.header(fetch.name() + ", continued"));
                });
            }
            screen.check();
        }
    }

    private static void print(Fetch fetch, Screen screen) throws IOException {
        screen.header(fetch.name());
        fetch.spool().printTo(screen);
    }

    private static void report(Fetch fetch, Screen screen) {
        screen.endPoem(!fetch.failure().isEmpty());
        if (screen.hasEscaped()) {
            screen.message(fetch.name() + ": control characters are shown escaped; into a file they go as they are");
        }
        screen.message(fetch.failure().isEmpty()
                ? fetch.name() + ": " + fetch.bytes() + " bytes in " + fetch.time()
                : "blockingpoetry: " + fetch.name() + ": " + fetch.failure());
    }

    /** Until it is interrupted. */
    private static void showProgress(List<Fetch> fetches, long startNanos, Screen screen) {
        try {
            while (true) {
                Thread.sleep(TICK);
                List<Fetch> arriving = fetches.stream().filter(fetch -> !fetch.isOver()).toList();
                screen.progress((fetches.size() - arriving.size()) + " of " + fetches.size() + " here after "
                        + Duration.ofNanos(System.nanoTime() - startNanos).toSeconds() + " s; arriving: "
                        + arriving.stream()
                                .map(fetch -> fetch.name() + " " + fetch.bytes() + " bytes")
                                .collect(Collectors.joining(", ")));
            }
        } catch (InterruptedException e) {
            // All is over.
        }
    }
}
