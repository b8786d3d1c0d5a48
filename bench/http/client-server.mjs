// Responds to each request with the same bytes, and counts the requests with one valid traceparent. It parses no more of HTTP
// than the end of a head.
//
//   message in: 'count'     message out: { requests, traced } since the last message; at the start { port }

import { createServer } from 'node:net';

const BODY = JSON.stringify({ id: 4711, status: 'confirmed', items: [{ sku: 'A-1', count: 2 }] });
const RESPONSE = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`;
const TRACEPARENT = /\r\ntraceparent: 00-[0-9a-f]{32}-[0-9a-f]{16}-0[13]\r\n/gi;

let [requests, traced] = [0, 0];
const server = createServer(socket => {
  let received = '';
  socket.setNoDelay(true).on('error', () => {});
  socket.on('data', chunk => {
    received += chunk.toString('latin1');
    if (!received.endsWith('\r\n\r\n')) return;
    requests++;
    if (received.match(TRACEPARENT)?.length === 1) traced++;
    received = '';
    socket.write(RESPONSE);
  });
});
process.on('message', () => {
  process.send({ requests, traced });
  [requests, traced] = [0, 0];
});
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
