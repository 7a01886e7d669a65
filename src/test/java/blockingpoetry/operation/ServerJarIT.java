package blockingpoetry.operation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** What is in the server's jar, and what is not. */
class ServerJarIT {
    @Test
    void containsTheLicencesOfItsLibraries() throws IOException {
        Map<String, String> texts = Map.of("META-INF/LICENSE", "Apache License", // Commons CLI and Prometheus
                "META-INF/LICENSE.txt", "QOS.ch", // SLF4J
                "META-INF/NOTICE", "The Prometheus Authors",
                "META-INF/NOTICE.txt", "Apache Commons CLI");
        try (JarFile jar = open()) {
            for (Map.Entry<String, String> text : texts.entrySet()) {
                String file = new String(jar.getInputStream(jar.getEntry(text.getKey())).readAllBytes(), UTF_8);
                assertTrue(file.contains(text.getValue()), () -> text.getKey() + ":\n" + file);
            }
        }
    }

    @Test
    void containsNoLibraryOfTheBenchOrTheTests() throws IOException {
        try (JarFile jar = open()) {
            List<String> packages = jar.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.endsWith(".class"))
                    .map(name -> name
                            .replaceFirst("^(blockingpoetry|org/slf4j|org/apache/commons/cli|io/prometheus)/.*", "$1"))
                    .distinct()
                    .sorted()
                    .toList();
            assertEquals(List.of("blockingpoetry", "io/prometheus", "org/apache/commons/cli", "org/slf4j"), packages);
        }
    }

    private static JarFile open() throws IOException {
        return new JarFile(System.getProperty("blockingpoetry.jar"));
    }
}
