package blockingpoetry.cli;

/** Arguments that make no sense. The message is a sentence that says why. */
public final class UsageError extends RuntimeException {
    public UsageError(String sentence) {
        super(sentence);
    }
}
