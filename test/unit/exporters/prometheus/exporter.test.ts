// The exporter through init(), with requests to its metrics endpoint.

import { request } from 'node:http';
import { type AddressInfo, createServer as createPlainServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Exporter } from '../../../../src/exporters/exporter.js';
import { memory, prometheus, type PrometheusOptions } from '../../../../src/exporters/index.js';
import { CHUNK_BYTES } from '../../../../src/exporters/prometheus/byte-buffer.js';
import { internalMembersOf } from '../../../../src/exporters/started-exporter.js';
import { init, trace } from '../../../../src/index.js';
import { startExporter } from '../../../support/exporter-context.js';
import { freePort } from '../../../support/free-port.mjs';
import { readExposition, type Sample, sumOf } from '../../../support/read-exposition.js';

const CALLS = 'traces_span_metrics_calls_total';
const DURATION = 'traces_span_metrics_duration_milliseconds';
const OPENMETRICS = 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5';

let messages: string[] = [];
const collect = (message: string): void => {
  messages.push(message);
};
const logger = { error: collect, warn: collect, info: () => {}, debug: () => {} };
const common = { service: 'orders', instrument: false, exitHandlers: false, logger } as const;

afterEach(async () => {
  await trace.shutdown();
  messages = [];
});

function onFreePort(options: PrometheusOptions = {}): Exporter {
  return prometheus({ port: 0, ...options });
}

interface Response {
  readonly status: number;
  readonly type: string | undefined;
  readonly length: string | undefined;
  readonly body: string;
}

async function scrape(
  exporter: Exporter,
  { method = 'GET', path = '', accept = OPENMETRICS } = {},
): Promise<Response> {
  // The check waits until the socket is bound. The port is known then.
  await exporter.check?.();
  const url = new URL(path, exporter.endpoint);
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers: { accept }, agent: false }, response => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => {
        const { 'content-type': type, 'content-length': length } = response.headers;
        resolve({ status: response.statusCode ?? 0, type, length, body });
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}

async function samplesOf(exporter: Exporter): Promise<Sample[]> {
  return readExposition((await scrape(exporter)).body);
}

/** Records 300 traces of three spans. Several are open at a time; they take between 5 and 300 ms. */
function recordTraces(): void {
  const start = Date.now() - 10_000;
  for (let i = 0; i < 300; i += 3) {
    const roots = Object.entries({ odd: 5, even: 20, slow: 300 }).map(([name, ms]) => ({
      root: trace.startSpan(name, { root: true, startTime: start }),
      ms,
    }));
    for (const { root, ms } of roots) {
      trace.withSpan(root, () => {
        trace.startSpan('read', { kind: 'client', startTime: start + 1 }).end(start + 3);
        const write = trace.startSpan(i % 30 === 0 ? 'write' : 'skip', { startTime: start + 3 });
        if (i % 30 === 0) write.setStatus({ code: 2 });
        write.end(start + 4);
      });
      root.end(start + ms);
    }
  }
}

