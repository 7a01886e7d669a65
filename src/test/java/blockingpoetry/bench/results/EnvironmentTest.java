package blockingpoetry.bench.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import blockingpoetry.bench.servers.Cores;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentTest {
    private static final Cores APART = new Cores(List.of(0), List.of(1));

    @ParameterizedTest
    @ValueSource(strings = {"25", "25.0.1", "25.0.2+10", "26"})
    void warnsOfJdksThatLoseWakeUps(String version) {
        List<String> warnings = Environment.warnings(Runtime.Version.parse(version), APART);

        assertEquals(1, warnings.size());
        assertTrue(warnings.getFirst().contains(version + ", can lose the wake-up"), warnings::getFirst);
    }

    @ParameterizedTest
    @ValueSource(strings = {"21.0.5", "24.0.2", "25.0.3+9-LTS", "26.0.1", "27"})
    void trustsTheOthers(String version) {
        assertEquals(List.of(), Environment.warnings(Runtime.Version.parse(version), APART));
    }

    @Test
    void warnsIfServerAndLoadShareACore() {
        assertEquals(1,
                Environment.warnings(Runtime.Version.parse("25.0.3"), new Cores(List.of(0), List.of(0))).size());
    }
}
