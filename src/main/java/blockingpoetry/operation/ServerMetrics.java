package blockingpoetry.operation;

import blockingpoetry.Poem;
import blockingpoetry.PoetryServer;
import blockingpoetry.ServerOptions;
import blockingpoetry.Service;
import blockingpoetry.Stats;
import blockingpoetry.cli.Main;
import blockingpoetry.designs.Design;
import blockingpoetry.recitals.SocketTable;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * The metrics of a running server, by their names. The server counts by itself, and each request reads its counters. What there is
 * to say of the process and the JVM comes from the Prometheus client, by the names that dashboards for it know. Any thread may ask.
 */
public final class ServerMetrics {
    private final Design design;
    private final ServerOptions options;
    private final List<Service> services;
    private final PoetryServer server;
    private final SignalHandler signals;

    public ServerMetrics(Design design, ServerOptions options, List<Service> services, PoetryServer server,
            SignalHandler signals) {
        this.design = design;
        this.options = options;
        this.services = services;
        this.server = server;
        this.signals = signals;
    }

    MetricSnapshots snapshots() {
        Stats stats = server.stats();
        List<MetricSnapshot> all = new ArrayList<>();
        all.add(buildInfo());
        all.add(counter("blockingpoetry_connections_accepted", "Connections ever accepted.", stats.accepted()));
        all.add(gauge("blockingpoetry_connections_open", "Connections held now.", stats.open()));
        all.add(gauge("blockingpoetry_connections_max", "Connections held at once at most.", options.maxClients()));
        all.add(counter("blockingpoetry_connections_finished", "Connections that got the whole poem and ended cleanly.",
                stats.finished()));
        all.add(counter("blockingpoetry_connections_aborted", "Connections that their client broke off.",
                stats.aborted()));
        all.add(cut(stats));
        all.add(counter("blockingpoetry_sent_bytes", "Bytes of poems handed to the kernel.", stats.bytes()));
        all.add(counter("blockingpoetry_accept_failures", "How often accepting failed, or a client was"
                + " cut as failed for want of a thread or memory.", stats.acceptFailures()));
        all.add(durations(stats.durations()));
        all.add(counter("blockingpoetry_reloads", "How often the poems were read again.", signals.reloads()));
        all.add(counter("blockingpoetry_reload_failures",
                "Reloads in which a poem could not be read, and was served as it was.", signals.failedReloads()));
        all.addAll(poems());
        all.addAll(virtualThreads());
        Jvm.REGISTRY.scrape().forEach(all::add);
        return new MetricSnapshots(all);
    }

    private InfoSnapshot buildInfo() {
        Package jar = Main.class.getPackage();
        return InfoSnapshot.builder()
                .name("blockingpoetry_build")
                .help("What is running.")
                .dataPoint(InfoDataPointSnapshot.builder()
                        .labels(Labels.of("version", Objects.requireNonNullElse(jar.getImplementationVersion(), ""),
                                "commit", Main.commit(),
                                "java", Runtime.version().toString(), "design", design.name()))
                        .build())
                .build();
    }

    /** For each poem its size and, where the kernel tells, the clients in its backlog. */
    private List<GaugeSnapshot> poems() {
        GaugeSnapshot.Builder sizes =
                GaugeSnapshot.builder().name("blockingpoetry_poem_size_bytes").help("Size of a poem.");
        GaugeSnapshot.Builder backlogs = GaugeSnapshot.builder()
                .name("blockingpoetry_backlog_clients")
                .help("Clients that are connected, and wait until the server accepts them.");
        Map<String, Long> waiting = backlogs();
        for (int i = 0; i < services.size(); i++) {
            Poem poem = services.get(i).poem();
            InetSocketAddress address = server.addresses().get(i);
            Labels labels = Labels.of("poem", poem.name(), "address", Service.hostPort(address));
            sizes.dataPoint(GaugeDataPointSnapshot.builder().labels(labels).value(poem.size()).build());
            Long clients = waiting.get(SocketTable.key(address));
            if (clients != null) {
                backlogs.dataPoint(GaugeDataPointSnapshot.builder().labels(labels).value(clients).build());
            }
        }
        return List.of(sizes.build(), backlogs.build());
    }

    private static Map<String, Long> backlogs() {
        try (SocketTable table = new SocketTable()) {
            return table.backlogs();
        } catch (IOException e) {
            return Map.of(); // no descriptor is left to read it
        }
    }

    private static CounterSnapshot cut(Stats stats) {
        CounterSnapshot.Builder counter = CounterSnapshot.builder()
                .name("blockingpoetry_connections_cut")
                .help("Connections that the server ended early, by the reason: stalled, refused for too many"
                        + " of one address, stopped with the server, failed.");
        stats.ended().forEach((outcome, count) -> {
            if (outcome.isCut()) {
                counter.dataPoint(CounterDataPointSnapshot.builder()
                        .labels(Labels.of("reason", outcome.name().toLowerCase(Locale.ROOT)))
                        .value((double) count)
                        .build());
            }
        });
        return counter.build();
    }

    private static HistogramSnapshot durations(Stats.Histogram durations) {
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

    /** The carrier threads of virtual threads, as the JDK reports them from 24 on; empty before. */
    private static List<GaugeSnapshot> virtualThreads() {
        try {
            return List.of(
                    scheduler("jvm_virtual_thread_scheduler_parallelism",
                            "Platform threads meant to run virtual threads.", "Parallelism"),
                    scheduler("jvm_virtual_thread_scheduler_threads", "Platform threads there to run virtual threads.",
                            "PoolSize"),
                    scheduler("jvm_virtual_threads_mounted", "Virtual threads that are running.",
                            "MountedVirtualThreadCount"),
                    scheduler("jvm_virtual_threads_queued",
                            "Virtual threads that could run, and wait for a platform thread.",
                            "QueuedVirtualThreadCount"));
        } catch (JMException e) {
            return List.of(); // this JDK has no such bean, or one with other attributes
        }
    }

    private static GaugeSnapshot scheduler(String name, String help, String attribute) throws JMException {
        Object value = ManagementFactory.getPlatformMBeanServer()
                .getAttribute(new ObjectName("jdk.management:type=VirtualThreadScheduler"), attribute);
        return gauge(name, help, ((Number) value).longValue());
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

    /** Made at the first request: no start waits for it. */
    private static final class Jvm {
        static final PrometheusRegistry REGISTRY = new PrometheusRegistry();

        static {
            JvmMetrics.builder().register(REGISTRY);
        }
    }
}
