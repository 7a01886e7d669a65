package blockingpoetry.faults;

import blockingpoetry.designs.Design;
import blockingpoetry.designs.Designs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A trouble that was tried on the designs, and what came of it: a row of the table. The table is written anew after each
 * case, so that it is there whatever becomes of the run.
 */
enum Fault {
    DESCRIPTORS("no descriptors left, ten times as many clients"),
    THREADS("no threads left, ten times as many clients"),
    INSTANT("10,000 clients at the same instant"),
    TALKERS("talkers: 1 B to 1 MB before, during, after"),
    STUCK("readers that stop for good: reset in time"),
    OTHERS("others, served meanwhile"),
    DRIPPING("readers of a byte per second"),
    HALF_CLOSERS("half-closers"),
    LEAVERS("leaving at each byte of a poem"),
    VANISHED("connect and vanish, connect and reset"),
    SMALL_HEAP("held slow clients in 64 MB of heap"),
    MANY_FOR_HEAP("10,000 clients, 24 MB of heap"),
    NO_HEAP("4,000 clients, let in, 8 MB of heap: serves on, or ends and says so"),
    LARGE_POEM("100 readers of 256 MB in 320 MB of heap"),
    SIGNALS("signals in each phase"),
    WALL_TIME("the clock jumps by hours"),
    SOAK("mixed load for a while"),
    FUZZ("random clients"),
    FIRST_INSTANT("ten times as many clients as descriptors, there before the server"),
    BLOCKED_LOG("the log leads to a full pipe that nobody reads"),
    FROZEN("the process stands still for longer than the stall timeout"),
    GREEDY("newcomers beside clients that never make the server wait"),
    DELAYED_PATH("chunks of slow mode that arrive by themselves, over a path of 100 ms");

    private static final Path TABLE = Path.of("target", "faults.md");
    private static final List<String> DESIGNS = Designs.WITH_NETTY.stream().map(Design::name).toList();

    private final String title;
    private final Map<String, Tally> tallies = Collections.synchronizedMap(new TreeMap<>());

    Fault(String title) {
        this.title = title;
    }

    static List<String> designs() {
        return DESIGNS;
    }

    /** Enters what was found; what is said of the same again adds up. */
    void found(String design, int tried, int survived) throws IOException {
        System.out.printf(Locale.ROOT, "faults: %s, %s: tried %d, survived %d, lost %d%n", title, design, tried,
                survived, tried - survived);
        tallies.merge(design, new Tally(tried, survived), Tally::plus);
        write();
    }

    private static synchronized void write() throws IOException {
        StringBuilder table = new StringBuilder(row("tried / survived / lost", DESIGNS.stream()));
        table.append("|---|").append("--:|".repeat(DESIGNS.size())).append('\n');
        for (Fault fault : values()) {
            table.append(row(fault.title, DESIGNS.stream().map(fault::cell)));
        }
        Files.createDirectories(TABLE.getParent());
        Files.writeString(TABLE, table);
    }

    private static String row(String title, Stream<String> cells) {
        return Stream.concat(Stream.of(title), cells).collect(Collectors.joining(" | ", "| ", " |\n"));
    }

    private String cell(String design) {
        Tally tally = tallies.get(design);
        return tally == null
                ? "–"
                : String.format(Locale.ROOT, "%,d / %,d / %,d", tally.tried, tally.survived,
                        tally.tried - tally.survived);
    }

    private record Tally(int tried, int survived) {
        Tally plus(Tally other) {
            return new Tally(tried + other.tried, survived + other.survived);
        }
    }
}
