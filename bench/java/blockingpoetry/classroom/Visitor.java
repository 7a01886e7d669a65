package blockingpoetry.classroom;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A client of one server, on a platform thread of its own: a virtual one would starve together with carriers, and its times would be
 * wrong. It notes what it sees, and checks every byte.
 */
final class Visitor {
    private static final int CONNECT_MILLIS = 5_000;
    /** A fixed size: left alone, the kernel may let it grow until it takes a whole poem for a client that has stopped. */
    private static final int RECEIVE_BUFFER_BYTES = 256 * 1024;

    /** Something that a client saw or did, with the bytes it had then, or -1. */
    record Event(long nanos, String what, long bytes) {}

    private final int id;
    private final byte[] poem;
    private final Runnable noted;
    private final Socket socket = new Socket();
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile boolean reads = true;
    private volatile boolean gone;
    private volatile int position; // written by its own thread only

    /**
     * @param port  where the server listens
     * @param noted run after each event, on the thread that noted it
     */
    Visitor(int id, byte[] poem, int port, Runnable noted) {
        this.id = id;
        this.poem = poem;
        this.noted = noted;
        this.thread = Thread.ofPlatform().daemon().name("client " + id).unstarted(() -> visit(port));
    }

    int id() {
        return id;
    }

    /** Its own port, by which the server knows it; 0 before it is connected. */
    int port() {
        return Math.max(0, socket.getLocalPort());
    }

    /** What happened so far. */
    List<Event> events() {
        return events;
    }

    void start() {
        thread.start();
    }

    boolean isDone() {
        return !thread.isAlive();
    }

    /** Whether the kernel had connected it, so that its server will have a connection to end. */
    boolean wasConnected() {
        return events.stream().anyMatch(event -> event.what.equals("connected"));
    }

    /** Whether it is there and does not read. */
    boolean hasStopped() {
        return !reads && !isDone();
    }

    /** Reads no more until {@link #resume}; what it is reading at this moment is the last. */
    synchronized void stop() {
        reads = false;
        note("stopped");
    }

    synchronized void resume() {
        reads = true;
        note("resumed");
        notifyAll();
    }

    /** Closes the connection, unread input or not. */
    synchronized void leave() {
        gone = true;
        note("left");
        close();
    }

    synchronized void reset() {
        gone = true;
        note("reset");
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // It is closed already.
        }
        close();
    }

    /** Sends 64 KiB, which the server has not asked for. */
    synchronized void send() {
        Thread.ofPlatform().daemon().start(() -> {
            try {
                socket.getOutputStream().write(new byte[64 * 1024]);
            } catch (IOException e) {
                // The server has ended the connection.
            }
        });
        note("sent");
    }

    private void visit(int port) {
        try {
            socket.setReceiveBufferSize(RECEIVE_BUFFER_BYTES);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
            note("connected");
            read(socket.getInputStream());
        } catch (IOException e) {
            if (!gone) {
                note("broken");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            close();
        }
    }

    private void read(InputStream in) throws IOException, InterruptedException {
        byte[] buffer = new byte[8 * 1024];
        while (!gone) {
            awaitReading();
            int count = in.read(buffer);
            if (count < 0) {
                note(position == poem.length ? "end" : "cut short");
                return;
            }
            if (position + count > poem.length
                    || !Arrays.equals(buffer, 0, count, poem, position, position + count)) {
                note("wrong");
                return;
            }
            int before = position;
            position = before + count;
            if (before == 0) {
                note("read");
            }
        }
    }

    private synchronized void awaitReading() throws InterruptedException {
        while (!reads && !gone) {
            wait();
        }
    }

    private void note(String what) {
        events.add(new Event(System.nanoTime(), what, what.equals("read") ? position : -1));
        noted.run();
    }

    private void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // It is closed as far as it can be.
        }
        synchronized (this) {
            notifyAll();
        }
    }
}
