package blockingpoetry;

/** Three loops that share the listeners and the places. */
class SelectorLoopsTest extends SelectorServerTest {
    @Override
    ServerOptions options() {
        return super.options().withLoops(3);
    }
}
