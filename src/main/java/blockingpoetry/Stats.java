package blockingpoetry;

/**
 * What a server has done so far, over all its services.
 *
 * @param open     connections held now
 * @param finished connections that got the whole poem and ended cleanly
 * @param aborted  connections that their client broke off
 * @param cut      connections that the server ended early: stalled, too many of one address, or still reciting when it
 *                 stopped
 * @param bytes    bytes of poems handed to the kernel, those of broken recitals included
 */
public record Stats(long open, long finished, long aborted, long cut, long bytes) {
    /** All connections ever accepted. */
    public long accepted() {
        return open + finished + aborted + cut;
    }
}
