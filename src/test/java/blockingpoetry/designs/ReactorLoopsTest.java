package blockingpoetry.designs;

import blockingpoetry.ServerOptions;
import org.junit.jupiter.api.Tag;

/** Three loops that share the listeners and the places. */
@Tag("slow")
class ReactorLoopsTest extends ReactorServerTest {
    @Override
    ServerOptions options() {
        return super.options().withLoops(3);
    }
}
