package blockingpoetry.lessons;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import blockingpoetry.Client;
import blockingpoetry.Client.End;
import blockingpoetry.process.FreePorts;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/** What the programs have to do that students make of the lessons; {@code src/site/markdown/exercises.md} has the tasks. */
enum Exercise {
    /** A poem is edited while it is served: the next client gets the new text, and the one before the old. */
    E1("L3_AVirtualThreadEach") {
        @Override
        void check(Path program, Path poem) throws Exception {
            Files.writeString(poem, POEM);
            String next = "Another line, as short as this.\n";
            try (LessonProcess server = LessonProcess.start(program, poem);
                    Client early = Client.connect(server.address()).read(1)) {
                Files.writeString(poem, next);
                try (Client late = Client.connect(server.address())) {
                    assertReceivesAll(POEM, early, "a client from before the edit");
                    assertReceivesAll(next, late, "a client from after the edit");
                }
            }
        }
    },

    /** Two clients are served at once, and the third when one of them has its poem. */
    E2("L3_AVirtualThreadEach") {
        @Override
        void check(Path program, Path poem) throws Exception {
            byte[] text = POEM.repeat(2).getBytes(UTF_8);
            Files.write(poem, text);
            try (LessonProcess server = LessonProcess.start(program, poem);
                    Socket first = connect(server);
                    Socket second = connect(server);
                    Socket third = connect(server)) {
                assertEquals(text[0], first.getInputStream().read());
                assertEquals(text[0], second.getInputStream().read());
                int before = first.getInputStream().available();
                assertTrue(before < text.length - 1, "the second client waited for the first");
                assertEquals(text[0], third.getInputStream().read());
                int rest = Math.max(first.getInputStream().available(), second.getInputStream().available());
                assertEquals(text.length - 1, rest, "the third client did not wait for one of the first two");
            }
        }
    },

    /** At a SIGTERM, a recital in progress goes on to its end, and no more clients are accepted. */
    E3("L3_AVirtualThreadEach") {
        @Override
        void check(Path program, Path poem) throws Exception {
            Files.writeString(poem, POEM);
            try (LessonProcess server = LessonProcess.start(program, poem);
                    Client client = Client.connect(server.address()).read(1)) {
                server.terminate();
                assertReceivesAll(POEM, client, "a client at the time of the SIGTERM");
                server.awaitEnd();
                assertThrows(ConnectException.class, () -> Client.connect(server.address()));
            }
        }
    },

    /** A client that stays after its poem, silent or not, keeps the next one waiting for a while only; a talker has its poem. */
    E4("L7_CloseTooSoon") {
        @Override
        void check(Path program, Path poem) throws Exception {
            Files.writeString(poem, POEM);
            String text = POEM.repeat(1000);
            try (LessonProcess server = LessonProcess.start(program, poem, "cure");
                    Client silent = Client.connect(server.address())) {
                assertReceivesAll(text, silent, "a silent client");
                try (Client talker = Client.connect(server.address(), 4096).say(REQUEST)) {
                    assertReceivesSoon(text, talker, "a talker, after a silent client that stays");
                    Thread talk = Thread.ofVirtual().start(() -> talkOn(talker));
                    try (Client next = Client.connect(server.address())) {
                        assertReceivesSoon(text, next, "a client, after a talker that stays");
                    }
                    assertTrue(talk.join(Duration.ofSeconds(10)),
                            "the server does not close the connection of a talker");
                }
            }
        }

        private void talkOn(Client client) {
            try {
                while (true) {
                    client.say(REQUEST);
                    Thread.sleep(100);
                }
            } catch (IOException | InterruptedException e) {
                // The server has closed the connection, at last.
            }
        }
    },

    /** A client whose poem is cut, because the server is killed, sees a reset; a whole poem has a clean end. */
    E5("L3_AVirtualThreadEach") {
        @Override
        void check(Path program, Path poem) throws Exception {
            Files.writeString(poem, POEM);
            try (LessonProcess server = LessonProcess.start(program, poem)) {
                try (Client whole = Client.connect(server.address())) {
                    assertReceivesAll(POEM, whole, "a client of a whole poem");
                }
                try (Client cut = Client.connect(server.address()).read(1)) {
                    server.close();
                    assertEquals(End.RESET, cut.readToEnd(), "the end of a poem that is cut");
                }
            }
        }
    },

