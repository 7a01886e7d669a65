package blockingpoetry.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import blockingpoetry.Crowd;
import blockingpoetry.bench.load.Behaviour;
import blockingpoetry.process.Jar;
import blockingpoetry.process.JarProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that read as nobody would, or not at all. */
@Tag("faults")
@Timeout(120)
class ReadersIT {
    private static final Duration PATIENCE = Duration.ofSeconds(80);

    @TempDir
    Path folder;

    /**
     * They read on after the stall timeout and 17 seconds: not being reset by then, they would get the whole poem. The server looks
     * into the kernel's tables three times first. Each time takes seconds on a slow machine that has a hundred thousand sockets in
     * TIME_WAIT, as it has here.
     */
    @EachDesign
    void whoStopsReadingIsResetInTimeAndOthersAreServedMeanwhile(String design) throws Exception {
        boolean sequential = design.equals("sequential");
        int stuck = sequential ? 2 : 40;
        Verses large = Verses.write(folder, 16 * Verses.MB);
        Verses small = Verses.write(folder, 3_003);
        Behaviour stops = Behaviour.PLAIN.withReceiveBuffer(8 * Verses.KB).pausing(1, Duration.ofSeconds(3 + 17));
        // To be served as usual is not to wait for the stall timeout of others. "sequential" knows no others.
        Duration usual = sequential ? PATIENCE : Duration.ofSeconds(2);

        try (JarProcess server = Jar.serving(design).with("--stall-timeout", "3").serve(large.file(), small.file());
                Crowd crowd = Crowd.start(server.addresses().subList(0, 1), List.of(large.bytes()), stuck, stuck,
                        PATIENCE, number -> stops)) {
            int others = 0;
            int served = 0;
            while (!crowd.isDone()) {
                others += 100;
                served += Crowd.send(server.addresses().subList(1, 2), List.of(small.bytes()), 100, 10, usual)
                        .count(Crowd.End.WHOLE);
            }
            Crowd.Result result = crowd.await();
            Fault.STUCK.found(design, stuck, result.count(Crowd.End.RESET));
            Fault.OTHERS.found(design, others, served);
            assertEquals(Map.of(Crowd.End.RESET, stuck), result.ends());
            assertEquals(others, served);
        }
    }

    /**
     * A poem that fits into the buffers of both kernels is sent at once; its reader may take five times the stall timeout
     * for five bytes of it, and the server is done long before. (If the poem is larger, it does count as stuck when its
     * kernel has told of no more room for the stall timeout.)
     */
    @EachDesign
    void aReaderOfAByteEachSecondIsNotReset(String design) throws IOException {
        int readers = 20;
        Verses poem = Verses.write(folder, 16 * Verses.KB);
        Behaviour drips = Behaviour.PLAIN.withReceiveBuffer(4 * Verses.KB).dripping(1, Duration.ofSeconds(5));
        try (JarProcess server = Jar.serving(design)
                .with("--stall-timeout", "1", "--drain-timeout", "0.2")
                .serve(poem.file())) {
            Crowd.Result result =
                    Crowd.send(server.addresses(), List.of(poem.bytes()), readers, readers, PATIENCE, number -> drips);
            Fault.DRIPPING.found(design, readers, result.count(Crowd.End.WHOLE));
            assertEquals(Map.of(Crowd.End.WHOLE, readers), result.ends());
        }
    }

    /** The pauses are the server's, and no stall. */
    @EachDesign
    void aPaceOfAByteEachSecondIsNoStall(String design) throws IOException {
        int readers = design.equals("sequential") ? 1 : 20;
        Verses poem = Verses.write(folder, 5);
        try (JarProcess server = Jar.serving(design)
                .with("--stall-timeout", "0.2", "--num-bytes", "1", "--delay", "1")
                .serve(poem.file())) {
            Crowd.Result result = Crowd.send(server.addresses(), List.of(poem.bytes()), readers, readers, PATIENCE);
            Fault.DRIPPING.found(design, readers, result.count(Crowd.End.WHOLE));
            assertEquals(Map.of(Crowd.End.WHOLE, readers), result.ends());
        }
    }

    @EachDesign
    void whoShutsDownItsOutputFirstGetsEverything(String design) throws IOException {
        int readers = 90;
        List<Verses> poems = List.of(Verses.write(folder, 100), Verses.write(folder, Verses.MB),
                Verses.write(folder, 16 * Verses.MB));
        List<byte[]> bytes = List.of(poems.get(0).bytes(), poems.get(1).bytes(), poems.get(2).bytes());
        try (JarProcess server = Jar.serving(design).serve(poems.stream().map(Verses::file).toArray(String[]::new))) {
            Crowd.Result result = Crowd.send(server.addresses(), bytes, readers, 15, PATIENCE,
                    number -> Behaviour.PLAIN.shuttingDown(bytes.get(number % 3).length / 2 * (number / 3 % 2)));
            Fault.HALF_CLOSERS.found(design, readers, result.count(Crowd.End.WHOLE));
            assertEquals(Map.of(Crowd.End.WHOLE, readers), result.ends());
        }
    }
}
