package blockingpoetry.lessons;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import blockingpoetry.Client;
import blockingpoetry.Client.End;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each lesson as a process: the good ones serve every byte, the broken ones break as they say, and their cures help. */
@Tag("slow")
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class LessonsIT {
    private static final Path LESSONS = Path.of("src/lessons/java");

    /** A few chunks of 20 bytes, the last of them shorter; the first ends within a character. */
    private static final String POEM = "Ein Faden wartet. 糸。\nThen one word.\n";

    @TempDir
    private Path directory;

    private Path poem;

    @BeforeEach
    void writePoem() throws IOException {
        poem = Files.writeString(directory.resolve("poem.txt"), POEM);
    }

    private LessonProcess start(String lesson, String... more) throws IOException {
        return LessonProcess.start(LESSONS.resolve(lesson + ".java"), poem, more);
    }

    @ParameterizedTest
    @ValueSource(strings = {"L1_OneAtATime", "L2_AThreadEach", "L3_AVirtualThreadEach", "L4_OneLoop",
            "L5_WithTheLoopPulledOut", "L6_CallMeBack"})
    void servesEveryByteToClientsWhoCameAtTheSameTime(String lesson) throws Exception {
        try (LessonProcess server = start(lesson);
                Client first = Client.connect(server.address());
                Client second = Client.connect(server.address());
                Client third = Client.connect(server.address())) {
            for (Client client : List.of(third, second, first)) {
                assertEquals(End.CLEAN, client.readToEnd());
                assertArrayEquals(bytes(1), client.received());
            }
        }
    }

    @Test
    void oneAtATimeServesTheSecondClientAfterTheFirst() throws Exception {
        try (LessonProcess server = start("L1_OneAtATime");
                Socket first = connect(server);
                Socket second = connect(server)) {
            assertEquals(bytes(1)[0], second.getInputStream().read());
            assertEquals(bytes(1).length, first.getInputStream().available(), "bytes the first had by then");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"L2_AThreadEach", "L3_AVirtualThreadEach", "L4_OneLoop", "L5_WithTheLoopPulledOut",
            "L6_CallMeBack"})
    void theOthersServeTheSecondClientDuringTheFirst(String lesson) throws Exception {
        Files.writeString(poem, POEM.repeat(100)); // a recital of a minute
        try (LessonProcess server = start(lesson);
                Client first = Client.connect(server.address());
                Client second = Client.connect(server.address())) {
            first.read(1);
            second.read(50);
            first.read(50);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"L1_OneAtATime", "L2_AThreadEach", "L3_AVirtualThreadEach", "L4_OneLoop", "L6_CallMeBack"})
    void aClientThatLeavesEndsNothing(String lesson) throws Exception {
        try (LessonProcess server = start(lesson)) {
            Client.connect(server.address()).read(1).reset();
            try (Client next = Client.connect(server.address())) {
                assertEquals(End.CLEAN, next.readToEnd());
                assertArrayEquals(bytes(1), next.received());
            }
        }
    }

    @Test
    void aClientThatLeavesEndsThePulledOutLoop() throws Exception {
        try (LessonProcess server = start("L5_WithTheLoopPulledOut")) {
            Client.connect(server.address()).read(1).reset();
            assertEquals(1, server.awaitEnd());
        }
    }

    @Test
    void callMeBackEndsACutPoemAsIfItWereWhole() throws Exception {
        Files.writeString(poem, POEM.repeat(100)); // a recital of a minute
        try (LessonProcess server = start("L6_CallMeBack"); Client client = Client.connect(server.address())) {
            client.read(1);
            server.close();
            assertEquals(End.CLEAN, client.readToEnd());
            assertTrue(client.received().length < bytes(100).length);
        }
    }

    @Test
    void closeTooSoonCutsThePoemOfAClientThatTalks() throws Exception {
        try (LessonProcess server = start("L7_CloseTooSoon");
                Client client = talker(server);
                Client next = Client.connect(server.address())) {
            next.read(1); // by now the server has closed the connection of the client before
            assertEquals(End.RESET, client.readToEnd());
            byte[] received = client.received();
            assertTrue(received.length < bytes(1000).length);
            assertArrayEquals(Arrays.copyOf(bytes(1000), received.length), received);
        }
    }

    @Test
    void closeTooSoonServesAClientThatSaysNothing() throws Exception {
        try (LessonProcess server = start("L7_CloseTooSoon"); Client client = Client.connect(server.address(), 4096)) {
            assertEquals(End.CLEAN, client.readToEnd());
            assertArrayEquals(bytes(1000), client.received());
        }
    }

    @Test
    void toFinishBeforeTheCloseServesAClientThatTalks() throws Exception {
        try (LessonProcess server = start("L7_CloseTooSoon", "cure"); Client client = talker(server)) {
            assertEquals(End.CLEAN, client.readToEnd());
            assertArrayEquals(bytes(1000), client.received());
        }
    }

    @Test
    void aWriteThatNeverReturnsHoldsTheServerUntilItsClientLeaves() throws Exception {
        Files.writeString(poem, POEM.repeat(20));
        try (LessonProcess server = start("L8_AWriteThatNeverReturns");
                Client stuck = Client.connect(server.address(), 4096).read(1);
                Socket next = connect(server)) {
            next.setSoTimeout(3000); // longer than the watch would wait, if there were one
            assertThrows(SocketTimeoutException.class, next.getInputStream()::read);
            next.setSoTimeout(0);
            stuck.reset();
            assertArrayEquals(bytes(20 * 20_000), next.getInputStream().readAllBytes());
        }
    }

    @Test
    void aWatchEndsTheWriteThatNeverReturns() throws Exception {
        Files.writeString(poem, POEM.repeat(20));
        try (LessonProcess server = start("L8_AWriteThatNeverReturns", "cure");
                Client stuck = Client.connect(server.address(), 4096).read(1);
                Client next = Client.connect(server.address())) {
            assertEquals(End.CLEAN, next.readToEnd());
            assertArrayEquals(bytes(20 * 20_000), next.received());
            assertEquals(End.RESET, stuck.readToEnd());
        }
    }

    private static Client talker(LessonProcess server) throws IOException {
        return Client.connect(server.address(), 4096).say("GET / HTTP/1.0\r\n\r\n".getBytes(UTF_8));
    }

    private static Socket connect(LessonProcess server) throws IOException {
        return new Socket(server.address().getAddress(), server.address().getPort());
    }

    /** What a client must receive: so many copies. */
    private static byte[] bytes(int copies) {
        return POEM.repeat(copies).getBytes(UTF_8);
    }
}
