package blockingpoetry.designs;

class SequentialServerTest extends ServerContract {
    @Override
    Design design() {
        return named("sequential");
    }
}
