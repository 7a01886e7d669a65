package blockingpoetry;

class ReactorServerTest extends ServerContract {
    @Override
    Design design() {
        return Design.named("reactor").orElseThrow();
    }
}
