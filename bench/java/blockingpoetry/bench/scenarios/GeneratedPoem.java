package blockingpoetry.bench.scenarios;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** A poem of a given size. Every line is numbered, so that a byte in the wrong place is a wrong byte. */
record GeneratedPoem(Path file, ByteBuffer bytes) {
    private static final List<String> LINES = List.of("the kettle holds its breath until it sings",
            "a door is open, and somebody waits", "who comes first is not who is heard first",
            "one line goes out, the next one has to wait", "between two words the whole night passes by",
            "and nobody has asked for what they get");

    static GeneratedPoem write(Path file, int size) throws IOException {
        StringBuilder text = new StringBuilder(size + 64);
        for (int number = 0; text.length() < size; number++) {
            text.append(String.format(Locale.ROOT, "%07d %s%n", number, LINES.get(number % LINES.size())));
        }
        byte[] bytes = text.substring(0, size).getBytes(US_ASCII);
        return new GeneratedPoem(Files.write(file, bytes), ByteBuffer.allocateDirect(size).put(bytes).flip());
    }
}
