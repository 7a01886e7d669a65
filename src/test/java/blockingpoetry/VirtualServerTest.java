package blockingpoetry;

class VirtualServerTest extends ServerContract {
    @Override
    Design design() {
        return Design.named("virtual").orElseThrow();
    }
}
