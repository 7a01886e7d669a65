package blockingpoetry;

class SelectorServerTest extends ServerContract {
    @Override
    Design design() {
        return Design.named("selector").orElseThrow();
    }
}
