import { expect, it, onTestFinished } from 'vitest';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { deliverTo } from '../../../src/exporters/deliver-to.js';
import { problemCodesOf } from '../../support/problems-of.js';
import { createExporterContext } from '../../support/exporter-context.js';
import { makeSpan } from '../../support/spans.js';

/** A receiver that keeps the value of a header for each request. */
async function startReceiver(header: string) {
  const received: unknown[] = [];
  const server = createServer((request, response) => {
    received.push(request.headers[header]);
    request.resume().on('end', () => response.setHeader('content-type', 'application/x-protobuf').end());
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

it('delivers the spans and checks the same destination', async () => {
  const { endpoint, received } = await startReceiver('api-key');
  const { context } = createExporterContext();
  const { started, check } = deliverTo(context, { name: 'acme', endpoint, headers: { 'api-key': 'k1' } });
  started.processor.onEnd(makeSpan());
  await started.flush?.({ timeoutMs: 10_000 });
  expect(started.stats?.()).toMatchObject({ exporter: 'acme', ended: 1, sent: 1 });
  expect(received).toEqual(['k1']);
  expect(await check()).toMatchObject({ name: 'acme', status: 'ok' });
  expect(new Set(received)).toEqual(new Set(['k1']));
  await started.shutdown?.({ timeoutMs: 10_000 });
});

it('adds the extras of an exporter of this package', () => {
  const { context, destination } = createExporterContext();
  const shape = <T>(span: T): T => span;
  deliverTo(
    context,
    { name: 'acme', endpoint: 'https://otlp.acme.example' },
    { shape, displayEndpoint: 'https://shown', maxChunkBytes: 2_048 },
  );
  expect(destination()).toMatchObject({
    name: 'acme',
    shape,
    displayEndpoint: 'https://shown',
    maxChunkBytes: 2_048,
  });
  expect(destination()?.endpoint.href).toBe('https://otlp.acme.example/v1/traces');
});

it('passes the hints on to the check', async () => {
  const { context } = createExporterContext();
  const endpoint = 'http://127.0.0.1:1/v1/traces';
  const { check } = deliverTo(context, { name: 'acme', endpoint });
  expect(await check({ keySetting: 'ACME_KEY' })).toMatchObject({ name: 'acme', status: 'error' });
});

it('throws for mistakes in the options', () => {
  const { context } = createExporterContext();
  const given = { name: 'acme', endpoint: 5, protocol: 'grpc', nonsense: 1 };
  expect(problemCodesOf(() => deliverTo(context, given as never))).toEqual([
    'unknown_option deliver.nonsense',
    'wrong_type deliver.endpoint',
    'wrong_type deliver.protocol',
  ]);
});
