package blockingpoetry.classroom;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import blockingpoetry.Poem;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import tools.jackson.jr.ob.JSON;

/**
 * What runs in a lesson; its words are for the page. Read from {@code lessons.json}, where {@code trace.md} beside it says what each field
 * means.
 *
 * @param name    what {@code --lesson} calls it
 * @param clients how many connect to each server, {@code apart} after each other
 * @param names   of the clients, for the page, if their numbers will not do
 * @param last    how long a crowd is kept
 * @param inTurn  whether the servers run one after the other, and not at the same time
 * @param crowd   whether there are too many clients to note their steps
 */
record Lesson(String name, Poem poem, int numBytes, Duration delay, Duration stallTimeout, int clients,
        List<String> names, Duration apart,
        Duration last, boolean inTurn, boolean crowd, List<Server> servers, List<Order> orders) {
    private static final Duration CROWD_COMES_WITHIN = Duration.ofMillis(200);
    private static final Duration LEAST_DELAY_PER_CLIENT = Duration.ofMillis(4); // so that there are times when all wait
    private static final Duration STALL_TIMEOUT = Duration.ofSeconds(60);

    /** A server of it. {@code clients} are those that connect to it, if not all do; {@code fields} go into the trace as they are. */
    record Server(String design, Optional<Integer> parallelism, List<Integer> clients, Map<String, Object> fields) {}

    /** Something done at a time after the start, to a client if there is one, at one of the servers or at all. */
    record Order(Duration at, String verb, Optional<Integer> client, Duration time, Optional<Integer> server) {}

    /** The same with another number of clients, which come to every server; many come faster, and wait longer. */
    Lesson withClients(int count) {
        List<Integer> all = IntStream.rangeClosed(1, count).boxed().toList();
        List<Server> those = servers.stream()
                .map(server -> server.clients().size() == clients
                        ? new Server(server.design(), server.parallelism(), all, server.fields())
                        : server)
                .toList();
        Duration least = LEAST_DELAY_PER_CLIENT.multipliedBy(count);
        Duration pause = count > clients && delay.compareTo(least) < 0 ? least : delay;
        return new Lesson(name, poem, numBytes, pause, stallTimeout, count, names,
                count > clients ? CROWD_COMES_WITHIN.dividedBy(count) : apart,
                last, inTurn, crowd, those, orders);
    }

    /** The file of the lessons, as the page needs it. */
    static List<Object> document() throws IOException {
        return JSON.std.listFrom(new String(resource("lessons.json"), UTF_8));
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(Lesson.class.getResourceAsStream(name), name)) {
            return in.readAllBytes();
        }
    }

    /** All lessons, in their order. */
    static List<Lesson> all() throws IOException {
        List<Lesson> lessons = new ArrayList<>();
        for (Object each : document()) {
            lessons.add(read((Map<?, ?>) each));
        }
        return lessons;
    }

    private static Lesson read(Map<?, ?> lesson) throws IOException {
        Map<?, ?> plan = (Map<?, ?>) Objects.requireNonNull(lesson.get("plan"));
        int clients = number(plan, "clients", 0);
        List<Server> servers = new ArrayList<>();
        for (Object each : (List<?>) Objects.requireNonNull(plan.get("servers"))) {
            servers.add(server((Map<?, ?>) each, clients));
        }
        List<Order> orders = new ArrayList<>();
        if (plan.get("orders") instanceof List<?> list) {
            list.forEach(each -> orders.add(order((Map<?, ?>) each)));
        }
        return new Lesson(String.valueOf(lesson.get("name")), poem(plan), number(plan, "num_bytes", 128 * 1024),
                millis(plan, "delay_ms", Duration.ZERO), millis(plan, "stall_timeout_ms", STALL_TIMEOUT), clients,
                names(plan),
                millis(plan, "apart_ms", Duration.ZERO), millis(plan, "last_ms", Duration.ZERO), flag(plan, "in_turn"),
                flag(plan, "crowd"), List.copyOf(servers), List.copyOf(orders));
    }

    private static List<String> names(Map<?, ?> plan) {
        List<String> names = new ArrayList<>();
        if (plan.get("names") instanceof List<?> list) {
            list.forEach(each -> names.add(String.valueOf(each)));
        }
        return List.copyOf(names);
    }

    private static Server server(Map<?, ?> server, int clients) {
        List<Integer> those = new ArrayList<>();
        if (server.get("clients") instanceof List<?> list) {
            list.forEach(each -> those.add(((Number) each).intValue()));
        } else {
            for (int i = 1; i <= clients; i++) {
                those.add(i);
            }
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        for (String name : List.of("group", "title")) {
            if (server.get(name) != null) {
                fields.put(name, server.get(name));
            }
        }
        return new Server(String.valueOf(server.get("design")), optional(server, "parallelism"), those, fields);
    }

    private static Order order(Map<?, ?> order) {
        return new Order(millis(order, "at_ms", Duration.ZERO), String.valueOf(order.get("do")),
                optional(order, "client"), millis(order, "ms", Duration.ZERO), optional(order, "server"));
    }

    /** A file, or so many bytes of any text. */
    private static Poem poem(Map<?, ?> plan) throws IOException {
        if (plan.get("poem") instanceof String file) {
            return new Poem(file, resource(file));
        }
        int size = number(plan, "poem_bytes", 1);
        byte[] line = "and so on, line after line, until the reader has enough\n".getBytes(US_ASCII);
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = line[i % line.length];
        }
        return new Poem(size + " bytes", bytes);
    }

    private static Optional<Integer> optional(Map<?, ?> map, String name) {
        return map.get(name) instanceof Number number ? Optional.of(number.intValue()) : Optional.empty();
    }

    private static int number(Map<?, ?> map, String name, int otherwise) {
        return optional(map, name).orElse(otherwise);
    }

    private static Duration millis(Map<?, ?> map, String name, Duration otherwise) {
        return optional(map, name).map(Duration::ofMillis).orElse(otherwise);
    }

    private static boolean flag(Map<?, ?> map, String name) {
        return Boolean.TRUE.equals(map.get(name));
    }
}
