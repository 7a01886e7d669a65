"""A poetry server on Python's own event loop. It is written with a Protocol, since streams cost a task for each client."""

import argparse
import asyncio
import socket
import sys


class Poetry(asyncio.Protocol):
    def __init__(self, poem, num_bytes, delay):
        self.poem = poem
        self.num_bytes = num_bytes
        self.delay = delay
        self.position = 0
        self.pause = None

    def connection_made(self, transport):
        self.transport = transport
        if not self.num_bytes:
            transport.write(self.poem)
            transport.close()
        else:
            self.send_chunk()

    def send_chunk(self):
        end = self.position + self.num_bytes
        self.transport.write(self.poem[self.position:end])
        self.position = end
        if end >= len(self.poem):
            self.transport.close()
        else:
            self.pause = asyncio.get_running_loop().call_later(self.delay, self.send_chunk)

    def connection_lost(self, problem):
        if self.pause:
            self.pause.cancel()


class Complaints:
    """Says once that accept has failed, which the loop reports a hundred times a second when out of descriptors."""

    def __init__(self):
        self.said = False

    def __call__(self, loop, context):
        if not isinstance(context.get("exception"), OSError):
            loop.default_exception_handler(context)
        elif not self.said:
            self.said = True
            print(f"poetry: {context['exception']}", file=sys.stderr)


async def serve(arguments, poem):
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(Complaints())
    listener = socket.create_server((arguments.iface, arguments.port),
                                    family=socket.AF_INET6 if ":" in arguments.iface else socket.AF_INET)
    server = await loop.create_server(lambda: Poetry(poem, arguments.num_bytes, arguments.delay), sock=listener)
    # Not as create_server's backlog: that is also how many times in a row it accepts and, out of descriptors, how many
    # timers it sets to try again. With 4096 timers it would do nothing else.
    listener.listen(4096)
    host, port = listener.getsockname()[:2]
    host = f"[{host}]" if ":" in host else host
    print(f"Serving {arguments.poem} on {host}:{port}.", flush=True)
    await server.serve_forever()


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
        asyncio.run(serve(arguments, poem))
    except OSError as problem:
        sys.exit(f"poetry: {problem}")
    except KeyboardInterrupt:
        pass


main()
