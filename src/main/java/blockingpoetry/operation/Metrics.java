package blockingpoetry.operation;

import static java.nio.charset.StandardCharsets.US_ASCII;

import blockingpoetry.BindAddress;
import blockingpoetry.Service;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;

/**
 * What programs ask a running server by HTTP: Prometheus for its metrics, at {@code http://HOST:PORT/metrics}, and a load balancer
 * whether it is there, at {@code /-/healthy} and {@code /-/ready}. Requests are served on virtual threads.
 */
public final class Metrics {
    private static final int BACKLOG = 16;

    /**
     * Limits of the JDK's HTTP server: seconds for a request, milliseconds from one look for mute connections to the next,
     * seconds for an answer, bytes of a request's header, connections. It reads these system properties once, when the first
     * server is made.
     */
    private static final Map<String, String> LIMITS = Map.of("sun.net.httpserver.maxReqTime", "5",
            "sun.net.httpserver.clockTick", "1000",
            "sun.net.httpserver.maxRspTime", "5", "sun.net.httpserver.maxReqHeaderSize", "8192",
            "jdk.httpserver.maxConnections", "16");
    private static final String METRICS = "/metrics";
    private static final String HEALTHY = "/-/healthy"; // 200 while the process lives
    private static final String READY = "/-/ready"; // 200 while it accepts clients, 503 from the first moment of a stop
    private static final PrometheusTextFormatWriter FORMAT = PrometheusTextFormatWriter.create();

    private final HttpServer http;
    private final String host; // as it was asked for

    private Metrics(HttpServer http, String host) {
        this.http = http;
        this.host = host;
    }

    /** Binds the address; requests wait until {@link #serve}. If that fails, the message is a sentence. */
    public static Metrics listen(InetSocketAddress address) throws IOException {
        InetSocketAddress resolved = resolve(address);
        LIMITS.forEach(System::setProperty);
        try {
            return new Metrics(HttpServer.create(BindAddress.of(resolved), BACKLOG), address.getHostString());
        } catch (IOException e) {
            throw new IOException(
                    "metrics cannot be served on " + Service.hostPort(resolved) + ": " + e.getMessage(), e);
        }
    }

    /** Looks up the host; if that fails, the message is a sentence. */
    public static InetSocketAddress resolve(InetSocketAddress address) throws IOException {
        InetSocketAddress resolved = new InetSocketAddress(address.getHostString(), address.getPort());
        if (resolved.isUnresolved()) {
            throw new IOException("--metrics-port " + address.getHostString() + " is not an address of this machine");
        }
        return resolved;
    }

    /** Answers requests from now on. */
    public void serve(ServerMetrics metrics, BooleanSupplier stopping) {
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        for (String path : List.of(METRICS, HEALTHY, READY)) {
            http.createContext(path, exchange -> answer(exchange, path, metrics, stopping));
        }
        http.start();
    }

    public String url() {
        return "http://" + Service.hostPort(http.getAddress()) + METRICS;
    }

    private void answer(HttpExchange exchange, String path, ServerMetrics metrics, BooleanSupplier stopping)
            throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("Connection", "close"); // connections are few, see LIMITS
            boolean head = exchange.getRequestMethod().equals("HEAD");
            if (!exchange.getRequestURI().getPath().equals(path)) { // the JDK's server takes it for a prefix
                exchange.sendResponseHeaders(404, -1);
            } else if (isForeign(exchange)) {
                exchange.sendResponseHeaders(403, -1);
            } else if (!head && !exchange.getRequestMethod().equals("GET")) {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
                exchange.sendResponseHeaders(405, -1);
            } else {
                boolean ready = !path.equals(READY) || !stopping.getAsBoolean();
                ByteArrayOutputStream text = new ByteArrayOutputStream();
                if (path.equals(METRICS)) {
                    FORMAT.write(text, metrics.snapshots());
                } else {
                    text.writeBytes((ready ? "ok\n" : "stopping\n").getBytes(US_ASCII));
                }
                exchange.getResponseHeaders()
                        .set("Content-Type", path.equals(METRICS) ? FORMAT.getContentType() : "text/plain");
                exchange.sendResponseHeaders(ready ? 200 : 503, head ? -1 : text.size());
                if (!head) {
                    text.writeTo(exchange.getResponseBody());
                }
            }
        }
    }

    /**
     * Whether a request to the loopback address names a host of another machine: so does a web page that has its own name
     * resolved to this address, in order to read what a browser here may read.
     */
    private boolean isForeign(HttpExchange exchange) {
        String header = exchange.getRequestHeaders().getFirst("Host");
        if (header == null || !exchange.getLocalAddress().getAddress().isLoopbackAddress()) {
            return false;
        }
        String name = header.replaceFirst(":\\d*$", "");
        return !name.matches("\\[.*]|[0-9.]+") && !name.equalsIgnoreCase("localhost") && !name.equalsIgnoreCase(host);
    }
}
