package blockingpoetry.cli;

/** A whole number of at least one. */
final class Count {
    private Count() {}

    /** @throws Mistake if it is none */
    static int parse(String text) {
        try {
            int count = Integer.parseInt(text);
            if (count >= 1) {
                return count;
            }
        } catch (NumberFormatException e) {
            // A word, a fraction, or far too large.
        }
        throw new Mistake("'" + text + "' is not a whole number, 1 or more");
    }
}
