package blockingpoetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
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
    void callsInTheOrderOfTheTimesThatWereAskedFor() {
        reactor.callLater(Duration.ofMillis(60), () -> called.add("third"));
        reactor.callLater(Duration.ofMillis(1), () -> called.add("first"));
        reactor.callLater(Duration.ofMillis(90), reactor::stop);
        reactor.callLater(Duration.ofMillis(30), () -> called.add("second"));

        reactor.run();
        assertEquals(List.of("first", "second", "third"), called);
    }

    @Test
    void callsBackForAChannelUntilItIsAskedForNothingMore() throws IOException {
        Pipe pipe = Pipe.open();
        try (Pipe.SourceChannel source = pipe.source(); Pipe.SinkChannel sink = pipe.sink()) {
            sink.write(ByteBuffer.wrap(new byte[1]));
            source.configureBlocking(false);
            reactor.register(source, 0, () -> called.add("not asked for"));
            reactor.register(source, SelectionKey.OP_READ, () -> readable(source));
            reactor.callLater(Duration.ofMillis(30), reactor::stop);

            reactor.run();
            assertEquals(List.of("ready", "ready"), called);
        }
    }

    @Test
    void aTimerThatIsDueAgainAtOnceWaitsForTheNextTurn() {
        reactor.callLater(Duration.ZERO, this::onceMore);
        reactor.stop(); // at the end of the first turn

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

    /** It leaves what is there unread, and would be called for ever. */
    private void readable(Pipe.SourceChannel source) {
        called.add("ready");
        if (called.size() == 2) {
            try {
                reactor.register(source, 0, () -> called.add("not asked for"));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }
}
