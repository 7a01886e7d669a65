package blockingpoetry.cli;

import static java.net.InetSocketAddress.createUnresolved;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import blockingpoetry.cli.OptionValues.PoemAt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionValuesTest {
    @TempDir
    Path folder;

    @Test
    void aCountStartsAtOne() {
        assertEquals(1, OptionValues.count("1"));
        assertEquals(4096, OptionValues.count("4096"));
        assertEquals(Integer.MAX_VALUE, OptionValues.count("2147483647"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "2147483648", "", " ", "abc", "1.5", "1e3"})
    void aCountIsNothingElse(String text) {
        assertRefused("'" + text + "' is not a whole number, 1 or more", () -> OptionValues.count(text));
    }

    @Test
    void secondsMayHaveAFraction() {
        assertEquals(Duration.ofSeconds(2), OptionValues.seconds("2"));
        assertEquals(Duration.ofMillis(700), OptionValues.seconds("0.7"));
        assertEquals(Duration.ofMillis(700), OptionValues.seconds(".7"));
        assertEquals(Duration.ofMillis(1), OptionValues.seconds("1e-3"));
        assertEquals(Duration.ofNanos(1), OptionValues.seconds("0.000000001"));
    }

    @Test
    void secondsMayBeZero() {
        assertEquals(Duration.ZERO, OptionValues.seconds("0"));
        assertEquals(Duration.ZERO, OptionValues.seconds("-0.0"));
    }

    @Test
    void secondsGoAsFarAsNanosecondsInALong() {
        assertEquals(Duration.ofNanos(Long.MAX_VALUE), OptionValues.seconds("9223372036.854775807"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "-0.000000001", "NaN", "Infinity", "", " ", "2 ", "abc", "0x2", "1s", "1,5",
            "0.0000000001", "9223372036.854775808", "1e999999999", "1e-999999999"})
    void secondsAreNothingElse(String text) {
        assertRefused("'" + text + "' is not a number of seconds, 0 or more", () -> OptionValues.seconds(text));
    }

    @Test
    void secondsAreWrittenAsTheyAreTyped() {
        assertEquals("2", OptionValues.seconds(Duration.ofSeconds(2)));
        assertEquals("0.7", OptionValues.seconds(Duration.ofMillis(700)));
        assertEquals("0", OptionValues.seconds(Duration.ZERO));
        assertEquals("100", OptionValues.seconds(Duration.ofSeconds(100)));
        assertEquals("0.000000001", OptionValues.seconds(Duration.ofNanos(1)));
    }

    @Test
    void aPortHasSixteenBits() {
        assertEquals(0, OptionValues.port("0"));
        assertEquals(10000, OptionValues.port("10000"));
        assertEquals(65535, OptionValues.port("65535"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"65536", "70000", "-1", "99999999999999999999", "", " ", "abc", "80.0", "0x50"})
    void aPortIsNothingElse(String text) {
        assertRefused("'" + text + "' is not a port, 0 to 65535", () -> OptionValues.port(text));
    }

    @Test
    void aHostIsThisMachineUnlessItIsNamed() {
        assertEquals(createUnresolved("localhost", 10000), OptionValues.hostPort("10000"));
        assertEquals(createUnresolved("example.org", 10000), OptionValues.hostPort("example.org:10000"));
        assertEquals(createUnresolved("127.0.0.2", 10000), OptionValues.hostPort("127.0.0.2:10000"));
    }

    @Test
    void aHostMayBeAnIPv6AddressInBrackets() {
        assertEquals(createUnresolved("::1", 10000), OptionValues.hostPort("[::1]:10000"));
    }

    @Test
    void aHostIsFollowedByAPort() {
        assertRefused("'localhost' is not a port, 0 to 65535", () -> OptionValues.hostPort("localhost"));
        assertRefused("'70000' is not a port, 0 to 65535", () -> OptionValues.hostPort("localhost:70000"));
        assertRefused("'' is not a port, 0 to 65535", () -> OptionValues.hostPort("localhost:"));
        assertRefused("'1]' is not a port, 0 to 65535", () -> OptionValues.hostPort("[::1]"));
    }

    @Test
    void aHostHasAName() {
        assertRefused("':10000' names no host", () -> OptionValues.hostPort(":10000"));
        assertRefused("'[]:10000' names no host", () -> OptionValues.hostPort("[]:10000"));
    }

    @Test
    void aPoemIsAFileWhetherOrNotItExists() {
        assertEquals(new PoemAt(Path.of("poems/accept.txt"), OptionalInt.empty()),
                OptionValues.poemAt("poems/accept.txt"));
        assertEquals(new PoemAt(Path.of("missing.txt"), OptionalInt.empty()), OptionValues.poemAt("missing.txt"));
    }

    @Test
    void aPoemMayHaveAPort() {
        assertEquals(new PoemAt(Path.of("accept.txt"), OptionalInt.of(10000)), OptionValues.poemAt("accept.txt@10000"));
        assertEquals(new PoemAt(Path.of("accept.txt"), OptionalInt.of(0)), OptionValues.poemAt("accept.txt@0"));
    }

    @Test
    void aPoemHasItsPortAfterTheLastAt() {
        assertEquals(new PoemAt(Path.of("me@home"), OptionalInt.of(10000)), OptionValues.poemAt("me@home@10000"));
        assertEquals(new PoemAt(Path.of("me@home/missing"), OptionalInt.empty()),
                OptionValues.poemAt("me@home/missing"));
    }

    @Test
    void aPoemIsTheFileThatHasTheWholeTextAsItsName() throws IOException {
        Path file = Files.createFile(folder.resolve("poem@10000"));

        assertEquals(new PoemAt(file, OptionalInt.empty()), OptionValues.poemAt(file.toString()));
        assertEquals(new PoemAt(file, OptionalInt.of(10001)), OptionValues.poemAt(file + "@10001"));
    }

    @Test
    void aPoemHasAFileAndNothingButAPort() {
        assertRefused("'abc' is not a port, 0 to 65535", () -> OptionValues.poemAt("accept.txt@abc"));
        assertRefused("'70000' is not a port, 0 to 65535", () -> OptionValues.poemAt("accept.txt@70000"));
        assertRefused("'' is not a port, 0 to 65535", () -> OptionValues.poemAt("accept.txt@"));
        assertRefused("'' names no poem", () -> OptionValues.poemAt(""));
        assertRefused("'@10000' names no poem", () -> OptionValues.poemAt("@10000"));
    }

    private static void assertRefused(String sentence, Runnable parsing) {
        assertEquals(sentence, assertThrows(UsageError.class, parsing::run).getMessage());
    }
}
