"""A poetry server as one writes it with Twisted: a factory makes a protocol for each connection, the reactor calls it."""

import argparse
import sys

from twisted.internet import error, protocol, reactor


class Poetry(protocol.Protocol):
    pause = None
    position = 0

    def connectionMade(self):
        if not self.factory.numBytes:
            self.transport.write(self.factory.poem)
            self.transport.loseConnection()
        else:
            self.sendChunk()

    def sendChunk(self):
        poem = self.factory.poem
        end = self.position + self.factory.numBytes
        self.transport.write(poem[self.position:end])
        self.position = end
        if end >= len(poem):
            self.pause = None
            self.transport.loseConnection()
        else:
            self.pause = reactor.callLater(self.factory.delay, self.sendChunk)

    def connectionLost(self, reason):
        if self.pause and self.pause.active():
            self.pause.cancel()


class PoetryFactory(protocol.Factory):
    protocol = Poetry
    noisy = False

    def __init__(self, poem, numBytes, delay):
        self.poem = poem
        self.numBytes = numBytes
        self.delay = delay


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--iface", default="127.0.0.1")
    parser.add_argument("--num-bytes", type=int, default=0)
    parser.add_argument("--delay", type=float, default=0)
    parser.add_argument("poem")
    arguments = parser.parse_args()
    try:
        with open(arguments.poem, "rb") as file:
            poem = file.read()
        factory = PoetryFactory(poem, arguments.num_bytes, arguments.delay)
        address = reactor.listenTCP(arguments.port, factory, backlog=4096, interface=arguments.iface).getHost()
    except (OSError, error.CannotListenError) as problem:
        sys.exit(f"poetry: {problem}")
    host = f"[{address.host}]" if ":" in address.host else address.host
    print(f"Serving {arguments.poem} on {host}:{address.port}.", flush=True)
    reactor.run()


main()
