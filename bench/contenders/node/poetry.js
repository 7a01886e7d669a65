'use strict';
// A poetry server as one writes it in Node.js: an event loop, and a callback for everything that takes time.

const fs = require('node:fs');
const net = require('node:net');
const { parseArgs } = require('node:util');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    port: { type: 'string', default: '0' },
    iface: { type: 'string', default: '127.0.0.1' },
    'num-bytes': { type: 'string', default: '0' },
    delay: { type: 'string', default: '0' },
  },
});
const path = positionals[0];
const poem = fs.readFileSync(path);
const chunk = Number(values['num-bytes']) || poem.length;
const pause = Number(values.delay) * 1000;

const server = net.createServer((socket) => {
  socket.on('error', () => {}); // the client has left; the socket closes by itself
  recite(socket, 0);
});

function recite(socket, begin) {
  const end = begin + chunk;
  if (end >= poem.length) {
    socket.write(begin === 0 ? poem : poem.subarray(begin));
    socket.destroySoon(); // close as soon as that is written; end() would wait for the client's end of stream
    return;
  }
  socket.write(poem.subarray(begin, end), (error) => {
    if (!error) {
      setTimeout(() => socket.destroyed || recite(socket, end), pause);
    }
  });
}

let complained = false;
server.on('error', (error) => {
  if (!server.listening) {
    console.error(`poetry: ${error.message}`);
    process.exit(1);
  }
  // An accept has failed. (Out of descriptors, libuv accepts and closes silently.)
  if (!complained) {
    complained = true;
    console.error(`poetry: ${error.message}`);
  }
});

server.listen({ port: Number(values.port), host: values.iface, backlog: 4096 }, () => {
  const { address, family, port } = server.address();
  console.log(`Serving ${path} on ${family === 'IPv6' ? `[${address}]` : address}:${port}.`);
});
