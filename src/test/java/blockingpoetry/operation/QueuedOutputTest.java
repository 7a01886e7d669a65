package blockingpoetry.operation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Output that somebody takes late, or never. */
@Timeout(60)
class QueuedOutputTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final PrintStream before = System.err;
    private final Pipe pipe = new Pipe();
    private final QueuedOutput output = QueuedOutput.replaceStderr(pipe, UTF_8);
    private final PrintStream lines = System.err;

    @BeforeEach
    void nothingIsPrintedYet() {
        assertEquals("", pipe.text());
    }

    @AfterEach
    void restore() {
        pipe.turns.release(1_000_000);
        output.drain(LONG); // what it still has to say is not for the next test
        System.setErr(before);
    }

    @Test
    void passesOnAllThatIsWrittenInOrder() {
        pipe.turns.release(1_000_000);
        IntStream.range(0, 10_000).forEach(this::println);
        output.drain(LONG);
        assertEquals(IntStream.range(0, 10_000).boxed().toList(),
                pipe.text().lines().map(Integer::valueOf).toList());
        assertTrue(pipe.writes < 5_000, "many lines go in one write");
    }

    @Test
    void keepsNobodyWaitingThoughNobodyTakesAnything() {
        String line = "x".repeat(999);
        for (int i = 0; i < 5_000; i++) {
            println(line);
        }
        output.drain(Duration.ofMillis(10)); // returns
        assertEquals("", pipe.text());
    }

    @Test
    void saysHowMuchItHasDroppedOnceItFlowsAgain() {
        String line = "x".repeat(999);
        println("first");
        await().until(pipe.turns::hasQueuedThreads);
        for (int i = 0; i < 2_000; i++) {
            println(line);
        }
        pipe.turns.release(1_000_000);
        await().until(() -> pipe.text().endsWith("in time\n"));
        List<String> passed = pipe.text().lines().toList();
        int kept = 1024 * 1024 / 1000;
        assertEquals("first", passed.getFirst());
        assertEquals(1 + kept + 1, passed.size());
        assertTrue(passed.getLast()
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z WARN blockingpoetry - " + (2_000 - kept)
                        + " lines of the log are lost: nobody took them in time"),
                passed.getLast());
    }

    /** Who takes the output is slow, so each time it goes on, the queue is full. */
    @Test
    void countsEachLineThatItDrops() {
        String line = "x".repeat(63); // the queue has room for a whole number of them
        int printed = 0;
        for (int turn = 0; turn < 4; turn++) {
            await().until(() -> pipe.turns.hasQueuedThreads() || pipe.writes == 0);
            for (int i = 0; i < 40_000; i++, printed++) {
                println(line);
            }
            int writes = pipe.writes;
            pipe.turns.release();
            await().until(() -> pipe.writes > writes);
        }
        pipe.turns.release(1_000_000);
        output.drain(LONG);
        int passed = (int) pipe.text().lines().filter(line::equals).count();
        assertEquals(printed, passed + pipe.text().lines().mapToInt(QueuedOutputTest::lost).sum());
    }

    /** A line without a time. */
    private void println(Object line) {
        lines.print(line + "\n");
    }

    private static int lost(String line) {
        Matcher lost = Pattern.compile(" (\\d+) lines of the log are lost").matcher(line);
        return lost.find() ? Integer.parseInt(lost.group(1)) : 0;
    }

    @Test
    void aStackTraceIsPrintedAsItIs() {
        pipe.turns.release(1_000_000);
        Exception failure = new IOException("no room");
        StringWriter expected = new StringWriter();
        failure.printStackTrace(new PrintWriter(expected, true));
        failure.printStackTrace(lines);
        output.drain(LONG);
        assertEquals(expected.toString(), pipe.text());
    }

    /** A full disk. */
    @Test
    void countsWhatCannotBeWritten() {
        pipe.failure = true;
        pipe.turns.release(1_000_000);
        println("one\ntwo");
        output.drain(LONG);
        pipe.failure = false;
        println("kept");
        output.drain(LONG);
        println("kept, too");
        output.drain(LONG);
        assertEquals(2, pipe.text().lines().mapToInt(QueuedOutputTest::lost).sum(), pipe::text);
    }

    @Test
    void goesOnAfterAFailure() {
        pipe.failure = true;
        pipe.turns.release(1_000_000);
        println("lost");
        output.drain(LONG);
        pipe.failure = false;
        println("kept");
        output.drain(LONG);
        assertTrue(pipe.text().startsWith("kept\n"), pipe::text);
    }

    /** Takes a write for each permit. */
    private static final class Pipe extends OutputStream {
        final Semaphore turns = new Semaphore(0);
        volatile boolean failure;
        volatile int writes;
        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();

        @Override
        public void write(int value) {
            throw new AssertionError("one byte at a time");
        }

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
            turns.acquireUninterruptibly();
            if (failure) {
                throw new IOException("no room");
            }
            writes = writes + 1;
            taken.write(bytes, offset, length);
        }

        String text() {
            return taken.toString(UTF_8);
        }
    }
}
