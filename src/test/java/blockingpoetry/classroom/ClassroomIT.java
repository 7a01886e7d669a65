package blockingpoetry.classroom;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import blockingpoetry.process.Jar;
import blockingpoetry.process.JarProcess;
import blockingpoetry.process.ProcessResult;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The classroom as a process: what it serves, whom it refuses, and that its servers end with it. */
@Timeout(120)
class ClassroomIT {
    @Test
    void servesThePageAndNothingElse() throws IOException {
        try (JarProcess classroom = start()) {
            assertEquals("200", status(classroom, "GET", "/", "127.0.0.1", ""));
            assertEquals("200", status(classroom, "GET", "/save", "localhost", ""));
            assertEquals("404", status(classroom, "GET", "/elsewhere", "127.0.0.1", ""));
            assertEquals("405", status(classroom, "POST", "/", "127.0.0.1", ""));
            assertEquals("405", status(classroom, "GET", "/run?lesson=queue", "127.0.0.1", ""));
            assertEquals("404", status(classroom, "POST", "/run?lesson=nosuch", "127.0.0.1", ""));
            assertEquals("409", status(classroom, "POST", "/order?do=add", "127.0.0.1", ""));
            assertEquals("400", status(classroom, "POST", "/run?lesson=queue&clients=many", "127.0.0.1", ""));
        }
    }

    /** Another site's page, or a name that another site has pointed to this machine, must not start processes here. */
    @Test
    void refusesRequestsThatAreNotItsOwnPages() throws IOException {
        try (JarProcess classroom = start()) {
            String own = "Origin: http://127.0.0.1:" + port(classroom) + "\r\n";
            assertEquals("403", status(classroom, "GET", "/", "poetry.example", ""));
            assertEquals("403", status(classroom, "POST", "/run?lesson=queue", "poetry.example", ""));
            assertEquals("403", status(classroom, "POST", "/run?lesson=queue", "127.0.0.1",
                    "Origin: http://poetry.example\r\n"));
            assertEquals("403", status(classroom, "POST", "/run?lesson=queue", "127.0.0.1", "Origin: null\r\n"));
            assertEquals(0, classroom.children().count());
            assertEquals("202", status(classroom, "POST", "/run?lesson=threads", "127.0.0.1", own));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT", "KILL"})
    @Tag("slow")
    void nothingOutlivesTheClassroom(String signal, @TempDir Path folder) throws IOException {
        Jar jar = Jar.classroom().under("env", "JDK_JAVA_OPTIONS=-XX:-UsePerfData -Djava.io.tmpdir=" + folder);
        try (JarProcess classroom = start(jar)) {
            assertEquals("202", status(classroom, "POST", "/run?lesson=where", "127.0.0.1", ""));
            classroom.await("its two servers", () -> classroom.children().count() == 2);
            List<ProcessHandle> servers = classroom.children().toList();
            classroom.signal(signal);
            await().atMost(Duration.ofSeconds(20)).until(() -> servers.stream().noneMatch(ProcessHandle::isAlive));
            classroom.await("its end", () -> !classroom.isAlive());
            try (Stream<Path> files = Files.list(folder)) {
                assertEquals(List.of(), files.toList());
            }
        }
    }

    @Test
    void aRunEndsTheRunBefore() throws IOException {
        try (JarProcess classroom = start()) {
            assertEquals("202", status(classroom, "POST", "/run?lesson=where", "127.0.0.1", ""));
            classroom.await("its two servers", () -> classroom.children().count() == 2);
            List<ProcessHandle> first = classroom.children().toList();
            assertEquals("202", status(classroom, "POST", "/run?lesson=threads", "127.0.0.1", ""));
            await().atMost(Duration.ofSeconds(20)).until(() -> first.stream().noneMatch(ProcessHandle::isAlive));
            classroom.await("one server", () -> classroom.children().count() == 1);
        }
    }

    /** The bench is compiled with the tests, and shipped without them. */
    @Test
    void itsJarHasNoTests() throws IOException {
        Path tests = Path.of("src/test/java");
        try (JarFile jar = new JarFile(System.getProperty("blockingpoetry.bench.jar"));
                Stream<Path> sources = Files.walk(tests)) {
            assertEquals(List.of(), sources.map(source -> tests.relativize(source).toString())
                    .map(name -> name.replace(".java", ".class"))
                    .filter(name -> name.endsWith(".class") && jar.getEntry(name) != null)
                    .toList());
        }
    }

    @Test
    void aPortInUseIsASentence() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ProcessResult result = Jar.classroom().run("--port", String.valueOf(taken.getLocalPort()));
            assertEquals(new ProcessResult(1, "", "blockingpoetry-bench: the classroom cannot be served on 127.0.0.1:"
                    + taken.getLocalPort() + ": Address already in use\n"), result);
        }
    }

    @Test
    void wrongArgumentsAreSentences() {
        assertEquals("blockingpoetry-bench: Unmatched argument: 'lesson'; try --help\n",
                Jar.classroom().run("lesson").err());
        ProcessResult unknown = Jar.classroom().run("--lesson", "nosuch");
        assertEquals(2, unknown.exitCode());
        assertTrue(unknown.err().startsWith("blockingpoetry-bench: there is no lesson 'nosuch', only queue, "),
                unknown.err());
    }

    private static JarProcess start() {
        return start(Jar.classroom());
    }

    private static JarProcess start(Jar jar) {
        JarProcess classroom = jar.start();
        classroom.await("its address", () -> classroom.out().contains("Classroom at http://127.0.0.1:"));
        return classroom;
    }

    private static int port(JarProcess classroom) {
        return URI.create(classroom.out().strip().replace("Classroom at ", "")).getPort();
    }

    /** By a socket, for an HTTP client would not say just any host. */
    private static String status(JarProcess classroom, String method, String path, String host, String headers)
            throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port(classroom))) {
            String request = method + " " + path + " HTTP/1.1\r\nHost: " + host + ":" + port(classroom) + "\r\n"
                    + headers + "Content-Length: 0\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(UTF_8));
            BufferedReader answer = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
            return answer.readLine().split(" ")[1];
        }
    }
}