    /** Clients that leave, by a reset or by a close, do not disturb those who are there, nor the next one. */
    E6("L5_WithTheLoopPulledOut") {
        @Override
        void check(Path program, Path poem) throws Exception {
            Files.writeString(poem, POEM);
            try (LessonProcess server = LessonProcess.start(program, poem);
                    Client resets = Client.connect(server.address()).read(1);
                    Client closes = Client.connect(server.address()).read(20);
                    Client stays = Client.connect(server.address()).read(1)) {
                resets.reset();
                closes.close();
                assertReceivesAll(POEM, stays, "a client that stays");
                try (Client next = Client.connect(server.address())) {
                    assertReceivesAll(POEM, next, "a client that comes after those that left");
                }
            }
        }
    },

    /** Two poems, each on its port, both at the same time. */
    E7("L4_OneLoop") {
        @Override
        void check(Path program, Path poem) throws Exception {
            Files.writeString(poem, POEM);
            String other = POEM.toUpperCase(Locale.ROOT);
            Path otherPoem = Files.writeString(poem.resolveSibling("other.txt"), other);
            int otherPort = FreePorts.one();
            try (LessonProcess server =
                    LessonProcess.start(program, poem, otherPoem.toString(), String.valueOf(otherPort));
                    Client first = Client.connect(server.address()).read(1)) {
                InetSocketAddress otherAddress = new InetSocketAddress("127.0.0.1", otherPort);
                try (Client second = assertDoesNotThrow(() -> Client.connect(otherAddress), "the second port");
                        Client third = Client.connect(server.address())) {
                    assertReceivesAll(other, second, "a client of the second poem");
                    assertReceivesAll(POEM, third, "a client of the first poem");
                    assertReceivesAll(POEM, first, "an earlier client of the first poem");
                }
            }
        }
    },

    /** A large poem, without pauses: a client that takes nothing for two seconds is reset, one that reads slowly is not. */
    E8("L4_OneLoop") {
        private static final int CHUNK = 1 << 20;
        private static final int CHUNKS = 16;

        @Override
        void check(Path program, Path poem) throws Exception {
            String text = "A line of just as many bytes...\n".repeat(CHUNKS * CHUNK / 32);
            Files.writeString(poem, text);
            try (LessonProcess server = LessonProcess.start(program, poem)) {
                try (Client quick = Client.connect(server.address())) {
                    assertReceivesSoon(text, quick, "a quick client");
                }
                try (Client stuck = Client.connect(server.address(), 4096).read(1);
                        Client slow = Client.connect(server.address(), 4096)) {
                    for (int chunk = 1; chunk < CHUNKS; chunk++) {
                        assertDoesNotThrow(() -> slow.read(CHUNK), "a slow client");
                        Thread.sleep(300); // it is slow: with pauses of 4.5 s in all
                    }
                    assertReceivesAll(text, slow, "a slow client");
                    assertEquals(End.RESET, stuck.readToEnd(), "the end of a client that takes nothing");
                }
            }
        }
    };

    private static final byte[] REQUEST = "GET / HTTP/1.0\r\n\r\n".getBytes(UTF_8);
    private static final String POEM = "A line that takes its time,\nand one that ends the rhyme.\n"; // 57 bytes: three chunks

    private final Path lesson;

    Exercise(String lesson) {
        this.lesson = Path.of("src/lessons/java", lesson + ".java");
    }

    /** The lesson that students begin with. */
    Path lesson() {
        return lesson;
    }

    /** Where students keep their copy of it. */
    Path answer() {
        return Path.of("exercises", name() + ".java");
    }

    Path solution() {
        return Path.of("src/test/resources/exercises", name() + ".java");
    }

    /**
     * Fails unless a program does what the exercise asks for.
     *
     * @param program a source file
     * @param poem    a file to write
     */
    abstract void check(Path program, Path poem) throws Exception;

    /** The whole text, and a clean end. */
    private static void assertReceivesAll(String text, Client client, String who) throws IOException {
        End end = client.readToEnd();
        assertArrayEquals(text.getBytes(UTF_8), client.received(), who);
        assertEquals(End.CLEAN, end, who);
    }

    /** The same, without having to wait for ever. */
    private static void assertReceivesSoon(String text, Client client, String who) {
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> assertReceivesAll(text, client, who), who);
    }

    private static Socket connect(LessonProcess server) throws IOException {
        Socket socket = new Socket(server.address().getAddress(), server.address().getPort());
        socket.setSoTimeout(20_000);
        return socket;
    }
}
