package blockingpoetry;

class PlatformServerTest extends ServerContract {
    @Override
    Design design() {
        return Design.named("platform").orElseThrow();
    }
}
