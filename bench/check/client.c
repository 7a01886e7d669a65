/*
 * A load generator: K clients in flight, in one thread on epoll.
 *
 *     client PORT POEM K SECONDS [RATE]
 *
 * When a client has its poem, the next one connects to 127.0.0.1:PORT. Every byte is compared. It prints
 *
 *     POEMS WRONG FAILED SECONDS
 *
 * With a RATE, no more clients than that start in a second. WRONG counts clients that saw a clean end of stream after bytes other
 * than the poem's, FAILED those that could not connect or were reset. Clients in flight at the end do not count. It gives up when
 * all clients fail.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    EVENTS = 256,
    READ_SIZE = 256 * 1024,
    /* One source address would run out of ports, because each is blocked for a minute after use. */
    FIRST_SOURCE = 2,
    SOURCES = 59,
    PATIENCE = 1000, /* failures without a poem between them */
};

struct client {
    int fd;
    size_t received;
    bool wrong;
};

static char *poem;
static size_t length;
static struct sockaddr_in server;
static int epoll;
static uint32_t started;
static uint64_t poems, wrong, failed;
static int failures; /* since the last poem */
static double rate;  /* 0 for none */
static struct client **idle;
static size_t idles;

static void fail(const char *what) {
    fprintf(stderr, "client: %s: %s\n", what, strerror(errno));
    exit(1);
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void begin(struct client *client);

static void again(struct client *client, uint64_t *outcome) {
    ++*outcome;
    failures = outcome == &failed ? failures + 1 : 0;
    if (failures > PATIENCE) {
        fail("nothing but failures, the last one");
    }
    close(client->fd);
    if (rate > 0) {
        idle[idles++] = client;
    } else {
        begin(client);
    }
}

static void begin(struct client *client) {
    int yes = 1;
    struct sockaddr_in source = {.sin_family = AF_INET};
    source.sin_addr.s_addr = htonl(INADDR_LOOPBACK - 1 + FIRST_SOURCE + started++ % SOURCES);
    client->received = 0;
    client->wrong = false;
    client->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    /* Choose the port at connect, when the kernel knows that only the pair of addresses has to be new. */
    if (client->fd < 0 || setsockopt(client->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof yes) < 0
            || bind(client->fd, (struct sockaddr *)&source, sizeof source) < 0) {
        fail("a client's socket");
    }
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = client};
    if ((connect(client->fd, (struct sockaddr *)&server, sizeof server) < 0 && errno != EINPROGRESS)
            || epoll_ctl(epoll, EPOLL_CTL_ADD, client->fd, &event) < 0) {
        again(client, &failed);
    }
}

static void receive(struct client *client) {
    static char bytes[READ_SIZE];
    for (;;) {
        ssize_t count = recv(client->fd, bytes, sizeof bytes, 0);
        if (count > 0) {
            size_t size = (size_t)count;
            client->wrong |= size > length - client->received || memcmp(bytes, poem + client->received, size) != 0;
            client->received += client->wrong ? 0 : size;
        } else if (count == 0) {
            again(client, client->wrong || client->received < length ? &wrong : &poems);
            return;
        } else if (errno == EAGAIN) {
            return;
        } else if (errno != EINTR) {
            again(client, &failed);
            return;
        }
    }
}

static void read_poem(const char *path) {
    struct stat file;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &file) < 0) {
        fail(path);
    }
    length = (size_t)file.st_size;
    poem = malloc(length + 1);
    for (size_t have = 0; have < length;) {
        ssize_t count = poem ? read(fd, poem + have, length - have) : -1;
        if (count <= 0) {
            fail(path);
        }
        have += (size_t)count;
    }
    close(fd);
}

int main(int argc, char **argv) {
    if (argc != 5 && argc != 6) {
        fprintf(stderr, "client PORT POEM K SECONDS [RATE]\n");
        return 2;
    }
    server.sin_family = AF_INET;
    server.sin_port = htons((uint16_t)atoi(argv[1]));
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    read_poem(argv[2]);
    size_t count = strtoul(argv[3], NULL, 10);
    double seconds = atof(argv[4]);
    rate = argc == 6 ? atof(argv[5]) : 0;

    struct rlimit descriptors;
    getrlimit(RLIMIT_NOFILE, &descriptors);
    descriptors.rlim_cur = descriptors.rlim_max;
    setrlimit(RLIMIT_NOFILE, &descriptors);

    epoll = epoll_create1(EPOLL_CLOEXEC);
    struct client *clients = calloc(count, sizeof *clients);
    idle = calloc(count, sizeof *idle);
    if (epoll < 0 || !clients || !idle) {
        fail("start");
    }
    double start = now(), time = start;
    for (size_t i = 0; i < count; i++) {
        begin(&clients[i]);
    }
    while (time - start < seconds) {
        struct epoll_event events[EVENTS];
        while (idles > 0 && started < (double)count + rate * (time - start)) {
            begin(idle[--idles]);
        }
        int ready = epoll_wait(epoll, events, EVENTS, idles > 0 ? 0 : 100);
        for (int i = 0; i < ready; i++) {
            receive(events[i].data.ptr);
        }
        time = now();
    }
    printf("%lu %lu %lu %.3f\n", poems, wrong, failed, time - start);
    return 0;
}
