import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { probeDestination } from '../../../src/exporters/probe-destination.js';
import { createExporterContext } from '../../support/exporter-context.js';

async function probe(respond: (request: IncomingMessage, response: ServerResponse) => void, hints = {}) {
  const server = createServer(respond);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const endpoint = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`);
  try {
    return await probeDestination({ name: 'acme', endpoint }, createExporterContext().context, hints);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

it('examines a destination with the doctor', async () => {
  const check = await probe((request, response) => {
    request.resume().on('end', () => response.setHeader('content-type', 'application/x-protobuf').end());
  });
  expect(check).toMatchObject({ name: 'acme', status: 'ok' });
  expect(check.steps?.length).toBeGreaterThan(1);
});

it('passes on the features of the backend', async () => {
  const check = await probe(
    (request, response) => request.resume().on('end', () => response.writeHead(401).end()),
    {
      keySetting: 'ACME_KEY',
    },
  );
  expect(check).toMatchObject({ status: 'error', fix: expect.stringContaining('ACME_KEY') });
});
