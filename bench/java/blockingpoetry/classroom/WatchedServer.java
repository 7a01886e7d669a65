package blockingpoetry.classroom;

import blockingpoetry.Pace;
import blockingpoetry.Poem;
import blockingpoetry.PoetryServer;
import blockingpoetry.ServerOptions;
import blockingpoetry.Service;
import blockingpoetry.classroom.StepWitness.Detail;
import blockingpoetry.classroom.StepWitness.Hog;
import blockingpoetry.designs.Design;
import blockingpoetry.designs.Designs;
import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server in a process of its own, watched by the classroom: its poem comes by its standard input, then orders, a word and its
 * arguments in each line, and what happens goes to its standard output, a JSON value in each line. It ends when its input does, so it cannot outlive the
 * classroom.
 */
final class WatchedServer {
    private static final Duration COUNTS_EVERY = Duration.ofMillis(250);
    private static final int WARM_UP_POEMS = 30;
    /** A client that has the whole poem ends its connection at once, but a machine may stand still for seconds. */
    private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(10);

    private final EventQueue events = new EventQueue();
    private final StepWitness witness = new StepWitness(events);
    private final PoetryServer server;

    private WatchedServer(Design design, Poem poem, ServerOptions options) throws IOException {
        Service service = new Service(poem, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        server = design.start(List.of(service), options, witness);
    }

    /** {@code DESIGN POEM-SIZE NUM-BYTES DELAY-MILLIS STALL-TIMEOUT-MILLIS}. */
    public static void main(String[] args) throws IOException {
        ServerOptions options = ServerOptions.defaults()
                .withPace(new Pace(Integer.parseInt(args[2]), Duration.ofMillis(Long.parseLong(args[3]))))
                .withStallTimeout(Duration.ofMillis(Long.parseLong(args[4])))
                .withDrainTimeout(DRAIN_TIMEOUT)
                .withGrace(Duration.ZERO);
        Design design = Designs.WITH_NETTY.stream()
                .filter(each -> each.name().equals(args[0]))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no design " + args[0]));
        warmUp(design, options);
        Poem poem = new Poem("poem", System.in.readNBytes(Integer.parseInt(args[1])));
        new WatchedServer(design, poem, options).run();
        System.exit(0);
    }

    /** Serves poems that nobody sees: the first steps of a JVM take a hundred times as long as the later ones. */
    private static void warmUp(Design design, ServerOptions options) throws IOException {
        Poem poem = new Poem("warm-up", new byte[10]);
        Service service = new Service(poem, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        StepWitness unheard = new StepWitness(new EventQueue());
        unheard.detail(Detail.STEPS);
        ServerOptions quick = options.withPace(new Pace(1, Duration.ofMillis(1)));
        try (PoetryServer warming = design.start(List.of(service), quick, unheard)) {
            for (int i = 0; i < WARM_UP_POEMS; i++) {
                try (Socket socket = new Socket()) {
                    socket.connect(warming.addresses().getFirst());
                    socket.getInputStream().readAllBytes();
                }
            }
        }
    }

    private void run() throws IOException {
        events.add(() -> Map.of("port", server.addresses().getFirst().getPort(), "processors",
                Runtime.getRuntime().availableProcessors()));
        events.start(new PrintStream(System.out, false, StandardCharsets.UTF_8));
        Thread.ofPlatform().daemon().name("counts").start(this::count);
        try (BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String order = orders.readLine(); order != null; order = orders.readLine()) {
                obey(order.split(" "));
            }
        }
    }

    private void obey(String[] order) {
        switch (order[0]) {
            case "clock" -> {
                long nanos = System.nanoTime();
                events.add(() -> Map.of("clock", nanos));
            }
            case "watch" -> witness.detail(Detail.valueOf(order[1]));
            case "sleep", "burn" -> witness.hog(Integer.parseInt(order[1]),
                    new Hog(order[0].equals("burn"), Duration.ofMillis(Long.parseLong(order[2]))));
            case "freeze" -> {
                long nanos = System.nanoTime();
                Map<String, Object> dump = ThreadDump.take();
                dump.put("freeze", nanos);
                events.add(() -> dump);
            }
            default -> throw new IllegalArgumentException("unknown order: " + order[0]);
        }
    }

    private void count() {
        try {
            while (true) {
                Map<String, Object> counts = new LinkedHashMap<>();
                counts.put("counts", System.nanoTime());
                counts.put("open", server.stats().open());
                counts.put("bytes", server.stats().bytes());
                String status = Files.readString(Path.of("/proc/self/status"));
                counts.put("threads", field(status, "Threads"));
                counts.put("resident_kib", field(status, "VmRSS"));
                counts.put("cpu_ms", ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
                        .getProcessCpuTime() / 1_000_000);
                counts.put("dropped", events.dropped());
                events.add(() -> counts);
                Thread.sleep(COUNTS_EVERY);
            }
        } catch (IOException | InterruptedException e) {
            // Without /proc there are no counts.
        }
    }

    private static long field(String status, String name) {
        Matcher line = Pattern.compile("(?m)^" + name + ":\\s+(\\d+)").matcher(status);
        return line.find() ? Long.parseLong(line.group(1)) : 0;
    }
}
