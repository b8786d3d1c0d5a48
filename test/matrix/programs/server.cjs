// Servers of node:http: listeners run in the context of their request also if the connection emits the event, each request of
// a connection has a separate context, and every end of a request is detected.
const assert = require('node:assert/strict');
const { once } = require('node:events');
const { createServer } = require('node:http');
const { connect } = require('node:net');
const { init, trace } = require('@do/trace');

const ended = [];
const processor = {
  onStart() {},
  onEnd: span => void ended.push(span),
  forceFlush: async () => {},
  shutdown: async () => {},
};
const logger = { error: assert.fail, warn: assert.fail, info() {}, debug() {} };
init({ service: 'server', exporter: [], processors: [processor], logger });

const seen = [];
const record = where => seen.push([where, trace.ids()?.traceId]);

const server = createServer((request, response) => {
  if (request.url === '/left') return void request.socket.emit('handled');
  record('handler');
  request.on('data', () => {
    record('data');
    request.socket.emit('handled');
  });
  request.on('end', async () => {
    record('end');
    await new Promise(resolve => setTimeout(resolve, 1));
    record('later');
    response.end(trace.ids().traceId);
  });
  response.on('finish', () => record('finish')).on('close', () => record('close'));
});

async function main() {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const handled = [];
  server.on('connection', socket => socket.on('handled', () => handled.shift()()));
  const socket = connect(server.address().port, '127.0.0.1');

  for (let request = 1; request <= 2; request++) {
    seen.length = 0;
    handled.push(
      () => socket.write('def'),
      () => {},
    );
    socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc');
    const text = (await once(socket, 'data')).toString();
    while (ended.length < request) await new Promise(resolve => setImmediate(resolve));
    const { traceId } = ended.at(-1).spanContext();
    assert(text.endsWith(traceId));
    const places = ['handler', 'data', 'data', 'end', 'later', 'finish', 'close'];
    assert.deepEqual(
      seen,
      places.map(place => [place, traceId]),
    );
  }
  handled.push(() => socket.destroy());
  socket.write('GET /left HTTP/1.1\r\nHost: a\r\n\r\n');
  while (ended.length < 3) await new Promise(resolve => setImmediate(resolve));
  assert.equal(ended[2].status.message, 'aborted');
  assert.equal(new Set(ended.map(span => span.spanContext().traceId)).size, 3);
  server.close();
  console.log(`${ended.length} requests, each with its context in ${seen.length} places`);
  await trace.shutdown();
}

main();
