/*
 * A poetry server on bare epoll, in one thread.
 *
 *     poetry [--port N] [--iface ADDRESS] [--num-bytes N --delay SECONDS] [--drain-timeout SECONDS] POEM
 *
 * Most poems fit into the socket's buffer, so it writes right after accept, and registers a connection with epoll only after a
 * partial write. Timers need no heap: all waits in a queue are equally long, so the first in is the first due.
 *
 * Left out: a stall timeout, a limit of clients, log lines, an orderly stop.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    BACKLOG = 4096, /* which the kernel caps at net.core.somaxconn */
    EVENTS = 256,   /* taken from epoll at a time */
    ACCEPTS = 64,   /* at most, before it is the connections' turn */
    DRAIN_LIMIT = 64 * 1024,
    NOBODY = -1,
};

#define SECOND INT64_C(1000000000)
#define REST (SECOND / 100) /* after an accept that failed for want of descriptors */

enum state { SENDING, PAUSED, DRAINING };

struct connection {
    size_t sent;
    size_t chunk_end;
    size_t drained;
    int64_t due;        /* while in a queue */
    int previous, next; /* in that queue */
    enum state state;
    uint32_t events; /* that epoll reports */
    bool known;      /* to epoll */
};

/* Connections by their descriptors, the next due first. */
struct queue {
    int first, last;
    int64_t wait;
};

static char *poem;
static size_t length;
static size_t num_bytes = SIZE_MAX;

static int epoll;
static int listener;
static int64_t accept_at; /* when resting, else 0 */
static bool short_of_descriptors;

static struct connection *connections; /* by descriptor */
static int capacity;
static struct queue pauses = {NOBODY, NOBODY, 0};
static struct queue drains = {NOBODY, NOBODY, 0};

static void fail(const char *what) {
    fprintf(stderr, "poetry: %s: %s\n", what, strerror(errno));
    exit(1);
}

static int64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * SECOND + t.tv_nsec;
}

static void enqueue(struct queue *queue, int fd) {
    struct connection *c = &connections[fd];
    c->due = now() + queue->wait;
    c->previous = queue->last;
    c->next = NOBODY;
    *(queue->last == NOBODY ? &queue->first : &connections[queue->last].next) = fd;
    queue->last = fd;
}

static void dequeue(struct queue *queue, int fd) {
    struct connection *c = &connections[fd];
    *(c->previous == NOBODY ? &queue->first : &connections[c->previous].next) = c->next;
    *(c->next == NOBODY ? &queue->last : &connections[c->next].previous) = c->previous;
}

static void leave(int fd) {
    if (connections[fd].state == PAUSED) {
        dequeue(&pauses, fd);
    } else if (connections[fd].state == DRAINING) {
        dequeue(&drains, fd);
    }
    close(fd); /* which epoll notices */
}

static void watch(int fd, uint32_t events) {
    struct connection *c = &connections[fd];
    if (c->known && c->events == events) {
        return;
    }
    struct epoll_event event = {.events = events, .data.fd = fd};
    if (epoll_ctl(epoll, c->known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event) < 0) {
        leave(fd);
        return;
    }
    c->known = true;
    c->events = events;
}

/* Closing a socket with unread input resets it, and undelivered bytes are lost; so let the client close first. */
static void drain_or_leave(int fd) {
    if (drains.wait == 0 || shutdown(fd, SHUT_WR) < 0) {
        leave(fd);
        return;
    }
    connections[fd].state = DRAINING;
    enqueue(&drains, fd);
    watch(fd, EPOLLIN);
}

static void drain(int fd) {
    static char ignored[DRAIN_LIMIT];
    struct connection *c = &connections[fd];
    ssize_t count = recv(fd, ignored, sizeof ignored, 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }
    if (count <= 0 || (c->drained += (size_t)count) > DRAIN_LIMIT) {
        leave(fd);
    }
}

static void recite(int fd) {
    struct connection *c = &connections[fd];
    ssize_t count = send(fd, poem + c->sent, c->chunk_end - c->sent, MSG_NOSIGNAL);
    if (count < 0 && errno != EAGAIN && errno != EINTR) {
        leave(fd);
        return;
    }
    c->sent += count < 0 ? 0 : (size_t)count;
    if (c->sent < c->chunk_end) {
        watch(fd, EPOLLOUT);
    } else if (c->sent == length) {
        drain_or_leave(fd);
    } else {
        c->chunk_end = length - c->sent > num_bytes ? c->sent + num_bytes : length;
        c->state = PAUSED;
        enqueue(&pauses, fd);
        if (c->known) {
            watch(fd, 0); /* and still hear of a reset */
        }
    }
}

static void go_on(int fd) {
    switch (connections[fd].state) {
    case SENDING:
        recite(fd);
        break;
    case PAUSED:
        leave(fd); /* all that is reported in a pause is a reset */
        break;
    case DRAINING:
        drain(fd);
        break;
    }
}

static void listen_for(uint32_t events) {
    struct epoll_event event = {.events = events, .data.fd = listener};
    epoll_ctl(epoll, EPOLL_CTL_MOD, listener, &event);
}

static void rest(void) {
    if (!short_of_descriptors) {
        fprintf(stderr, "poetry: accept: %s; clients have to wait\n", strerror(errno));
    }
    short_of_descriptors = true;
    accept_at = now() + REST;
    listen_for(0);
}

