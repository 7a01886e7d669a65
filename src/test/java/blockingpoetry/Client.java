package blockingpoetry;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;

/** A blocking client, for one conversation with a server; every wait ends in a failure after half a minute. */
public final class Client implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 30_000;

    private final Socket socket = new Socket();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();

    /** How the server ended the conversation. */
    public enum End {
        CLEAN, RESET
    }

    private Client() {}

    public static Client connect(InetSocketAddress address) throws IOException {
        return connect(address, 0);
    }

    /** A client with an address of one's choice, one of this machine's. */
    public static Client connectFrom(String own, InetSocketAddress address) throws IOException {
        Client client = new Client();
        client.socket.setSoTimeout(PATIENCE_MILLIS);
        client.socket.bind(new InetSocketAddress(own, 0));
        client.socket.connect(address, PATIENCE_MILLIS);
        return client;
    }

    /** Whether a server resets a new client before the first byte, which may be while that still connects. */
    public static boolean isReset(InetSocketAddress address) throws IOException {
        try (Client client = connect(address)) {
            return client.readToEnd() == End.RESET && client.received().length == 0;
        } catch (ConnectException e) {
            throw e; // nobody is there
        } catch (SocketException e) {
            return true;
        }
    }

    /** A client whose kernel takes little before the client itself does, so that the server must wait for it. */
    public static Client connect(InetSocketAddress address, int receiveBuffer) throws IOException {
        Client client = new Client();
        if (receiveBuffer > 0) {
            client.socket.setReceiveBufferSize(receiveBuffer);
        }
        client.socket.setSoTimeout(PATIENCE_MILLIS);
        client.socket.connect(address, PATIENCE_MILLIS);
        return client;
    }

    /** Reads exactly so many bytes. */
    public Client read(int count) throws IOException {
        byte[] bytes = socket.getInputStream().readNBytes(count);
        if (bytes.length < count) {
            throw new IOException("the end came after " + bytes.length + " of " + count + " bytes");
        }
        received.writeBytes(bytes);
        return this;
    }

    /** Reads until the server ends the conversation. */
    public End readToEnd() throws IOException {
        InputStream in = socket.getInputStream();
        byte[] buffer = new byte[64 * 1024];
        while (true) {
            try {
                int count = in.read(buffer);
                if (count < 0) {
                    return End.CLEAN;
                }
                received.write(buffer, 0, count);
            } catch (SocketTimeoutException e) {
                throw e;
            } catch (IOException e) {
                return End.RESET;
            }
        }
    }

    /** Everything read so far. */
    public byte[] received() {
        return received.toByteArray();
    }

    public Client say(byte[] bytes) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(bytes);
        return this;
    }

    public Client shutdownOutput() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** Its own port, by which the server knows it. */
    public int port() {
        return socket.getLocalPort();
    }

    /** Leaves without a goodbye. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
