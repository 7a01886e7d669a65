package blockingpoetry.classroom;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.jr.ob.JSON;

/**
 * Runs lessons, one at a time, each on a thread of its own, and keeps what was recorded. All methods may be called from any thread; none
 * waits for a run.
 */
final class LessonRuns implements AutoCloseable {
    private static final Duration LINGER = Duration.ofSeconds(4);
    private static final Duration STALE = Duration.ofMillis(100); // time goes on, also if nothing happens
    private static final JSON WITH_NULLS = JSON.std.with(JSON.Feature.WRITE_NULL_PROPERTIES);

    private final Map<String, Object> recordings; // guarded by this
    private final Duration frame;
    private @Nullable LessonRun latest; // guarded by this
    private @Nullable Thread runner; // guarded by this
    private int runs; // guarded by this
    private @Nullable News news; // guarded by this

    /** All that is known of a run at a time; {@code growth} is the event that tells what it has more than the news before, by number. */
    record News(int run, int number, long version, long madeNanos, Map<String, Object> all, String growth) {
        /** What an open page is sent that knows other news, or none. */
        String event(@Nullable News told) throws IOException {
            if (told == null || told.run != run) {
                return text("recording", all);
            }
            return told.number == number - 1 ? growth : text("growth", Growth.between(told.all, all));
        }

        private static String text(String name, Map<String, ?> data) throws IOException {
            return "event: " + name + "\ndata: " + WITH_NULLS.asString(data) + "\n\n";
        }
    }

    /**
     * @param recordings to begin with
     * @param frame      the shortest time between two news
     */
    LessonRuns(Map<String, Object> recordings, Duration frame) {
        this.recordings = new LinkedHashMap<>(recordings);
        this.frame = frame;
    }

    /** Runs a lesson, and first ends the run before; answers with the number of the run. */
    synchronized int start(Lesson lesson) {
        Thread before = runner;
        LessonRun next = new LessonRun(lesson, LINGER);
        latest = next;
        runs++;
        runner = Thread.ofPlatform().daemon().name("run").start(() -> {
            try {
                if (before != null) {
                    before.interrupt();
                    before.join();
                }
                next.run();
            } catch (InterruptedException e) {
                // Another run takes its place.
            } catch (IOException e) {
                System.err.println(next.failure().orElse(e.toString()));
            }
            if (next.hasBegun()) {
                synchronized (this) {
                    recordings.put(lesson.name(), next.trace());
                }
            }
        });
        return runs;
    }

    /** @throws IllegalStateException if there is none; the message is a sentence */
    synchronized LessonRun running() {
        if (latest == null || !latest.isRunning()) {
            throw new IllegalStateException("no lesson runs");
        }
        return latest;
    }

    /** Traces by the names of their lessons; that of a run so far, too. */
    synchronized Map<String, Object> recorded() {
        Map<String, Object> all = new LinkedHashMap<>(recordings);
        if (latest != null && latest.hasBegun()) {
            all.put(latest.lesson().name(), latest.trace());
        }
        return all;
    }

    /** The news of the latest run, made once for all pages that are open: the same again if nothing has happened since. */
    synchronized Optional<News> news() throws IOException {
        LessonRun run = latest;
        if (run == null) {
            return Optional.empty();
        }
        News last = news;
        if (last == null || last.run != runs) {
            news = new News(runs, 0, run.version(), System.nanoTime(), all(run), "");
        } else {
            long ageNanos = System.nanoTime() - last.madeNanos;
            long version = run.version();
            if ((version != last.version && ageNanos >= frame.toNanos())
                    || (run.isRunning() && ageNanos > STALE.toNanos())) {
                Map<String, Object> all = all(run);
                news = new News(runs, last.number + 1, version, System.nanoTime(), all,
                        News.text("growth", Growth.between(last.all, all)));
            }
        }
        return Optional.ofNullable(news);
    }

    private Map<String, Object> all(LessonRun run) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("run", runs);
        all.put("lesson", run.lesson().name());
        all.put("running", run.isRunning()); // before the trace: what comes after the end is in it
        run.failure().ifPresent(sentence -> all.put("failure", sentence));
        all.put("trace", run.trace());
        return all;
    }

    /** Ends the run and its processes. */
    @Override
    public synchronized void close() {
        if (runner != null) {
            runner.interrupt();
        }
    }
}
