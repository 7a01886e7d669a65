package blockingpoetry.cli;

/** A port number, 0 to 65535. */
final class Port {
    static final int MAX = 65_535;

    private Port() {}

    /** @throws Mistake if it is none */
    static int parse(String text) {
        try {
            int port = Integer.parseInt(text);
            if (port >= 0 && port <= MAX) {
                return port;
            }
        } catch (NumberFormatException e) {
            // A word, or far too large.
        }
        throw new Mistake("'" + text + "' is not a port, 0 to " + MAX);
    }
}
