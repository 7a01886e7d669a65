package blockingpoetry.designs;

class PlatformServerTest extends ServerContract {
    @Override
    Design design() {
        return named("platform");
    }
}
