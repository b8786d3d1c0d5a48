// A process that sends requests over connections which stay open, each as soon as the answer to the one before is
// there. It writes and counts bytes and reads no HTTP: the service is to be the slow one of the two.
//
//   { port, requests, connections } by message; answered with { ms }

import { connect } from 'node:net';

process.on('message', async order => process.send({ ms: await load(order) }));

async function load({ port, requests, connections }) {
  let left = requests;
  const began = performance.now();
  await Promise.all(Array.from({ length: connections }, () => one(port, () => left-- > 0)));
  return performance.now() - began;
}

/** One connection, until there is nothing left to send. */
function one(port, more) {
  const request = `GET /orders/4711?full=1 HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUser-Agent: bench\r\n\r\n`;
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let [length, received] = [0, 0];
    const next = () => {
      if (more()) socket.write(request);
      else socket.end(resolve);
    };
    socket.setNoDelay(true).on('connect', next).on('error', reject);
    socket.on('data', chunk => {
      // All answers are of the length of the first.
      if (length === 0) length = lengthOf(chunk);
      received += chunk.length;
      if (received < length) return;
      received = 0;
      next();
    });
  });
}

function lengthOf(chunk) {
  const text = chunk.toString('latin1');
  const body = /\r\ncontent-length: (\d+)\r\n/i.exec(text)?.[1];
  if (!text.startsWith('HTTP/1.1 200') || body === undefined) throw new Error(`the service answered ${text}`);
  return text.indexOf('\r\n\r\n') + 4 + Number(body);
}