describe('prometheus', () => {
  it('counts every span while one in a hundred traces is kept', async () => {
    const kept = memory();
    const metrics = onFreePort();
    init({ ...common, exporter: [kept, metrics], sample: 0.01 });
    for (let i = 0; i < 2_500; i++) {
      trace.span('GET /orders', { kind: 'server' }, () => {
        trace.span('read', () => {});
        trace.span('query', { kind: 'client' }, () => {});
        try {
          trace.span('charge', () => {
            if (i % 10 === 0) throw new Error('declined');
          });
        } catch {
          // The span has recorded the error.
        }
      });
    }
    const samples = await samplesOf(metrics);
    expect(sumOf(samples, CALLS)).toBe(10_000);
    for (const name of ['GET /orders', 'read', 'query', 'charge']) {
      expect(sumOf(samples, CALLS, { span_name: name, service_name: 'orders' }), name).toBe(2_500);
      expect(sumOf(samples, `${DURATION}_count`, { span_name: name }), name).toBe(2_500);
      expect(sumOf(samples, `${DURATION}_bucket`, { span_name: name, le: '+Inf' }), name).toBe(2_500);
    }
    expect(sumOf(samples, CALLS, { span_kind: 'SPAN_KIND_SERVER' })).toBe(2_500);
    expect(sumOf(samples, CALLS, { status_code: 'STATUS_CODE_ERROR' })).toBe(250);
    expect(kept.spans.length).toBeLessThan(1_000);
    const keptIds = new Set(kept.spans.map(span => span.spanContext().spanId));
    for (const { exemplar } of samples) {
      if (exemplar !== undefined) expect(keptIds).toContain(exemplar.labels['span_id']);
    }
  });

  it('counts every span with tail sampling, and has exemplars of kept traces only', async () => {
    const kept = memory();
    const metrics = onFreePort();
    init({ ...common, exporter: [kept, metrics], sample: { ratio: 0.2, keep: { errors: true } } });
    for (let i = 0; i < 300; i++) {
      const root = trace.startSpan('root', { root: true });
      trace.withSpan(root, () => trace.span('child', () => {}));
      if (i % 3 === 0) root.setStatus({ code: 2 });
      root.end();
    }
    const samples = await samplesOf(metrics);
    expect(sumOf(samples, CALLS)).toBe(600);
    expect(sumOf(samples, CALLS, { status_code: 'STATUS_CODE_ERROR' })).toBe(100);
    expect(kept.spans.length).toBeGreaterThanOrEqual(200);
    expect(kept.spans.length).toBeLessThan(600);
    const keptIds = new Set(kept.spans.map(span => span.spanContext().spanId));
    const exemplarIds = samples.flatMap(({ exemplar }) =>
      exemplar === undefined ? [] : [exemplar.labels['span_id']],
    );
    expect(exemplarIds.length).toBeGreaterThan(0);
    expect(exemplarIds.filter(id => !keptIds.has(id ?? ''))).toEqual([]);
  });

  it('has the same counts for every sampling option', async () => {
    const keep = { errors: true, slowerThanMs: 100, match: [{ name: 'write' }] };
    const sampleOptions = {
      everything: 1,
      hundredth: 0.01,
      off: 'off',
      nothing: 0,
      production: 'production',
      rules: { rules: [{ name: 'odd', ratio: 0 }] },
      perSecond: { perSecond: 5 },
      keep: { ratio: 0.01, keep },
      // Most traces are decided before their end, because the buffer is full.
      fullBuffer: { ratio: 0.5, keep: { ...keep, maxTraces: 2 } },
    } as const;
    const samplesByOption = new Map<string, Sample[]>();
    for (const [option, sample] of Object.entries(sampleOptions)) {
      const kept = memory();
      const metrics = onFreePort();
      init({ ...common, exporter: [kept, metrics], sample });
      recordTraces();
      const samples = (await samplesOf(metrics)).filter(({ name }) =>
        name.startsWith('traces_span_metrics_'),
      );
      samplesByOption.set(
        option,
        samples.map(({ name, labels, value }) => ({ name, labels, value })),
      );
      await trace.shutdown();
      expect(kept.spans.length === 900, option).toBe(option === 'everything');
    }
    const expected = samplesByOption.get('everything') ?? [];
    expect(sumOf(expected, CALLS)).toBe(900);
    expect(sumOf(expected, CALLS, { status_code: 'STATUS_CODE_ERROR' })).toBe(30);
    for (const [option, samples] of samplesByOption) expect(samples, option).toEqual(expected);
  });

  it('serves exemplars, the statistics of delivery and the resource together', async () => {
    const kept = memory();
    const metrics = onFreePort();
    init({ ...common, exporter: [kept, metrics] });
    trace.span('work', () => {});
    const samples = await samplesOf(metrics);
    const { traceId, spanId } = kept.spans[0]?.spanContext() ?? {};
    expect(samples.flatMap(({ exemplar }) => (exemplar === undefined ? [] : [exemplar.labels]))).toEqual([
      { trace_id: traceId, span_id: spanId },
    ]);
    expect(sumOf(samples, 'otel_sdk_processor_span_processed_total')).toBe(1);
    expect(sumOf(samples, 'target_info', { service_name: 'orders', telemetry_sdk_language: 'nodejs' })).toBe(
      1,
    );
  });

  it('counts the spans of dropped traces', async () => {
    const kept = memory();
    const metrics = onFreePort();
    init({ ...common, exporter: [kept, metrics] });
    trace.span('dropped', () => trace.drop());
    expect(kept.spans).toEqual([]);
    expect(sumOf(await samplesOf(metrics), CALLS, { span_name: 'dropped' })).toBe(1);
  });

  it('serves the format that the client accepts', async () => {
    const metrics = onFreePort();
    init({ ...common, exporter: metrics });
    trace.span('work', () => {});
    const openMetrics = await scrape(metrics);
    expect(openMetrics.type).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    expect(openMetrics.body).toMatch(/^# TYPE traces_span_metrics_calls counter$/m);
    expect(openMetrics.body).toMatch(/\n# EOF\n$/);
    const plain = await scrape(metrics, { accept: '*/*' });
    expect(plain.type).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(plain.body).toMatch(/^# TYPE traces_span_metrics_calls_total counter$/m);
    expect(plain.body).not.toContain('EOF');
    expect(sumOf(readExposition(plain.body), CALLS)).toBe(1);
  });

  it('uses the configured unit, buckets, namespace and path', async () => {
    const metrics = onFreePort({ unit: 's', buckets: [5, 500], namespace: 'traces.spanmetrics', path: '/m' });
    init({ ...common, exporter: metrics });
    // Dates, because a small number is a time since the start of the process.
    trace.startSpan('slow', { startTime: new Date(1_700_000_000_000) }).end(new Date(1_700_000_000_250));
    const samples = await samplesOf(metrics);
    const buckets = samples.filter(({ name }) => name === 'traces_spanmetrics_duration_seconds_bucket');
    expect(buckets.map(({ labels, value }) => [labels['le'], value])).toEqual([
      ['0.005', 0],
      ['0.5', 1],
      ['+Inf', 1],
    ]);
    expect(sumOf(samples, 'traces_spanmetrics_duration_seconds_sum')).toBeCloseTo(0.25, 9);
  });

  it('reports once that there are too many span names, and loses no count', async () => {
    const metrics = onFreePort({ maxSeries: 10 });
    init({ ...common, exporter: metrics });
    for (let id = 0; id < 100; id++) trace.span(`GET /orders/${id}`, () => {});
    expect(sumOf(await samplesOf(metrics), CALLS)).toBe(100);
    expect(messages).toEqual([
      expect.stringMatching(/limit of 10 series.*"GET \/orders\/10".*_OTHER.*\[metrics_series_limit\]$/),
    ]);
  });

  it('accepts GET and HEAD at its path only', async () => {
    const metrics = onFreePort();
    init({ ...common, exporter: metrics });
    trace.span('work', () => {});
    const head = await scrape(metrics, { method: 'HEAD' });
    expect([head.status, head.body]).toEqual([200, '']);
    expect(Number(head.length)).toBeGreaterThan(100);
    expect((await scrape(metrics, { path: '/metrics?name=x' })).status).toBe(200);
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      expect((await scrape(metrics, { method })).status, method).toBe(405);
    }
    for (const path of ['/', '/metrics/', '/Metrics', '/..//metrics']) {
      expect((await scrape(metrics, { path })).status, path).toBe(404);
    }
  });

  it('sends long text in chunks, completely, also after a client that disconnected', async () => {
    const metrics = onFreePort();
    init({ ...common, exporter: metrics });
    for (let i = 0; i < 900; i++) trace.span(`work ${i}`, () => {});
    await metrics.check?.();
    await new Promise<void>(resolve => {
      const sent = request(new URL(metrics.endpoint ?? ''), { agent: false }, response => response.destroy());
      sent.on('close', resolve).on('error', () => undefined);
      sent.end();
    });
    for (const accept of [OPENMETRICS, 'text/plain']) {
      const { body, length } = await scrape(metrics, { accept });
      expect(length).toBeUndefined();
      expect(body.length).toBeGreaterThan(2 * CHUNK_BYTES);
      const counts = readExposition(body).filter(({ name }) => name.endsWith('_count'));
      expect(new Set(counts.map(({ labels }) => labels['span_name'])).size).toBe(900);
    }
    expect((await scrape(metrics, { method: 'HEAD' })).body).toBe('');
  });

  it('creates no span for a scrape', async () => {
    const kept = memory();
    const metrics = onFreePort();
    init({ ...common, exporter: [kept, metrics], instrument: { fetch: false } });
    await trace.check();
    const url = metrics.endpoint ?? '';
    const response = await fetch(url);
    expect(response.status).toBe(200);
    expect(kept.spans.map(span => span.name)).toEqual([]);
  });

  it('does not keep the process alive, and closes its server at shutdown', async () => {
    const servers = (): number =>
      process.getActiveResourcesInfo().filter(name => name === 'TCPServerWrap').length;
    const before = servers();
    const metrics = onFreePort();
    init({ ...common, exporter: metrics });
    expect((await scrape(metrics)).status).toBe(200);
    expect(servers()).toBe(before);
    await trace.shutdown();
    await expect(scrape(metrics)).rejects.toThrow(/ECONNREFUSED/);
  });

  it('starts again at zero with the next init()', async () => {
    const metrics = onFreePort();
    for (let round = 0; round < 2; round++) {
      init({ ...common, exporter: metrics });
      trace.span('work', () => {});
      expect(sumOf(await samplesOf(metrics), CALLS)).toBe(1);
      await trace.shutdown();
    }
  });

  it('reports two exporters with one port, and the first keeps working', async () => {
    const port = await freePort();
    const [first, second] = [prometheus({ port }), prometheus({ port })];
    init({ ...common, exporter: [first, second] });
    trace.span('work', () => {});
    expect(await second.check?.()).toMatchObject({
      status: 'error',
      code: 'metrics_endpoint_unavailable',
      source: 'prometheus',
      message: expect.stringContaining(
        `another prometheus exporter of this process, http://127.0.0.1:${port}/metrics`,
      ),
      fix: expect.stringContaining('another port'),
    });
    expect(messages).toHaveLength(1);
    expect(sumOf(await samplesOf(first), CALLS)).toBe(1);
  });

  it('reports a port of another program, and the application runs', async () => {
    const other = createPlainServer();
    await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    try {
      const metrics = prometheus({ port });
      init({ ...common, exporter: metrics });
      expect(trace.span('work', () => 42)).toBe(42);
      expect(await metrics.check?.()).toMatchObject({
        status: 'error',
        code: 'metrics_endpoint_unavailable',
        message: expect.stringContaining(`port ${port} on 127.0.0.1 is in use by another process`),
        fix: expect.stringContaining('OTEL_EXPORTER_PROMETHEUS_PORT'),
      });
      expect(messages).toHaveLength(1);
      // trace.check() shows the failure once, although it was reported at the start as well.
      const { ok, checks } = await trace.check();
      expect(ok).toBe(false);
      expect(checks.filter(({ code }) => code === 'metrics_endpoint_unavailable')).toHaveLength(1);
    } finally {
      await new Promise(resolve => other.close(resolve));
    }
  });

  it('reports an address that this machine does not have', async () => {
    const metrics = prometheus({ port: 0, host: '192.0.2.1' });
    init({ ...common, exporter: metrics });
    expect(await metrics.check?.()).toMatchObject({
      status: 'error',
      fix: expect.stringContaining('0.0.0.0'),
    });
  });

  it('has nothing to flush at the end of the process unless it sends metrics as OTLP', () => {
    const isIdle = (options: PrometheusOptions): boolean | undefined =>
      internalMembersOf(startExporter(prometheus(options)).started).isIdle?.();
    expect(isIdle({ port: 0 })).toBe(true);
    expect(isIdle({ push: {} })).toBe(false);
  });

  it('checks itself with a scrape', async () => {
    const metrics = onFreePort();
    expect(await metrics.check?.()).toMatchObject({ status: 'error', code: 'not_started' });
    init({ ...common, exporter: metrics });
    expect(await metrics.check?.()).toMatchObject({
      status: 'ok',
      message: expect.stringContaining('/metrics serves'),
    });
  });
});
