package blockingpoetry.designs;

class SelectorServerTest extends ServerContract {
    @Override
    Design design() {
        return named("selector");
    }
}
