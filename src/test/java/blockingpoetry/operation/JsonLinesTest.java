package blockingpoetry.operation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import tools.jackson.jr.ob.JSON;

/** The log as JSON. That a line is JSON, and has no key twice, a parser says. */
class JsonLinesTest {
    private static final String START = "2026-01-01T00:00:00.000Z INFO blockingpoetry - ";
    private static final String OBJECT =
            "{\"time\":\"2026-01-01T00:00:00.000Z\",\"level\":\"INFO\",\"logger\":\"blockingpoetry\",";

    @Test
    void givesALineOfKeysAndValuesTheSameKeys() throws IOException {
        assertObject(
                "\"id\":1,\"client\":\"127.0.0.1:80\",\"poem\":\"a \\\"b\\\\\\n\",\"duration\":0.000120,\"java\":\"25.0.3+9\"}",
                "id=1 client=127.0.0.1:80 poem=\"a \\\"b\\\\\\n\" duration=0.000120 java=25.0.3+9");
        assertObject("\"max-clients\":10,\"code\":\"007\"}", "max-clients=10 code=007");
    }

    @Test
    void givesASentenceTheKeyMessage() throws IOException {
        assertObject("\"message\":\"read \\\"again\\\": a\\\\nb\\u001B 待つ\"}", "read \"again\": a\\nb\u001b 待つ");
        assertObject("\"message\":\"a=1 and so on\"}", "a=1 and so on");
        assertObject("\"message\":\"a=1 poem=\\\"open\"}", "a=1 poem=\"open");
        assertObject("\"message\":\"a=1 b=\"}", "a=1 b=");
        assertObject("\"message\":\"a=\\\"1\\\"b=2\"}", "a=\"1\"b=2");
        assertObject("\"message\":\"stopped\",\"accepted\":2,\"cut\":0}", "stopped: accepted=2 cut=0");
    }

    @Test
    void takesThePoemWithTheLongestName() throws IOException {
        String name = "\"" + "\\\\".repeat(4096) + "\"";

        assertObject("\"poem\":" + name + "}", "poem=" + name);
    }

    @Test
    void makesAnObjectOfALineThatIsNoneOfTheLog() throws IOException {
        String object = JsonLines.object("\tat A.b(\"c\")");
        JSON.std.mapFrom(object);

        assertTrue(
                object.endsWith("\"level\":\"ERROR\",\"logger\":\"stderr\",\"message\":\"\\u0009at A.b(\\\"c\\\")\"}"),
                object);
    }

    @Test
    void writesWholeLinesHoweverTheyCome() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        JsonLines lines = new JsonLines(out);
        for (byte b : (START + "待つ\n" + START + "id=1\n" + START).getBytes(UTF_8)) {
            lines.write(new byte[]{b}, 0, 1);
        }

        assertEquals(OBJECT + "\"message\":\"待つ\"}\n" + OBJECT + "\"id\":1}\n", out.toString(UTF_8));
    }

    private static void assertObject(String keys, String text) throws IOException {
        String object = JsonLines.object(START + text);
        JSON.std.mapFrom(object);

        assertEquals(OBJECT + keys, object);
    }
}
