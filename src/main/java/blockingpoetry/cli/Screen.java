package blockingpoetry.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import blockingpoetry.Printable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.util.List;

/**
 * Where {@link Get} prints: poems to stdout, messages to stderr. A pipe or a file gets every byte as it is. A terminal shows
 * control characters escaped, messages on lines of their own, and below the verses a line that tells how far it is.
 */
final class Screen extends OutputStream {
    private static final int WIDTH = 79;

    /** One line down in the same column, remember it, go to the line's begin; back, and one line up. */
    private static final String BELOW = "\u001bD\u001b7\r";
    private static final String BACK = "\u001b[K\u001b8\u001bM";

    private final PrintStream out;
    private final PrintStream err;
    private final boolean showsPoems; // on a terminal
    private final boolean showsMessages; // likewise
    private final boolean showsProgress;
    private final CharsetDecoder decoder = UTF_8.newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private byte[] undecoded = {}; // this field and the following: guarded by this
    private boolean isEscaped;
    private boolean isWithinLine;
    private boolean hasProgress;

    Screen(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
        boolean capable = !List.of("", "dumb").contains(System.getenv().getOrDefault("TERM", ""));
        showsPoems = out.equals(System.out) && isTerminal(1);
        showsMessages = err.equals(System.err) && isTerminal(2);
        showsProgress = capable && showsMessages;
    }

    /** Whether poems are shown on a terminal. */
    boolean showsPoems() {
        return showsPoems;
    }

    /** Java does not tell for each stream. */
    private static boolean isTerminal(int descriptor) {
        try {
            return new ProcessBuilder("test", "-t", "" + descriptor).inheritIO().start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException("nothing interrupts this thread", e);
        }
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[]{(byte) value}, 0, 1);
    }

    /** Prints a piece of a poem. */
    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
        progress("");
        if (showsPoems) {
            show(bytes, offset, length, false);
        } else {
            out.write(bytes, offset, length);
            isWithinLine = length == 0 ? isWithinLine : bytes[offset + length - 1] != '\n';
        }
        check();
    }

    private void show(byte[] bytes, int offset, int length, boolean isEnd) {
        ByteBuffer in = ByteBuffer.allocate(undecoded.length + length).put(undecoded).put(bytes, offset, length).flip();
        CharBuffer chars = CharBuffer.allocate(in.remaining());
        decoder.decode(in, chars, isEnd);
        undecoded = new byte[in.remaining()];
        in.get(undecoded);
        String text = chars.flip().toString();
        String shown = Printable.text(text, "\n\r\t");
        isEscaped |= !shown.equals(text);
        isWithinLine = shown.isEmpty() ? isWithinLine : !shown.endsWith("\n");
        byte[] encoded = shown.getBytes(UTF_8);
        out.write(encoded, 0, encoded.length);
    }

    /** Says on a terminal which poem follows. */
    synchronized void header(String name) {
        progress("");
        out.println("==> " + name + " <==");
        isWithinLine = false;
    }

    @FunctionalInterface
    interface Interruption {
        void run() throws IOException;
    }

    /** Prints other poems between two pieces of the one that arrives. Its next piece waits until that is done. */
    synchronized void interrupt(Interruption others) throws IOException {
        byte[] undecodedBefore = undecoded;
        boolean wasEscaped = isEscaped;
        undecoded = new byte[0];
        isEscaped = false;
        progress("");
        if (isWithinLine) {
            out.println();
        }
        others.run();
        undecoded = undecodedBefore;
        isEscaped = wasEscaped;
    }

    /** Ends a poem: a message follows on a line of its own, that of a failure also where the poem goes elsewhere. */
    synchronized void endPoem(boolean failed) {
        progress("");
        if (showsPoems) {
            show(new byte[0], 0, 0, true);
            decoder.reset();
        }
        out.flush();
        if (isWithinLine && (failed || (showsPoems && showsMessages))) {
            err.println();
        }
        isWithinLine = false;
    }

    /** Whether a part of a poem was shown escaped since the last time that this was asked. */
    synchronized boolean hasEscaped() {
        boolean was = isEscaped;
        isEscaped = false;
        return was;
    }

    synchronized void message(String line) {
        progress("");
        err.println(line);
    }

    /** Shows a line below the verses, or none any more if it is empty. */
    synchronized void progress(String line) {
        if (showsProgress && (hasProgress || !line.isEmpty())) {
            err.print(BELOW + line.substring(0, Math.min(WIDTH, line.length())) + BACK);
            err.flush();
            hasProgress = !line.isEmpty();
        }
    }

    /** @throws IOException if stdout did not take all of it */
    void check() throws IOException {
        if (out.checkError()) {
            throw new IOException("cannot write to stdout");
        }
    }
}
