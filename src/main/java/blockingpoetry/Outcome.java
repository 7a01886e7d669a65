package blockingpoetry;

/** How a connection ended. */
public enum Outcome {
    /** The whole poem was sent and the connection ended cleanly. */
    FINISHED("finished"),
    /** The client left early, or its connection failed. */
    ABORTED("aborted"),
    /** Cut: the client took nothing for the stall timeout. */
    STALLED("cut-stalled"),
    /** Cut: other clients of the same address had all the connections that one address may have. */
    REFUSED("cut-refused"),
    /** Cut: the server stopped and the grace period was over. */
    STOPPED("cut-stopped"),
    /** Cut: the server failed, for lack of memory or threads or by a bug. */
    FAILED("cut-failed");

    private final String word;

    Outcome(String word) {
        this.word = word;
    }

    /** Whether the server ended the connection early. */
    public boolean isCut() {
        return this != FINISHED && this != ABORTED;
    }

    /** The word for log lines. */
    @Override
    public String toString() {
        return word;
    }
}
