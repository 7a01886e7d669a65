package blockingpoetry;

class CompletionServerTest extends ServerContract {
    @Override
    Design design() {
        return Design.named("completion").orElseThrow();
    }
}
