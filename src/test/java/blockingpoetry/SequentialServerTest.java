package blockingpoetry;

class SequentialServerTest extends ServerContract {
    @Override
    Design design() {
        return Design.named("sequential").orElseThrow();
    }
}
