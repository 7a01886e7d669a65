package blockingpoetry.designs;

class CompletionServerTest extends ServerContract {
    @Override
    Design design() {
        return named("completion");
    }
}
