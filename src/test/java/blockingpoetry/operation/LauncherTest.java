package blockingpoetry.operation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How {@link Launcher} chooses among the Javas it finds. {@link OldJavaIT} tests that it starts the chosen one. */
@Timeout(10)
class LauncherTest {

    @TempDir
    Path folder;

    @Test
    void findsNothingAmongNothing() {
        assertEquals(Optional.empty(), Launcher.newest(List.of()));
    }

    @Test
    void takesTheNewest() throws IOException {
        Path java21 = home("a", "JAVA_VERSION=\"21.0.11\"");
        Path java25 = home("b", "JAVA_VERSION=\"25.0.3\"");
        Path java25Older = home("c", "JAVA_VERSION=\"25.0.2\"");
        Path java25First = home("d", "JAVA_VERSION=\"25\"");

        assertEquals(Optional.of(java25), Launcher.newest(List.of(java21, java25, java25Older, java25First)));
        assertEquals(Optional.of(java25), Launcher.newest(List.of(java25First, java25Older, java25, java21)));
    }

    @Test
    void prefersJavaHomeIfThatWillDo() throws IOException {
        Path java17 = home("a", "JAVA_VERSION=\"17.0.15\"");
        Path java21 = home("b", "JAVA_VERSION=\"21.0.11\"");
        Path java25 = home("c", "JAVA_VERSION=\"25.0.3\"");

        assertEquals(Optional.of(java21), Launcher.choose(List.of(java21), List.of(java17, java21, java25)));
        assertEquals(Optional.of(java25), Launcher.choose(List.of(java17), List.of(java17, java21, java25)));
        assertEquals(Optional.of(java25), Launcher.choose(List.of(), List.of(java17, java21, java25)));
    }

    @Test
    void comparesNumbersNotText() throws IOException {
        Path java9 = home("a", "JAVA_VERSION=\"25.0.9\"");
        Path java10 = home("b", "JAVA_VERSION=\"25.0.10\"");
        Path java100 = home("c", "JAVA_VERSION=\"100\"");

        assertEquals(Optional.of(java10), Launcher.newest(List.of(java9, java10)));
        assertEquals(Optional.of(java100), Launcher.newest(List.of(java9, java10, java100)));
    }

    @Test
    void takesTheFirstOfEquals() throws IOException {
        Path first = home("b", "JAVA_VERSION=\"25.0.3\"");
        Path second = home("a", "JAVA_VERSION=\"25.0.3\"");

        assertEquals(Optional.of(first), Launcher.newest(List.of(first, second)));
    }

    @Test
    void takesNoneThatIsTooOld() throws IOException {
        Path java8 = home("8", "JAVA_VERSION=\"1.8.0_412\"");
        Path java17 = home("17", "JAVA_VERSION=\"17.0.15\"");
        Path java20 = home("20", "JAVA_VERSION=\"20.0.2\"");
        Path java21 = home("21", "JAVA_VERSION=\"21\"");

        assertEquals(Optional.empty(), Launcher.newest(List.of(java8, java17, java20)));
        assertEquals(Optional.of(java21), Launcher.newest(List.of(java8, java17, java20, java21)));
    }

    @Test
    void findsTheVersionAmongOtherLines() throws IOException {
        Path home = home("a", """
                IMPLEMENTOR="Eclipse Adoptium"
                JAVA_RUNTIME_VERSION="25.0.3+9-LTS"
                JAVA_VERSION="25.0.3"
                JAVA_VERSION_DATE="2026-04-21"
                """);

        assertEquals(Optional.of(home), Launcher.newest(List.of(home)));
    }

    @Test
    void takesAnEarlyAccessVersion() throws IOException {
        Path home = home("a", "JAVA_VERSION=\"26-ea\"");

        assertEquals(Optional.of(home), Launcher.newest(List.of(home)));
    }

    @Test
    void skipsWhatIsBroken() throws IOException {
        Path missing = folder.resolve("missing");
        Path empty = home("empty", "");
        Path noVersion = home("noVersion", "IMPLEMENTOR=\"Debian\"");
        Path notANumber = home("notANumber", "JAVA_VERSION=\"new\"");
        Path hugeNumber = home("hugeNumber", "JAVA_VERSION=\"99999999999\"");
        Path notText = home("notText", "");
        Files.write(notText.resolve("release"), new byte[]{'J', (byte) 0xff, 0, (byte) 0xc3, '\n'});
        Path releaseIsAFolder = home("releaseIsAFolder", "");
        Files.delete(releaseIsAFolder.resolve("release"));
        Files.createDirectory(releaseIsAFolder.resolve("release"));
        Path withoutJava = home("withoutJava", "JAVA_VERSION=\"26\"");
        Files.delete(withoutJava.resolve("bin/java"));
        Path withoutClasses = home("withoutClasses", "JAVA_VERSION=\"26\"");
        Files.delete(withoutClasses.resolve("lib/modules"));
        Path whole = home("whole", "JAVA_VERSION=\"21.0.11\"");

        List<Path> broken =
                List.of(missing, empty, noVersion, notANumber, hugeNumber, notText, releaseIsAFolder, withoutJava,
                        withoutClasses);
        for (Path home : broken) {
            assertEquals(Optional.empty(), Launcher.newest(List.of(home)), home::toString);
            assertEquals(Optional.of(whole), Launcher.newest(List.of(home, whole)), home::toString);
        }
    }

    @Test
    void passesOnFlagsAndArgumentsAsTheyAre() {
        assertEquals(command("-Xmx64m", "-Da=b c"), Launcher.command(Path.of("java"), List.of("-Xmx64m", "-Da=b c"),
                new String[]{"--delay", "1", "a poem"}));
    }

    @Test
    void passesOnNoFlagThatTakesAPortOfItsOwn() {
        List<String> flags = List.of("-agentlib:jdwp=transport=dt_socket,server=y,address=5005", "-agentlib:hprof",
                "-Xrunjdwp:transport=dt_socket", "-Dcom.sun.management.jmxremote.port=9010",
                "-Dcom.sun.management.jmxremote.ssl=false");

        assertEquals(command("-agentlib:hprof", "-Dcom.sun.management.jmxremote.ssl=false"),
                Launcher.command(Path.of("java"), flags, new String[]{"--delay", "1", "a poem"}));
    }

    private static List<String> command(String... flags) {
        List<String> command = new ArrayList<>(List.of("java"));
        command.addAll(List.of(flags));
        command.addAll(
                List.of("-Dblockingpoetry.launched=true", "-jar", System.getProperty("java.class.path"), "--delay",
                        "1", "a poem"));
        return command;
    }

    /** A folder that looks like an installed Java: a {@code release} file and an executable {@code bin/java}. */
    private Path home(String name, String release) throws IOException {
        Path home = folder.resolve(name);
        Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
        assertTrue(Files.createFile(java).toFile().setExecutable(true));
        Files.createFile(Files.createDirectories(home.resolve("lib")).resolve("modules"));
        Files.writeString(home.resolve("release"), release);
        return home;
    }
}
