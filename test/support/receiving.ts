// A collector on loopback that takes whatever comes.

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** What a collector was sent. */
export interface Receiving {
  /** Where it listens; it closes with the test. */
  readonly endpoint: string;
  /** The bodies as they came over the wire. */
  readonly bodies: readonly Buffer[];
}

/** Starts one for the running test, that answers every request with a status. */
export async function receiving(status = 200): Promise<Receiving> {
  const bodies: Buffer[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', chunk => chunks.push(chunk));
    request.on('end', () => {
      bodies.push(Buffer.concat(chunks));
      response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies };
}
