package blockingpoetry.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A port number, 0 to 65535. */
final class Port implements ITypeConverter<Integer> {
    static final int MAX = 65_535;

    @Override
    public Integer convert(String text) {
        try {
            int port = Integer.parseInt(text);
            if (port >= 0 && port <= MAX) {
                return port;
            }
        } catch (NumberFormatException e) {
            // A word, or far too large.
        }
        throw new TypeConversionException("'" + text + "' is not a port, 0 to " + MAX);
    }
}
