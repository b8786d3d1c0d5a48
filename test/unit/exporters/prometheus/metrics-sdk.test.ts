// Metrics that OpenTelemetry's own exporter sends as OTLP to a server of the test.

import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prometheus } from '../../../../src/exporters/index.js';
import { createMetricProducer } from '../../../../src/exporters/prometheus/metric-producer.js';
import {
  type MetricsPackages,
  type MetricsSdk,
  startMetricsSdk,
} from '../../../../src/exporters/prometheus/metrics-sdk.js';
import { init, trace } from '../../../../src/index.js';
import type { CapturedDiagnostic } from '../../../support/captured-diagnostics.js';
import { membersOf } from '../../../../src/exporters/exporter-context.js';
import { createExporterContext } from '../../../support/exporter-context.js';
import { createSpanMetrics } from '../../../support/span-metrics.js';

interface ReceivedRequest {
  readonly path: string | undefined;
  readonly key: string | string[] | undefined;
  readonly body: Buffer;
}

let server: Server;
let baseUrl: string;
let status = 200;
let received: ReceivedRequest[] = [];
let messages: string[] = [];
const collect = (message: string): void => {
  messages.push(message);
};
const logger = { error: collect, warn: collect, info: () => {}, debug: () => {} };
const common = { service: 'orders', instrument: false, exitHandlers: false, logger } as const;

beforeEach(async () => {
  received = [];
  messages = [];
  status = 200;
  server = createServer((incoming, response) => {
    void readBody(incoming).then(body => {
      received.push({ path: incoming.url, key: incoming.headers['x-key'], body });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
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

describe('metrics as OTLP', () => {
  it('have span metrics and the statistics of delivery, without a metrics endpoint', async () => {
    init({
      ...common,
      exporter: prometheus({ port: false, push: { endpoint: baseUrl, headers: { 'x-key': 'k' } } }),
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

  it('are sent to a URL with a path unchanged', async () => {
    const endpoint = `${baseUrl}/api/v1/otlp/v1/metrics`;
    init({ ...common, exporter: prometheus({ port: false, push: { endpoint } }) });
    trace.span('work', () => {});
    await trace.shutdown();
    expect(received.map(({ path }) => path)).toEqual(['/api/v1/otlp/v1/metrics']);
  });

  it('are reported once if they are not accepted', async () => {
    status = 400;
    init({ ...common, exporter: prometheus({ port: false, push: { endpoint: baseUrl } }) });
    trace.span('work', () => {});
    await trace.flush();
    await trace.flush();
    expect(received).toHaveLength(2);
    expect(messages).toEqual([
      expect.stringMatching(/http:.* did not accept metrics.*push\.endpoint.*\[metrics_push_failed\]$/),
    ]);
  });
});

describe('without the optional packages', () => {
  const notInstalled = (): never => {
    throw Object.assign(new Error('Cannot find module'), { code: 'MODULE_NOT_FOUND' });
  };

  function start(
    packages: Partial<MetricsPackages>,
    { isPushed = true } = {},
  ): { sdk: MetricsSdk | undefined; captured: readonly CapturedDiagnostic[] } {
    const { context, captured } = createExporterContext();
    const { resource } = membersOf(context);
    const spanMetrics = createSpanMetrics();
    const naming = { namespace: '', unit: 'ms', nowMs: () => 0 } as const;
    const producer = createMetricProducer({ spanMetrics, resource, ...naming });
    const loaders = { loadMetrics: notInstalled, loadOtlp: notInstalled, ...packages };
    return {
      sdk: startMetricsSdk({ context, producer, push: isPushed ? {} : undefined, packages: loaders }),
      captured,
    };
  }

  it('names the metrics SDK, the missing metrics, and the command that installs it', () => {
    const { sdk, captured } = start({});
    expect(sdk).toBeUndefined();
    expect(captured).toEqual([
      {
        level: 'warn',
        code: 'metrics_package_missing',
        message:
          'prometheus runs without the otel.sdk metrics of delivery and without metrics sent as OTLP, because @opentelemetry/sdk-metrics is not installed',
        fix: 'Install it with: npm install @opentelemetry/sdk-metrics',
        source: '@opentelemetry/sdk-metrics',
      },
    ]);
  });

  it('names the OTLP exporter, and collects without it', async () => {
    const metrics = await import('@opentelemetry/sdk-metrics');
    const { sdk, captured } = start({ loadMetrics: () => metrics });
    expect(captured).toMatchObject([
      {
        level: 'warn',
        code: 'metrics_package_missing',
        fix: expect.stringContaining('npm install @opentelemetry/exporter-metrics-otlp-proto'),
      },
    ]);
    expect(await sdk?.collect()).toHaveProperty('scopeMetrics');
    await sdk?.flush(1_000);
    await sdk?.shutdown(1_000);
  });

  it('needs no OTLP exporter if no metrics are sent', async () => {
    const metrics = await import('@opentelemetry/sdk-metrics');
    const { sdk, captured } = start({ loadMetrics: () => metrics }, { isPushed: false });
    expect(sdk).toBeDefined();
    expect(captured).toEqual([]);
    await sdk?.shutdown(1_000);
  });

  it('shows the error of a package that is broken', () => {
    const { captured } = start({
      loadMetrics: () => {
        throw new SyntaxError('Unexpected token');
      },
    });
    expect(captured[0]?.message).toContain('cannot be loaded: SyntaxError: Unexpected token');
  });
});