static void welcome(int fd) {
    if (fd >= capacity) {
        int wanted = fd < 512 ? 1024 : 2 * fd;
        struct connection *more = reallocarray(connections, (size_t)wanted, sizeof *more);
        if (!more) {
            close(fd);
            return;
        }
        connections = more;
        capacity = wanted;
    }
    connections[fd] = (struct connection){.chunk_end = length > num_bytes ? num_bytes : length, .state = SENDING};
    recite(fd);
}

static void accept_clients(void) {
    for (int i = 0; i < ACCEPTS; i++) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            welcome(fd);
        } else if (errno == EAGAIN) {
            short_of_descriptors = false;
            return;
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            rest();
            return;
        } /* else this client is gone already */
    }
}

static void do_what_is_due(void) {
    if (pauses.first == NOBODY && drains.first == NOBODY && !accept_at) {
        return;
    }
    int64_t time = now();
    int last = pauses.last; /* without a delay, a connection that is enqueued is due again */
    for (int fd = NOBODY; fd != last && pauses.first != NOBODY && connections[pauses.first].due <= time;) {
        fd = pauses.first;
        dequeue(&pauses, fd);
        connections[fd].state = SENDING;
        recite(fd);
    }
    while (drains.first != NOBODY && connections[drains.first].due <= time) {
        leave(drains.first);
    }
    if (accept_at && accept_at <= time) {
        accept_at = 0;
        listen_for(EPOLLIN);
    }
}

/* Milliseconds until something is due, rounded up so as not to wake too early; -1 if nothing is. */
static int patience(void) {
    int64_t due = INT64_MAX;
    if (pauses.first != NOBODY && connections[pauses.first].due < due) {
        due = connections[pauses.first].due;
    }
    if (drains.first != NOBODY && connections[drains.first].due < due) {
        due = connections[drains.first].due;
    }
    if (accept_at && accept_at < due) {
        due = accept_at;
    }
    if (due == INT64_MAX) {
        return -1;
    }
    int64_t left = due - now();
    int64_t millis = left <= 0 ? 0 : (left + 999999) / 1000000;
    return millis > INT_MAX ? INT_MAX : (int)millis;
}

static void read_poem(const char *path) {
    struct stat file;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &file) < 0) {
        fail(path);
    }
    length = (size_t)file.st_size;
    poem = malloc(length + 1);
    if (!poem) {
        fail(path);
    }
    for (size_t have = 0; have < length;) {
        ssize_t count = read(fd, poem + have, length - have);
        if (count <= 0) {
            fail(path);
        }
        have += (size_t)count;
    }
    close(fd);
}

static void start_listening(const char *host, const char *port, const char *path) {
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE, .ai_socktype = SOCK_STREAM};
    struct addrinfo *address;
    int problem = getaddrinfo(host, port, &hints, &address);
    if (problem) {
        fprintf(stderr, "poetry: %s:%s: %s\n", host, port, gai_strerror(problem));
        exit(2);
    }
    int yes = 1;
    listener = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener < 0 || setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) < 0
            || bind(listener, address->ai_addr, address->ai_addrlen) < 0 || listen(listener, BACKLOG) < 0) {
        fail(port);
    }
    freeaddrinfo(address);

    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener};
    epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event) < 0) {
        fail("epoll");
    }

    struct sockaddr_storage bound;
    socklen_t size = sizeof bound;
    char name[NI_MAXHOST], number[NI_MAXSERV];
    getsockname(listener, (struct sockaddr *)&bound, &size);
    getnameinfo((struct sockaddr *)&bound, size, name, sizeof name, number, sizeof number,
                NI_NUMERICHOST | NI_NUMERICSERV);
    printf(strchr(name, ':') ? "Serving %s on [%s]:%s.\n" : "Serving %s on %s:%s.\n", path, name, number);
    fflush(stdout);
}

static double number(const char *option, const char *text, double least, double most) {
    char *end;
    double value = strtod(text, &end);
    if (end == text || *end || !(value >= least && value <= most)) {
        fprintf(stderr, "poetry: --%s %s is not a number from %g to %g\n", option, text, least, most);
        exit(2);
    }
    return value;
}

int main(int argc, char **argv) {
    static const struct option options[] = {
        {"port", required_argument, NULL, 'p'},      {"iface", required_argument, NULL, 'i'},
        {"num-bytes", required_argument, NULL, 'n'}, {"delay", required_argument, NULL, 'd'},
        {"drain-timeout", required_argument, NULL, 't'}, {0},
    };
    const char *port = "0", *host = "127.0.0.1";
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (option) {
        case 'p':
            port = optarg;
            break;
        case 'i':
            host = optarg;
            break;
        case 'n':
            num_bytes = (size_t)number("num-bytes", optarg, 1, INT_MAX);
            break;
        case 'd':
            pauses.wait = (int64_t)(number("delay", optarg, 0, 86400) * SECOND);
            break;
        case 't':
            drains.wait = (int64_t)(number("drain-timeout", optarg, 0, 86400) * SECOND);
            break;
        default:
            return 2;
        }
    }
    if (optind + 1 != argc) {
        fprintf(stderr, "poetry: it serves one poem\n");
        return 2;
    }
    read_poem(argv[optind]);
    start_listening(host, port, argv[optind]);

    for (;;) {
        struct epoll_event events[EVENTS];
        int count = epoll_wait(epoll, events, EVENTS, patience());
        if (count < 0 && errno != EINTR) {
            fail("epoll_wait");
        }
        for (int i = 0; i < count; i++) {
            if (events[i].data.fd == listener) {
                accept_clients();
            } else {
                go_on(events[i].data.fd);
            }
        }
        do_what_is_due();
    }
}
