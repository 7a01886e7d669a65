package blockingpoetry.cli;

import blockingpoetry.Durations;
import blockingpoetry.Figures;
import blockingpoetry.PoetryServer;
import blockingpoetry.Service;
import com.sun.management.UnixOperatingSystemMXBean;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * A running server's numbers for Prometheus, at {@code http://HOST:PORT/metrics}. The server counts by itself; here its
 * counters, and a few of the JVM's, get names, at the moment when they are asked for.
 *
 * <p>Only this class knows the client library. Of that it needs the model and the text format: the part that counts is
 * there already.
 */
final class Metrics {
    private static final int BACKLOG = 16;

    /**
     * What the JDK's HTTP server takes from a client before it ends the connection: seconds for a request, seconds for its
     * answer, bytes of a request's header, connections. It reads them once, when the first server is made.
     */
    private static final Map<String, String> LIMITS = Map.of("sun.net.httpserver.maxReqTime", "5",
            "sun.net.httpserver.maxRspTime", "5", "sun.net.httpserver.maxReqHeaderSize", "8192",
            "jdk.httpserver.maxConnections", "16");
    private static final PrometheusTextFormatWriter FORMAT = PrometheusTextFormatWriter.create();

    private final HttpServer http;

    private Metrics(HttpServer http) {
        this.http = http;
    }

    /**
     * Listens, and answers nobody yet.
     *
     * @throws IOException if that cannot be done; its message is a sentence
     */
    static Metrics listen(InetSocketAddress address) throws IOException {
        InetSocketAddress resolved = new InetSocketAddress(address.getHostString(), address.getPort());
        if (resolved.isUnresolved()) {
            throw new IOException("--metrics-port " + address.getHostString() + " is not an address of this machine");
        }
        LIMITS.forEach(System::setProperty);
        try {
            return new Metrics(HttpServer.create(resolved, BACKLOG));
        } catch (IOException e) {
            throw new IOException(
                    "metrics cannot be served on " + Service.hostPort(resolved) + ": " + e.getMessage(), e);
        }
    }

    /** Answers from now on with the numbers of a server. */
    void serve(PoetryServer server) {
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.createContext("/metrics", exchange -> answer(exchange, server));
        http.start();
    }

    /** Where they are, as a URL. */
    String url() {
        return "http://" + Service.hostPort(http.getAddress()) + "/metrics";
    }

    private static void answer(HttpExchange exchange, PoetryServer server) throws IOException {
        try (exchange) {
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            FORMAT.write(text, snapshots(server.figures()));
            exchange.getResponseHeaders().set("Content-Type", FORMAT.getContentType());
            exchange.getResponseHeaders().set("Connection", "close"); // its place is for the next
            exchange.sendResponseHeaders(200, text.size());
            text.writeTo(exchange.getResponseBody());
        }
    }

    private static MetricSnapshots snapshots(Figures figures) {
        MetricSnapshots.Builder all = MetricSnapshots.builder()
                .metricSnapshot(counter("blockingpoetry_connections_accepted", "Connections ever accepted.",
                        figures.stats().accepted()))
                .metricSnapshot(
                        gauge("blockingpoetry_connections_open", "Connections held now.", figures.stats().open()))
                .metricSnapshot(counter("blockingpoetry_connections_finished",
                        "Connections that got the whole poem and ended cleanly.", figures.stats().finished()))
                .metricSnapshot(counter("blockingpoetry_connections_aborted",
                        "Connections that their client broke off.", figures.stats().aborted()))
                .metricSnapshot(cut(figures))
                .metricSnapshot(counter("blockingpoetry_sent_bytes", "Bytes of poems handed to the kernel.",
                        figures.stats().bytes()))
                .metricSnapshot(counter("blockingpoetry_accept_failures", "How often accepting failed.",
                        figures.acceptFailures()))
                .metricSnapshot(durations(figures.durations()))
                .metricSnapshot(gauge("jvm_threads_current", "Platform threads of this process.",
                        ManagementFactory.getThreadMXBean().getThreadCount()))
                .metricSnapshot(gauge("jvm_heap_used_bytes", "Memory in use on the Java heap.",
                        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed()))
                .metricSnapshot(gauge("jvm_heap_max_bytes", "How large the Java heap may grow.",
                        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getMax()));
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean os) {
            all.metricSnapshot(gauge("process_open_fds", "Descriptors in use.", os.getOpenFileDescriptorCount()));
            all.metricSnapshot(gauge("process_max_fds", "The limit of descriptors.", os.getMaxFileDescriptorCount()));
        }
        virtualThreads().forEach(all::metricSnapshot);
        return all.build();
    }

    private static CounterSnapshot cut(Figures figures) {
        CounterSnapshot.Builder counter = CounterSnapshot.builder()
                .name("blockingpoetry_connections_cut")
                .help("Connections that the server ended early, by the reason: stalled, refused for too many"
                        + " of one address, stopped with the server, failed.");
        figures.cut()
                .forEach((reason, count) -> counter.dataPoint(
                        CounterDataPointSnapshot.builder()
                                .labels(Labels.of("reason", reason))
                                .value((double) count)
                                .build()));
        return counter.build();
    }

    private static HistogramSnapshot durations(Durations.Histogram durations) {
        List<Double> bounds = new ArrayList<>(durations.boundsSeconds());
        bounds.add(Double.POSITIVE_INFINITY);
        return HistogramSnapshot.builder()
                .name("blockingpoetry_recital_duration_seconds")
                .help("Time from accepting a connection to its end, of those that finished.")
                .dataPoint(HistogramDataPointSnapshot.builder()
                        .classicHistogramBuckets(ClassicHistogramBuckets.of(bounds, durations.counts()))
                        .sum(durations.sumSeconds())
                        .build())
                .build();
    }

    /** What the JDK tells of the threads that run virtual threads, from 24 on; nothing before. */
    private static List<GaugeSnapshot> virtualThreads() {
        MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
        try {
            ObjectName scheduler = new ObjectName("jdk.management:type=VirtualThreadScheduler");
            if (!beans.isRegistered(scheduler)) {
                return List.of();
            }
            return List.of(
                    gauge("jvm_virtual_thread_scheduler_parallelism", "Platform threads meant to run virtual threads.",
                            number(beans, scheduler, "Parallelism")),
                    gauge("jvm_virtual_thread_scheduler_threads", "Platform threads there to run virtual threads.",
                            number(beans, scheduler, "PoolSize")),
                    gauge("jvm_virtual_threads_mounted", "Virtual threads that are running.",
                            number(beans, scheduler, "MountedVirtualThreadCount")),
                    gauge("jvm_virtual_threads_queued",
                            "Virtual threads that could run, and wait for a platform thread.",
                            number(beans, scheduler, "QueuedVirtualThreadCount")));
        } catch (JMException e) {
            return List.of(); // this JDK has another idea of it
        }
    }

    private static long number(MBeanServer beans, ObjectName bean, String attribute) throws JMException {
        return ((Number) beans.getAttribute(bean, attribute)).longValue();
    }

    private static CounterSnapshot counter(String name, String help, long value) {
        return CounterSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(CounterDataPointSnapshot.builder().value((double) value).build())
                .build();
    }

    private static GaugeSnapshot gauge(String name, String help, long value) {
        return GaugeSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(GaugeDataPointSnapshot.builder().value((double) value).build())
                .build();
    }
}
