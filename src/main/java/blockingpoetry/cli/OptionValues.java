package blockingpoetry.cli;

import java.math.BigDecimal;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;

/** Values as people type them, one kind for each method. For any other text it throws a {@link UsageError} with a sentence. */
public final class OptionValues {
    static final int MAX_PORT = 65_535;

    private OptionValues() {}

    static int count(String text) {
        return wholeNumber(text, 1, Integer.MAX_VALUE, "a whole number, 1 or more");
    }

    static int port(String text) {
        return wholeNumber(text, 0, MAX_PORT, "a port, 0 to " + MAX_PORT);
    }

    private static int wholeNumber(String text, int least, int most, String kind) {
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // A word, a fraction, or far too large.
        }
        throw new UsageError("'" + text + "' is not " + kind);
    }

    /** A number of seconds, 0 or more: {@code 2}, {@code 0.7}. */
    static Duration seconds(String text) {
        try {
            Duration duration = Duration.ofNanos(new BigDecimal(text).movePointRight(9).longValueExact());
            if (!duration.isNegative()) {
                return duration;
            }
        } catch (ArithmeticException | NumberFormatException e) {
            // NaN, for instance, or a word.
        }
        throw new UsageError("'" + text + "' is not a number of seconds, 0 or more");
    }

    /** The text from which {@link #seconds(String)} would make this duration. */
    public static String seconds(Duration duration) {
        return BigDecimal.valueOf(duration.toNanos(), 9).stripTrailingZeros().toPlainString();
    }

    /** The path of a file, whether or not there is one. */
    static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new UsageError("'" + text + "' has characters that this locale has not; set LC_ALL=C.UTF-8");
        }
    }

    /** An address, not looked up yet: {@code 10000}, {@code example.org:10000}, {@code [::1]:10000}. */
    static InetSocketAddress hostPort(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "localhost" : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        if (host.isEmpty()) {
            throw new UsageError("'" + text + "' names no host");
        }
        return InetSocketAddress.createUnresolved(host, port(text.substring(colon + 1)));
    }

    /** A poem's file and, perhaps, its port: {@code poems/accept.txt@10000}. */
    record PoemAt(Path file, OptionalInt port) {}

    /** A poem, with or without a port. If there is a file with the whole text as its name, that file is the poem. */
    static PoemAt poemAt(String text) {
        int at = text.lastIndexOf('@');
        boolean whole = at <= text.lastIndexOf('/') || Files.exists(path(text));
        String file = whole ? text : text.substring(0, at);
        if (file.isEmpty()) {
            throw new UsageError("'" + text + "' names no poem");
        }
        return new PoemAt(path(file), whole ? OptionalInt.empty() : OptionalInt.of(port(text.substring(at + 1))));
    }
}
