package blockingpoetry.operation;

import static blockingpoetry.process.Poems.ACCEPT;
import static blockingpoetry.process.Poems.assertServed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import blockingpoetry.process.Jar;
import blockingpoetry.process.JarProcess;
import blockingpoetry.process.ProcessResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command that an operator installs, {@code src/main/dist/blockingpoetry}, with and without an AOT cache that fits. */
class InstalledIT {
    private static final Path BUILT = Path.of(System.getProperty("blockingpoetry.jar"));
    private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));
    private static final Path COMMAND = Path.of("src/main/dist/blockingpoetry");
    private static final String UP = "INFO blockingpoetry - design=virtual max-clients=7 java=";

    @TempDir
    Path folder;

    /** Twice: what the operator has configured meanwhile stays. */
    @Test
    void installsWithoutAPackage() throws IOException {
        assertEquals(new ProcessResult(0, "", ""), install());
        Path configuration = folder.resolve("etc/default/blockingpoetry");
        assertTrue(Files.readString(configuration).contains("POEMS=\"/etc/blockingpoetry/accept.txt\""));
        Files.writeString(configuration, "POEMS=mine\n");
        assertEquals(new ProcessResult(0, "", ""), install());

        assertEquals("POEMS=mine\n", Files.readString(configuration));
        try (JarProcess server = installed(folder.resolve("usr/local/share/blockingpoetry"), JAVA_HOME)
                .serve(folder.resolve("etc/blockingpoetry/accept.txt").toString())) {
            assertServed(ACCEPT, server.address());
        }
        String command = Files.readString(folder.resolve("usr/local/bin/blockingpoetry"));
        assertTrue(command.contains("\nhome=/usr/local/share/blockingpoetry\n"), command);
        String unit = Files.readString(folder.resolve("usr/local/lib/systemd/system/blockingpoetry.service"));
        assertTrue(unit.contains("\nExecStart=/usr/local/bin/blockingpoetry $OPTIONS $POEMS\n"), unit);
    }

    private ProcessResult install() {
        try (JarProcess install = JarProcess.start(List.of("env", "DESTDIR=" + folder, "src/main/dist/install"))) {
            return install.awaitEnd();
        }
    }

    @Test
    void findsAJavaThatIsNotOnThePath() throws IOException {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        for (String program : List.of("sed", "sort")) {
            Files.createSymbolicLink(bin.resolve(program), Path.of("/usr/bin", program));
        }
        Path jvm = folder.resolve("jvm");
        String script = Files.readString(COMMAND).replace("/usr/lib/jvm/", jvm + "/");
        List<String> command = List.of("env", "-i", "PATH=" + bin, "/bin/sh", "-c", script);
        try (JarProcess none = JarProcess.start(command)) {
            assertEquals(new ProcessResult(2, "", "blockingpoetry found no Java: install Java 21 or newer"
                    + " (Debian: openjdk-21-jre-headless; or Eclipse Temurin) or set JAVA to one.\n"), none.awaitEnd());
        }

        for (String version : List.of("25.0.3", "9.0.4", "21.0.11")) {
            Path home = jvm.resolve("jdk-" + version);
            Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
            Files.writeString(java, "#!/bin/sh\necho " + version + "\n");
            assertTrue(java.toFile().setExecutable(true));
            Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        }
        try (JarProcess newest = JarProcess.start(command)) {
            assertEquals(new ProcessResult(0, "25.0.3\n", ""), newest.awaitEnd());
        }
        List<String> preferring = new ArrayList<>(command);
        preferring.add(2, "JAVA_HOME=" + jvm.resolve("jdk-21.0.11"));
        try (JarProcess preferred = JarProcess.start(preferring)) {
            assertEquals(new ProcessResult(0, "21.0.11\n", ""), preferred.awaitEnd());
        }
    }

    @Test
    void startsFromTheCacheThatPackageMakes() throws IOException {
        assertTrue(isServedFromTheCache(BUILT.getParent(), JAVA_HOME));
    }

    @Test
    void startsFromItByWayOfAnOldJavaToo() throws IOException {
        assertTrue(isServedFromTheCache(BUILT.getParent(), OldJavaIT.oldJava()));
    }

    /** As after an upgrade. Java 25.0.3 and older would run the old jar's classes. */
    @ParameterizedTest
    @ValueSource(longs = {-1, 1})
    void usesNoCacheOfAnotherJar(long secondsLater) throws IOException {
        Path cache = BUILT.resolveSibling("blockingpoetry.aot");
        assumeTrue(Files.exists(cache), "no Java here makes a cache");
        Files.copy(cache, folder.resolve("blockingpoetry.aot"), StandardCopyOption.COPY_ATTRIBUTES);
        Path jar = Files.copy(BUILT, folder.resolve("blockingpoetry.jar"));
        Instant built = Files.getLastModifiedTime(BUILT).toInstant();
        Files.setLastModifiedTime(jar, FileTime.from(built.plusSeconds(secondsLater)));

        assertFalse(isServedFromTheCache(folder, JAVA_HOME));
    }

    private boolean isServedFromTheCache(Path home, Path javaHome) throws IOException {
        assumeTrue(Runtime.version().feature() >= 25, "before Java 25 a cache takes two steps");
        assumeTrue(JarProcess.AGENT.isEmpty(), "an agent that changes classes does not want them from a cache");
        Jar jar = installed(home, javaHome, "-Xlog:class+load:file=" + folder.resolve("classes-%p"));
        try (JarProcess server = jar.serve(ACCEPT)) {
            assertServed(ACCEPT, server.address());
            assertEquals(0, server.signal("TERM").awaitEnd().exitCode());
        }
        String classes = "";
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(name -> name.getFileName().toString().startsWith("classes-")).toList()) {
                classes += Files.readString(file);
            }
        }
        assertTrue(classes.contains(" blockingpoetry.designs.BlockingServer source: "), classes);
        return classes.contains(" blockingpoetry.designs.BlockingServer source: shared objects file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"of another place", "garbage", ""})
    void startsQuietlyWithACacheThatDoesNotFit(String kind) throws IOException {
        assumeTrue(JarProcess.AGENT.isEmpty(), "Java says that an agent and a cache do not go together");
        Files.copy(BUILT, folder.resolve("blockingpoetry.jar"));
        Path cache = BUILT.resolveSibling("blockingpoetry.aot");
        if (kind.equals("of another place") && Files.exists(cache)) {
            Files.copy(cache, folder.resolve("blockingpoetry.aot"));
        } else {
            Files.writeString(folder.resolve("blockingpoetry.aot"), kind);
        }
        Files.setLastModifiedTime(folder.resolve("blockingpoetry.aot"),
                Files.getLastModifiedTime(folder.resolve("blockingpoetry.jar"))); // or the command would not use it
        for (Path javaHome : List.of(JAVA_HOME, OldJavaIT.oldJava())) {
            try (JarProcess server = installed(folder, javaHome).serve(ACCEPT)) {
                assertServed(ACCEPT, server.address());
                assertEquals("Serving " + ACCEPT + " on 127.0.0.1:" + server.address().getPort() + ".\n", server.out());
                List<String> log = server.log();
                assertEquals(1, log.size(), log::toString);
                assertTrue(log.getLast().startsWith(UP), log::toString);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCacheThatCannotBeWrittenGetsASentence(boolean hasJar) throws IOException {
        Path place = Files.createDirectory(folder.resolve("read-only"));
        Path jar = place.resolve("blockingpoetry.jar");
        if (hasJar) {
            Files.copy(BUILT, jar);
        }
        Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("r-xr-xr-x"));
        Jar aot = new Jar(List.of("sh", "src/main/dist/blockingpoetry-aot", jar.toString())).withoutRootsPrivilege();

        assertEquals(new ProcessResult(1, "", "there is no " + jar + ", or no file can be made beside it\n"),
                aot.run());
    }

    /** The command, with its jar in a folder and {@code java} on the path. */
    private Jar installed(Path home, Path javaHome, String... flags) throws IOException {
        String script = Files.readString(COMMAND);
        Path command = folder.resolve("command");
        Files.writeString(command, script.replace("home=/usr/share/blockingpoetry\n", "home='" + home + "'\n"));
        return new Jar(List.of("env", "PATH=" + javaHome + "/bin:/usr/bin:/bin", "JAVA_HOME=" + JAVA_HOME,
                "JAVA_OPTS=" + String.join(" ", flags), "sh", command.toString(), "--max-clients", "7"));
    }
}
