package blockingpoetry.designs;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.channels.CompletionHandler;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class CompletionThreadsTest {
    @Test
    void theGroupIsThereUntilAnAcceptUnderWayIsHandled() throws Exception {
        CompletionThreads threads = new CompletionThreads(1);
        List<Boolean> wasShutDown = new ArrayList<>();
        CompletionHandler<String, Void> handler = threads.awaited(new CompletionHandler<>() {
            @Override
            public void completed(String client, @Nullable Void none) {
                wasShutDown.add(threads.group().isShutdown());
            }

            @Override
            public void failed(Throwable reason, @Nullable Void none) {
                throw new AssertionError(reason);
            }
        });
        Thread closing = Thread.ofPlatform().start(() -> {
            threads.awaitAccepts();
            threads.close();
        });
        await().until(() -> closing.getState() == Thread.State.TIMED_WAITING || !closing.isAlive());
        handler.completed("client", null);
        closing.join();

        assertEquals(List.of(false), wasShutDown);
    }
}
