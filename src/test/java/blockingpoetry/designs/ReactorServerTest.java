package blockingpoetry.designs;

class ReactorServerTest extends ServerContract {
    @Override
    Design design() {
        return named("reactor");
    }
}
