package blockingpoetry.operation;

import static java.nio.charset.StandardCharsets.UTF_8;

import blockingpoetry.Printable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes the log as one JSON object a line: {@code --log-format json}. A line {@code TIME LEVEL LOGGER - id=1 poem="a b"} has the keys
 * {@code time}, {@code level} and {@code logger}, and its own; a sentence is the key {@code message}. A line of another form, such as
 * one of a stack trace, is a message of the level ERROR. One thread writes.
 */
final class JsonLines extends OutputStream {
    private static final Pattern RECORD =
            Pattern.compile("(\\S+T\\S+) (TRACE|DEBUG|INFO|WARN|ERROR) (\\S+) - (.*)", Pattern.DOTALL);
    private static final Pattern KEY = Pattern.compile("[\\w-]+");
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9]\\d*)(\\.\\d+)?");

    private final OutputStream out;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    JsonLines(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[]{(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        ByteArrayOutputStream objects = new ByteArrayOutputStream();
        for (int i = offset; i < offset + length; i++) {
            if (bytes[i] == '\n') {
                objects.writeBytes((object(line.toString(UTF_8)) + "\n").getBytes(UTF_8));
                line.reset();
            } else {
                line.write(bytes[i]);
            }
        }
        out.write(objects.toByteArray());
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    static String object(String line) {
        Matcher found = RECORD.matcher(line);
        if (!found.matches()) {
            return object(OffsetDateTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.MILLIS).toString(), "ERROR",
                    "stderr", line);
        }
        return object(found.group(1), found.group(2), found.group(3), found.group(4));
    }

    private static String object(String time, String level, String logger, String text) {
        StringJoiner object = new StringJoiner(",", "{", "}");
        object.add("\"time\":" + quoted(time));
        object.add("\"level\":" + quoted(level));
        object.add("\"logger\":" + quoted(logger));
        int colon = text.lastIndexOf(": ", text.indexOf('=')); // of a sentence that pairs follow
        Map<String, String> pairs = pairs(text.substring(colon < 0 ? 0 : colon + 2));
        if (pairs.isEmpty() || colon >= 0) {
            object.add("\"message\":" + quoted(pairs.isEmpty() ? text : text.substring(0, colon)));
        }
        pairs.forEach((key, value) -> object.add(quoted(key) + ":" + value(value)));
        return object.toString();
    }

    /** The keys and values of a text that has nothing else; otherwise none. */
    private static Map<String, String> pairs(String text) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (int begin = 0; begin <= text.length();) {
            int equals = text.indexOf('=', begin);
            int end = equals < 0 ? begin : endOfValue(text, equals + 1);
            if (equals < 0 || end == equals + 1 || !KEY.matcher(text.substring(begin, equals)).matches()
                    || (end < text.length() && text.charAt(end) != ' ')) {
                return Map.of();
            }
            pairs.put(text.substring(begin, equals), text.substring(equals + 1, end));
            begin = end + 1;
        }
        return pairs;
    }

    /** After the closing quote, or at the next space; at the begin, if there is no closing quote. */
    private static int endOfValue(String text, int begin) {
        boolean isQuoted = text.startsWith("\"", begin);
        for (int i = isQuoted ? begin + 1 : begin; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isQuoted && c == '\\') {
                i++;
            } else if (isQuoted && c == '"') {
                return i + 1;
            } else if (!isQuoted && c == ' ') {
                return i;
            }
        }
        return isQuoted ? begin : text.length();
    }

    /** A quoted value has the escapes of JSON already: see {@link Printable#name}. */
    private static String value(String text) {
        return text.startsWith("\"") || NUMBER.matcher(text).matches() ? text : quoted(text);
    }

    private static String quoted(String text) {
        return "\"" + Printable.name(text) + "\"";
    }
}
