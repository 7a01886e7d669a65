package blockingpoetry.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the command line is stricter than Commons CLI by itself, and where not. */
class ArgumentsTest {
    @Test
    void haveTheirValueAfterASpaceOrAnEqualsSign() {
        assertEquals(Optional.of(3), parse("--port", "3").value("port", OptionValues::port));
        assertEquals(Optional.of(3), parse("--port=3").value("port", OptionValues::port));
        assertEquals(Optional.of("a=b"), parse("--iface=a=b").value("iface"));
        assertEquals(Optional.empty(), parse().value("iface"));
    }

    @Test
    void mayFollowOperandsUntilTwoHyphens() {
        Arguments arguments = parse("a", "--port", "3", "b", "--", "--port", "-port");

        assertEquals(List.of("a", "b", "--port", "-port"), arguments.operands());
    }

    @Test
    void keepTheirQuotes() {
        assertEquals(Optional.of("\"a\""), parse("--iface", "\"a\"").value("iface"));
        assertEquals(Optional.of("'a'"), parse("--iface='a'").value("iface"));
    }

    @Test
    void mayHaveAValueThatStartsWithAHyphen() {
        assertEquals(Optional.of("-10"), parse("--delay", "-10").value("delay"));
        assertEquals(Optional.of("-"), parse("--iface", "-").value("iface"));
    }

    @Test
    void mayBeShortAndTogether() {
        assertTrue(parse("-hV").has("help") && parse("-hV").has("version"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--nonesuch", "--nonesuch=3", "--por", "--por=3", "-port", "-port=3", "-port3", "---port",
            "--h", "-x", "-hx", "--daemon=true"})
    void areNotGuessed(String arg) {
        assertTrue(usageError(arg, "3").startsWith("Unknown option: '" + arg + "'"));
    }

    @Test
    void areGuessedInTheSentenceIfOneIsNear() {
        assertEquals("Unknown option: '--prot=80'; did you mean --port?", usageError("--prot=80"));
        assertEquals("Unknown option: '-port'; did you mean --port?", usageError("-port", "80"));
        assertEquals("Unknown option: '--nonesuch'", usageError("--nonesuch"));
        assertEquals("Unknown option: '-x'", usageError("-x"));
    }

    @Test
    void areNotGivenTwice() {
        assertEquals("option '--port' (N) should be specified only once", usageError("--port=1", "--port=1"));
        assertEquals("option '--daemon' should be specified only once", usageError("--daemon", "--daemon"));
        assertEquals("option '--help' should be specified only once", usageError("--help", "-h"));
    }

    @Test
    void areGivenTwiceIfTheyAreMeantTo() {
        Arguments arguments = parse("--iface", "a", "poem", "--iface=b");

        assertEquals(List.of("a", "b"), arguments.values("iface"));
        assertEquals(List.of("poem"), arguments.operands());
    }

    @Test
    void lackNoValue() {
        assertEquals("Missing required parameter for option '--port' (N)", usageError("--port"));
        assertEquals("Missing required parameter for option '--port' (N)", usageError("--port", "--daemon"));
    }

    @Test
    void haveNoValueThatIsEmpty() {
        String sentence = "Invalid value for option '--iface': it is empty";
        assertEquals(sentence, refusal(() -> parse("--iface=").value("iface")));
        assertEquals(sentence, refusal(() -> parse("--iface", "").value("iface")));
        assertEquals(sentence, refusal(() -> parse("--iface=a", "--iface=").values("iface")));
    }

    @Test
    void haveNoUnknownOptionForAValue() {
        assertEquals("Unknown option: '--demon'; did you mean --daemon?", usageError("--log-file", "--demon"));
        assertEquals("Unknown option: '--log-fil=x'; did you mean --log-file?",
                usageError("--pid-file", "--log-fil=x"));
        assertEquals(Optional.of("--demon"), parse("--log-file=--demon").value("log-file"));
    }

    @Test
    void areAsManyAsAreAskedFor() {
        assertEquals(List.of("a", "b"), parse("a", "b").exactly("A", "B"));
        assertEquals("Missing required parameter: 'B'", refusal(() -> parse("a").exactly("A", "B")));
        assertEquals("Unmatched argument: 'b'", refusal(() -> parse("a", "b").exactly("A")));
    }

    private static Arguments parse(String... args) {
        return Arguments.parse(Serve.OPTIONS, args);
    }

    private static String usageError(String... args) {
        return refusal(() -> parse(args));
    }

    private static String refusal(Runnable parsing) {
        return assertThrows(UsageError.class, parsing::run).getMessage();
    }
}
