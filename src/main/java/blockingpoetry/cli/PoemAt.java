package blockingpoetry.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * A poem's file and, perhaps, its port: {@code poems/accept.txt@10000}. A file that has the whole text as its name is
 * meant itself.
 */
record PoemAt(Path file, OptionalInt port) {
    /** @throws Mistake if no file is named, or the port is none */
    static PoemAt parse(String text) {
        int at = text.lastIndexOf('@');
        boolean whole = at <= text.lastIndexOf('/') || Files.exists(Path.of(text));
        String file = whole ? text : text.substring(0, at);
        if (file.isEmpty()) {
            throw new Mistake("'" + text + "' names no poem");
        }
        return new PoemAt(Path.of(file),
                whole ? OptionalInt.empty() : OptionalInt.of(Port.parse(text.substring(at + 1))));
    }
}
