package blockingpoetry.cli;

/** Arguments that make no sense; the message says why, in one sentence. */
public final class Mistake extends RuntimeException {
    public Mistake(String sentence) {
        super(sentence);
    }
}
