package blockingpoetry;

/** Three loops that share the listeners and the places. */
class ReactorLoopsTest extends ReactorServerTest {
    @Override
    ServerOptions options() {
        return super.options().withLoops(3);
    }
}
