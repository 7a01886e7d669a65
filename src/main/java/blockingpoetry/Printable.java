package blockingpoetry;

import java.util.Locale;

/** Text of others made fit for a line of output: it can neither end the line, nor end its quotes, nor command a terminal. */
public final class Printable {
    private Printable() {}

    /** A name as it is, but with a backslash before quotes and backslashes, and with its control characters escaped. */
    public static String name(String name) {
        return text(name.replace("\\", "\\\\").replace("\"", "\\\""), "");
    }

    /** Escapes control characters and invisible ones as in Java's source, except those in {@code kept}. */
    public static String text(String text, String kept) {
        if (text.chars().allMatch(c -> c >= ' ' && c < 0x7F)) {
            return text;
        }
        StringBuilder escaped = new StringBuilder(text.length());
        text.chars().forEach(c -> {
            if (isShown((char) c) || kept.indexOf(c) >= 0) {
                escaped.append((char) c);
            } else if (c == '\n') {
                escaped.append("\\n");
            } else {
                escaped.append(String.format(Locale.ROOT, "\\u%04X", c));
            }
        });
        return escaped.toString();
    }

    private static boolean isShown(char c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
