package blockingpoetry.designs;

class VirtualServerTest extends ServerContract {
    @Override
    Design design() {
        return named("virtual");
    }
}
