package blockingpoetry;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/**
 * What the JDK's flight recorder is told of one connection, from {@code jcmd PID JFR.start} on. Without a recording there
 * is no trace: all that a connection pays is to find that out, once.
 */
final class Trace {
    private final RecitalEvent recital;
    private StepEvent step;

    private Trace(RecitalEvent recital, StepEvent step) {
        this.recital = recital;
        this.step = step;
    }

    /** The trace of a connection that was just accepted, or null if nobody records. */
    static @Nullable Trace start(long connection) {
        if (!FlightRecorder.isInitialized()) {
            return null; // and the event classes, which take long to load, are not even touched
        }
        RecitalEvent recital = new RecitalEvent();
        if (!recital.isEnabled() && !new StepEvent().isEnabled()) {
            return null;
        }
        recital.connection = connection;
        recital.begin();
        return new Trace(recital, begin(connection, "accept", 0));
    }

    /**
     * One step ends, and the next one begins.
     *
     * @param bytes what the kernel took of the poem so far
     */
    void next(String name, long bytes) {
        end(bytes);
        step = begin(recital.connection, name, bytes);
    }

    /** The connection ends. */
    void end(Connection connection, String design, Outcome outcome) {
        end(connection.bytes());
        recital.design = design;
        recital.client = Service.hostPort(connection.endpoint().client());
        recital.poem = connection.poem().name();
        recital.bytes = connection.bytes();
        recital.outcome = outcome.toString();
        recital.commit();
    }

    private void end(long bytes) {
        step.bytes += bytes;
        step.commit();
    }

    private static StepEvent begin(long connection, String name, long bytes) {
        StepEvent event = new StepEvent();
        event.connection = connection;
        event.step = name;
        event.bytes = -bytes;
        event.thread = platformThread();
        event.begin();
        return event;
    }

    /** The name of the platform thread that runs the caller. */
    private static String platformThread() {
        Thread thread = Thread.currentThread();
        // A virtual thread's description ends in "@" and its carrier's name; there is no other way to it.
        return thread.isVirtual() ? thread.toString().substring(thread.toString().indexOf('@') + 1) : thread.getName();
    }

    /** A connection, from accept to its end. */
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

    /** One step of it: accept, write, wait, drain or close. */
    @Name("blockingpoetry.Step")
    @Label("Step")
    @Description("What a connection was doing, from when to when, and on whose thread it began")
    @Category("blockingpoetry")
    @StackTrace(false)
    static final class StepEvent extends Event {
        @Label("Connection")
        long connection;

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
