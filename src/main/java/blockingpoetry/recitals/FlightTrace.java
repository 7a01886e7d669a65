package blockingpoetry.recitals;

import blockingpoetry.Outcome;
import blockingpoetry.Service;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/**
 * The events of one connection for the JDK's flight recorder, from {@code jcmd PID JFR.start} on. Without a recording there is no
 * trace, and a connection pays for one check.
 */
final class FlightTrace {
    private final RecitalEvent recital;
    private StepEvent step;

    private FlightTrace(RecitalEvent recital, StepEvent step) {
        this.recital = recital;
        this.step = step;
    }

    /** The trace of a connection that was just accepted, or null if nobody records. */
    static @Nullable FlightTrace start(long connection, String design) {
        if (!FlightRecorder.isInitialized()) {
            return null; // before the event classes are touched, which take long to load
        }
        RecitalEvent recital = new RecitalEvent();
        if (!recital.isEnabled() && !new StepEvent().isEnabled()) {
            return null;
        }
        recital.connection = connection;
        recital.design = design;
        recital.begin();
        return new FlightTrace(recital, begin(recital, "accept", 0));
    }

    /** The next step begins, when the kernel has taken so many bytes of the poem. */
    void next(String name, long bytes) {
        end(bytes);
        step = begin(recital, name, bytes);
    }

    void end(Connection connection, Outcome outcome) {
        end(connection.bytes());
        recital.client = Service.hostPort(connection.client().address());
        recital.poem = connection.poem().name();
        recital.bytes = connection.bytes();
        recital.outcome = outcome.toString();
        recital.commit();
    }

    private void end(long bytes) {
        step.bytes += bytes;
        step.commit();
    }

    private static StepEvent begin(RecitalEvent recital, String name, long bytes) {
        StepEvent event = new StepEvent();
        event.connection = recital.connection;
        event.design = recital.design;
        event.step = name;
        event.bytes = -bytes; // so that adding the count at the end of the step leaves the difference
        event.thread = platformThread();
        event.begin();
        return event;
    }

    private static String platformThread() {
        Thread thread = Thread.currentThread();
        // A virtual thread's description ends in "@" and its carrier's name; there is no other way to it.
        return thread.isVirtual() ? thread.toString().substring(thread.toString().indexOf('@') + 1) : thread.getName();
    }

    @Name("blockingpoetry.Recital")
    @Label("Recital")
    @Description("A connection, from accept to its end")
    @Category("blockingpoetry")
    @StackTrace(false)
    static final class RecitalEvent extends Event {
        @Label("Connection")
        long connection;

        @Label("Design")
        String design = "";

        @Label("Client")
        String client = "";

        @Label("Poem")
        String poem = "";

        @Label("Bytes")
        long bytes;

        @Label("Outcome")
        String outcome = "";
    }

    @Name("blockingpoetry.Step")
    @Label("Step")
    @Description("What a connection was doing, from when to when, and on whose thread it began")
    @Category("blockingpoetry")
    @StackTrace(false)
    static final class StepEvent extends Event {
        @Label("Connection")
        long connection;

        @Label("Design")
        String design = "";

        @Label("Step")
        String step = "";

        @Label("Bytes")
        @Description("Bytes of the poem that the kernel took in this step")
        long bytes;

        @Label("Thread")
        @Description("The platform thread on which the step began: for a virtual thread, its carrier")
        String thread = "";
    }
}
