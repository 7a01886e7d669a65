package blockingpoetry.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

import picocli.CommandLine.ITypeConverter;

/**
 * A poem's file and, perhaps, its port: {@code poems/accept.txt@10000}. A file that has the whole text as its name is
 * meant itself.
 */
record PoemAt(Path file, OptionalInt port) {
    static final class Converter implements ITypeConverter<PoemAt> {
        @Override
        public PoemAt convert(String text) {
            int at = text.lastIndexOf('@');
            if (at < 0 || Files.exists(Path.of(text))) {
                return new PoemAt(Path.of(text), OptionalInt.empty());
            }
            return new PoemAt(Path.of(text.substring(0, at)),
                    OptionalInt.of(new Port().convert(text.substring(at + 1))));
        }
    }
}
