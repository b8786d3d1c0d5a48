// Sends requests over open connections, each as soon as the previous response has arrived. It writes and counts bytes and does
// not parse HTTP, so that the service is the slower process.
//
//   message in: { port, requests, connections }     message out: { ms }

import { connect } from 'node:net';

process.on('message', async order => process.send({ ms: await load(order) }));

async function load({ port, requests, connections }) {
  let left = requests;
  const began = performance.now();
  await Promise.all(Array.from({ length: connections }, () => useConnection(port, () => left-- > 0)));
  return performance.now() - began;
}

/** Sends requests over one connection while there are some left. */
function useConnection(port, hasMore) {
  const request = `GET /orders/4711?full=1 HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUser-Agent: bench\r\n\r\n`;
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let [length, received] = [0, 0];
    const next = () => {
      if (hasMore()) socket.write(request);
      else socket.end(resolve);
    };
    socket.setNoDelay(true).on('connect', next).on('error', reject);
    socket.on('data', chunk => {
      // All responses have the length of the first.
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
  if (!text.startsWith('HTTP/1.1 200') || body === undefined)
    throw new Error(`the service responded with ${text}`);
  return text.indexOf('\r\n\r\n') + 4 + Number(body);
}
