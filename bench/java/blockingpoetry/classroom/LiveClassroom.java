package blockingpoetry.classroom;

import static java.nio.charset.StandardCharsets.UTF_8;

import blockingpoetry.Service;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;

/**
 * The page on which lessons run, served on the loopback address: a run is a recording that grows, and every open page is sent what is new
 * of it.
 *
 * <pre>
 *   GET /         the page                       POST /run?lesson=queue&amp;clients=6    runs a lesson, in place of what runs now
 *   GET /events   recordings, as they grow       POST /order?do=stop&amp;client=2        does something to a client or a server
 *   GET /save     the page with its recordings
 * </pre>
 *
 * <p>Requests are served by virtual threads. As requests start processes, those that come
 * from another site's page are refused.
 */
final class LiveClassroom implements AutoCloseable {
    private static final int BACKLOG = 16;
    private static final int MOST_CLIENTS = 1_000;
    private static final Duration FRAME = Duration.ofMillis(25); // between two looks for news
    private static final Duration HEARTBEAT = Duration.ofSeconds(5);

    private final Page page;
    private final List<Lesson> lessons;
    private final HttpServer http;
    private final LessonRuns runs;
    private final String id = UUID.randomUUID().toString();

    private LiveClassroom(Page page, List<Lesson> lessons, HttpServer http, LessonRuns runs) {
        this.page = page;
        this.lessons = lessons;
        this.http = http;
        this.runs = runs;
    }

    /**
     * Starts to serve.
     *
     * @param port       0 takes a free one
     * @param lessons    that can be run; without one, the page is that of a recording
     * @param recordings to begin with
     * @throws IOException if the port cannot be had; the message is a sentence
     */
    static LiveClassroom start(int port, Page page, List<Lesson> lessons, Map<String, Object> recordings)
            throws IOException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        HttpServer http;
        try {
            http = HttpServer.create(address, BACKLOG);
        } catch (IOException e) {
            throw new IOException(
                    "the classroom cannot be served on " + Service.hostPort(address) + ": " + e.getMessage(), e);
        }
        LiveClassroom classroom = new LiveClassroom(page, lessons, http, new LessonRuns(recordings, FRAME));
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        classroom.route("/", "GET", classroom::page);
        classroom.route("/events", "GET", classroom::events);
        classroom.route("/save", "GET", classroom::save);
        classroom.route("/run", "POST", classroom::run);
        classroom.route("/order", "POST", classroom::order);
        http.start();
        return classroom;
    }

    String url() {
        return "http://" + Service.hostPort(http.getAddress()) + "/";
    }

    /** Ends the run and its processes, and serves no more. */
    @Override
    public void close() {
        runs.close();
        http.stop(0);
    }

    @FunctionalInterface
    private interface Handler {
        void handle(HttpExchange exchange) throws IOException;
    }

    private void route(String path, String method, Handler handler) {
        http.createContext(path, exchange -> {
            try (exchange) {
                if (!isOurs(exchange)) {
                    answer(exchange, 403, "text/plain", "this page is for this machine only\n");
                } else if (!exchange.getRequestURI().getPath().equals(path)) {
                    answer(exchange, 404, "text/plain", "there is nothing here\n");
                } else if (!exchange.getRequestMethod().equals(method)) {
                    answer(exchange, 405, "text/plain", "only " + method + " is possible here\n");
                } else {
                    handle(handler, exchange);
                }
            }
        });
    }

    /** What cannot be done is answered by the sentence that says so. */
    private static void handle(Handler handler, HttpExchange exchange) throws IOException {
        try {
            handler.handle(exchange);
        } catch (IllegalStateException e) {
            answer(exchange, 409, "text/plain", e.getMessage() + "\n");
        } catch (IllegalArgumentException e) {
            answer(exchange, 400, "text/plain", e.getMessage() + "\n");
        }
    }

    /** Whether a request comes from a page of this classroom, or from no page. */
    private boolean isOurs(HttpExchange exchange) {
        int port = http.getAddress().getPort();
        Set<String> hosts = Set.of("127.0.0.1:" + port, "localhost:" + port, "[::1]:" + port);
        String host = exchange.getRequestHeaders().getFirst("Host");
        String origin = exchange.getRequestHeaders().getFirst("Origin");
        return host != null && hosts.contains(host)
                && (origin == null || hosts.contains(origin.replaceFirst("^http://", "")));
    }

    private void page(HttpExchange exchange) throws IOException {
        answer(exchange, 200, "text/html; charset=utf-8", page.html(runs.recorded(), !lessons.isEmpty()));
    }

    private void save(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Disposition", "attachment; filename=classroom.html");
        answer(exchange, 200, "text/html; charset=utf-8", page.html(runs.recorded(), false));
    }

    private void run(HttpExchange exchange) throws IOException {
        String name = query(exchange).getOrDefault("lesson", "");
        Optional<Lesson> lesson = lessons.stream().filter(each -> each.name().equals(name)).findFirst();
        if (lesson.isEmpty()) {
            answer(exchange, 404, "text/plain", "there is no lesson '" + name + "'\n");
            return;
        }
        int clients = number(query(exchange), "clients").orElse(lesson.get().clients());
        if (clients < 1 || clients > MOST_CLIENTS) {
            throw new IllegalArgumentException("a lesson has 1 to " + MOST_CLIENTS + " clients");
        }
        answer(exchange, 202, "text/plain", String.valueOf(runs.start(lesson.get().withClients(clients))));
    }

    private void order(HttpExchange exchange) throws IOException {
        LessonRun running = runs.running();
        Map<String, String> query = query(exchange);
        String verb = query.getOrDefault("do", "");
        if (verb.equals("add")) {
            running.addClient();
        } else {
            running.obey(new Lesson.Order(Duration.ZERO, verb, number(query, "client"),
                    Duration.ofMillis(number(query, "ms").orElse(1_500)), number(query, "server")));
        }
        answer(exchange, 202, "text/plain", "");
    }

    /**
     * Server-sent events: "classroom" says which one this is; "recording" tells all of a run, of the last one at first; "growth" is what has
     * been added since the event before.
     */
    private void events(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        send(out, "retry: 1000\nevent: classroom\ndata: \"" + id + "\"\n\n");
        LessonRuns.News told = null;
        long spokenNanos = System.nanoTime();
        while (true) {
            LessonRuns.News news = runs.news().orElse(told);
            String text = "";
            if (news != null && !news.equals(told)) {
                text = news.event(told);
                told = news;
            } else if (System.nanoTime() - spokenNanos > HEARTBEAT.toNanos()) {
                text = ": still here\n\n";
            }
            if (!text.isEmpty()) {
                send(out, text);
                spokenNanos = System.nanoTime();
            }
            try {
                Thread.sleep(FRAME);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private static void send(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(UTF_8));
        out.flush();
    }

    private static Map<String, String> query(HttpExchange exchange) {
        Map<String, String> query = new HashMap<>();
        String text = exchange.getRequestURI().getQuery();
        for (String part : text == null ? new String[0] : text.split("&")) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                query.put(part.substring(0, equals), part.substring(equals + 1));
            }
        }
        return query;
    }

    private static Optional<Integer> number(Map<String, String> query, String name) {
        try {
            return Optional.ofNullable(query.get(name)).map(Integer::parseInt);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " must be a number", e);
        }
    }

    private static void answer(HttpExchange exchange, int code, String type, String text) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.sendResponseHeaders(code, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
