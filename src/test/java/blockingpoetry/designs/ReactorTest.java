package blockingpoetry.designs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReactorTest {
    private final Reactor reactor = new Reactor();
    private final List<String> called = new ArrayList<>();

    ReactorTest() throws IOException {}

    @Test
    void callsInTheOrderOfTheTimesThatWereAskedFor() throws IOException {
        reactor.callLater(Duration.ofMillis(60), () -> called.add("third"));
        reactor.callLater(Duration.ofMillis(1), () -> called.add("first"));
        reactor.callLater(Duration.ofMillis(90), Thread.currentThread()::interrupt);
        reactor.callLater(Duration.ofMillis(30), () -> called.add("second"));

        reactor.run();
        assertEquals(List.of("first", "second", "third"), called);
    }

    @Test
    void callsBackForAChannelOnceForEachCallThatAsks() throws IOException {
        Pipe pipe = Pipe.open();
        try (Pipe.SourceChannel source = pipe.source(); Pipe.SinkChannel sink = pipe.sink()) {
            sink.write(ByteBuffer.wrap(new byte[1])); // is left unread, so that the channel stays ready
            source.configureBlocking(false);
            reactor.whenReady(source, SelectionKey.OP_READ, () -> called.add("replaced"));
            reactor.whenReady(source, SelectionKey.OP_READ, () -> readable(source));
            reactor.callLater(Duration.ofMillis(30), Thread.currentThread()::interrupt);

            reactor.run();
            assertEquals(List.of("ready", "ready"), called);
        }
    }

    @Test
    void aChannelThatIsClosedIsRefused() throws IOException {
        Pipe pipe = Pipe.open();
        pipe.sink().close();
        pipe.source().configureBlocking(false);
        reactor.whenReady(pipe.source(), SelectionKey.OP_READ, () -> called.add("closed"));
        pipe.source().close();
        assertThrows(ClosedChannelException.class,
                () -> reactor.whenReady(pipe.source(), SelectionKey.OP_READ, () -> called.add("again")));
    }

    @Test
    void aTimerThatIsDueAgainAtOnceWaitsForTheNextTurn() throws IOException {
        reactor.callLater(Duration.ZERO, this::onceMore);
        reactor.execute(Thread.currentThread()::interrupt); // at the end of the first turn

        reactor.run();
        assertTrue(called.size() < 100, () -> called.size() + " turns");
    }

    /** As often as it is let, within reason. */
    private void onceMore() {
        called.add("once more");
        if (called.size() < 1_000_000) {
            reactor.callLater(Duration.ZERO, this::onceMore);
        }
    }

    private void readable(Pipe.SourceChannel source) {
        called.add("ready");
        if (called.size() == 1) {
            try {
                reactor.whenReady(source, SelectionKey.OP_READ, () -> readable(source));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }
}
