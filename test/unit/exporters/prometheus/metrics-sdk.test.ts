// The way out by OTLP, with OpenTelemetry's own exporter against a receiver on loopback.

import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Diagnostics } from '../../../../src/core/diagnostics.js';
import type { ExporterContext } from '../../../../src/exporters/exporter.js';
import { prometheus } from '../../../../src/exporters/index.js';
import { createMetricProducer } from '../../../../src/exporters/prometheus/metric-producer.js';
import { type MetricsPackages, startMetricsSdk } from '../../../../src/exporters/prometheus/metrics-sdk.js';
import { SpanMetrics } from '../../../../src/exporters/prometheus/span-metrics.js';
import { init, trace } from '../../../../src/index.js';

interface Received {
  readonly path: string | undefined;
  readonly key: string | string[] | undefined;
  readonly body: Buffer;
}

let server: Server;
let base: string;
let status = 200;
let received: Received[] = [];
let said: string[] = [];
const note = (message: string): void => {
  said.push(message);
};
const logger = { error: note, warn: note, info: () => {}, debug: () => {} };
const common = { service: 'orders', instrument: false, exitHandlers: false, logger } as const;

beforeEach(async () => {
  received = [];
  said = [];
  status = 200;
  server = createServer((incoming, response) => {
    void readBody(incoming).then(body => {
      received.push({ path: incoming.url, key: incoming.headers['x-key'], body });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  await trace.shutdown();
  server.closeAllConnections();
  await new Promise(resolve => server.close(resolve));
});

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  return incoming.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
}

function makeTable(): SpanMetrics {
  return new SpanMetrics({
    service: 'orders',
    bounds: [1, 10],
    perSecond: 1_000,
    maxSeries: 10,
    exemplars: true,
    nowMs: () => 0,
    onOverflow: () => {},
  });
}

describe('push', () => {
  it('sends span metrics and the numbers of delivery when flushed, without a page', async () => {
    init({
      ...common,
      exporter: prometheus({ port: false, push: { endpoint: base, headers: { 'x-key': 'k' } } }),
    });
    trace.span('work', () => {});
    await trace.flush();
    expect(received).toMatchObject([{ path: '/v1/metrics', key: 'k' }]);
    const text = received[0]?.body.toString('latin1') ?? '';
    for (const word of ['traces.span.metrics.calls', 'traces.span.metrics.duration', 'SPAN_KIND_INTERNAL']) {
      expect(text).toContain(word);
    }
    expect((await trace.check()).ok).toBe(true);
  });

  it('takes a URL with a path as it stands', async () => {
    const endpoint = `${base}/api/v1/otlp/v1/metrics`;
    init({ ...common, exporter: prometheus({ port: false, push: { endpoint } }) });
    trace.span('work', () => {});
    await trace.shutdown();
    expect(received.map(({ path }) => path)).toEqual(['/api/v1/otlp/v1/metrics']);
  });

  it('says once that metrics are not accepted', async () => {
    status = 400;
    init({ ...common, exporter: prometheus({ port: false, push: { endpoint: base } }) });
    trace.span('work', () => {});
    await trace.flush();
    await trace.flush();
    expect(received).toHaveLength(2);
    expect(said).toEqual([expect.stringMatching(/metrics were not accepted by http:.*push\.endpoint/)]);
  });

  it('shows the table to a metric reader', async () => {
    const table = makeTable();
    const span = {
      name: 'a',
      kind: 1,
      status: { code: 2 },
      duration: [0, 5e6],
      spanContext: () => ({ traceId: '', spanId: '' }),
    };
    table.observe({ ...span, duration: [0, 5e6] }, false);
    const resource = resourceFromAttributes({ 'service.name': 'orders' });
    const parts = { spanMetrics: table, resource, namespace: 'n', unit: 'ms', nowMs: () => 1_500 } as const;
    const { resourceMetrics } = await createMetricProducer(parts).collect();
    const attributes = {
      'service.name': 'orders',
      'span.name': 'a',
      'span.kind': 'SPAN_KIND_SERVER',
      'status.code': 'STATUS_CODE_ERROR',
    };
    const point = { startTime: [1, 5e8], endTime: [1, 5e8], attributes };
    expect(resourceMetrics.scopeMetrics[0]?.metrics).toMatchObject([
      { descriptor: { name: 'n.calls' }, isMonotonic: true, dataPoints: [{ ...point, value: 1 }] },
      {
        descriptor: { name: 'n.duration', unit: 'ms' },
        dataPoints: [
          { ...point, value: { buckets: { boundaries: [1, 10], counts: [0, 1, 0] }, count: 1, sum: 5 } },
        ],
      },
    ]);
  });
});

describe('without the optional packages', () => {
  const missing = (): never => {
    throw Object.assign(new Error('Cannot find module'), { code: 'MODULE_NOT_FOUND' });
  };

  function start(packages: Partial<MetricsPackages>): { isRunning: boolean; said: string[] } {
    const warnings: string[] = [];
    const diagnostics = { once: (_: string, __: string, message: string) => warnings.push(message) };
    const context = {
      diagnostics: diagnostics as unknown as Diagnostics,
      delivery: {},
      resource: resourceFromAttributes({}),
      deliveryStats: () => ({ exporters: [] }),
    } as unknown as ExporterContext;
    const parts = {
      spanMetrics: makeTable(),
      resource: context.resource,
      namespace: '',
      unit: 'ms',
      nowMs: () => 0,
    } as const;
    const loaded = { loadMetrics: missing, loadOtlp: missing, ...packages } as MetricsPackages;
    const sdk = startMetricsSdk({ context, producer: createMetricProducer(parts), push: {}, packages: loaded });
    return { isRunning: sdk !== undefined, said: warnings };
  }

  it('names the metrics SDK, what is missing without it, and the command that installs it', () => {
    expect(start({})).toEqual({
      isRunning: false,
      said: [
        'prometheus: without the otel.sdk metrics of delivery and without metrics sent as OTLP: @opentelemetry/sdk-metrics is not installed. Install it with: npm install @opentelemetry/sdk-metrics',
      ],
    });
  });

  it('names the OTLP exporter, and goes on without it', async () => {
    const metrics = await import('@opentelemetry/sdk-metrics');
    expect(start({ loadMetrics: () => metrics })).toEqual({
      isRunning: true,
      said: [expect.stringContaining('npm install @opentelemetry/exporter-metrics-otlp-proto')],
    });
  });
});
