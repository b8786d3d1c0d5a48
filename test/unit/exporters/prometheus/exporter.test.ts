// The exporter through init(), its page over loopback.

import { CHUNK_BYTES } from '../../../../src/exporters/prometheus/byte-buffer.js';
import { request } from 'node:http';
import { type AddressInfo, createServer as createPlainServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Exporter } from '../../../../src/exporters/exporter.js';
import { memory, prometheus, type PrometheusOptions } from '../../../../src/exporters/index.js';
import { init, trace } from '../../../../src/index.js';
import { freePort } from '../../../support/free-port.mjs';
import { readExposition, type Sample, sumOf } from '../../../support/read-exposition.js';

const CALLS = 'traces_span_metrics_calls_total';
const DURATION = 'traces_span_metrics_duration_milliseconds';
const OPEN = 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5';

let said: string[] = [];
const note = (message: string): void => {
  said.push(message);
};
const logger = { error: note, warn: note, info: () => {}, debug: () => {} };
const common = { service: 'orders', instrument: false, exitHandlers: false, logger } as const;

afterEach(async () => {
  await trace.shutdown();
  said = [];
});

function onFreePort(options: PrometheusOptions = {}): Exporter {
  return prometheus({ port: 0, ...options });
}

interface Answer {
  readonly status: number;
  readonly type: string | undefined;
  readonly length: string | undefined;
  readonly body: string;
}

async function ask(exporter: Exporter, { method = 'GET', path = '', accept = OPEN } = {}): Promise<Answer> {
  // The port is known once the socket is bound, which the check waits for.
  await exporter.check();
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
  return readExposition((await ask(exporter)).body);
}

/** 300 traces of three spans, open several at a time, from no time at all to 300 ms. */
function tellTraces(): void {
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
          // The span has told of it.
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

  it('counts the same where traces are decided at their end, and names none that is not kept', async () => {
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
    const named = samples.flatMap(({ exemplar }) =>
      exemplar === undefined ? [] : [exemplar.labels['span_id']],
    );
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter(id => !keptIds.has(id ?? ''))).toEqual([]);
  });

  it('shows the same numbers whatever is sampled', async () => {
    const keep = { errors: true, slowerThanMs: 100, match: [{ name: 'write' }] };
    const ways = {
      everything: 1,
      hundredth: 0.01,
      off: 'off',
      nothing: 0,
      production: 'production',
      rules: { rules: [{ name: 'odd', ratio: 0 }] },
      perSecond: { perSecond: 5 },
      keep: { ratio: 0.01, keep },
      // Most traces are decided before their end, for want of room.
      crowded: { ratio: 0.5, keep: { ...keep, maxTraces: 2 } },
    } as const;
    const numbers = new Map<string, Sample[]>();
    for (const [way, sample] of Object.entries(ways)) {
      const kept = memory();
      const metrics = onFreePort();
      init({ ...common, exporter: [kept, metrics], sample });
      tellTraces();
      const samples = (await samplesOf(metrics)).filter(({ name }) =>
        name.startsWith('traces_span_metrics_'),
      );
      numbers.set(
        way,
        samples.map(({ name, labels, value }) => ({ name, labels, value })),
      );
      await trace.shutdown();
      expect(kept.spans.length === 900, way).toBe(way === 'everything');
    }
    const truth = numbers.get('everything') ?? [];
    expect(sumOf(truth, CALLS)).toBe(900);
    expect(sumOf(truth, CALLS, { status_code: 'STATUS_CODE_ERROR' })).toBe(30);
    for (const [way, samples] of numbers) expect(samples, way).toEqual(truth);
  });

  it('shows a kept trace as exemplar, delivery and process on the same page', async () => {
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

  it('keeps the numbers of dropped traces', async () => {
    const kept = memory();
    const metrics = onFreePort();
    init({ ...common, exporter: [kept, metrics] });
    trace.span('dropped', () => trace.drop());
    expect(kept.spans).toEqual([]);
    expect(sumOf(await samplesOf(metrics), CALLS, { span_name: 'dropped' })).toBe(1);
  });

  it('speaks the format that is asked for', async () => {
    const metrics = onFreePort();
    init({ ...common, exporter: metrics });
    trace.span('work', () => {});
    const open = await ask(metrics);
    expect(open.type).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    expect(open.body).toMatch(/^# TYPE traces_span_metrics_calls counter$/m);
    expect(open.body).toMatch(/\n# EOF\n$/);
    const plain = await ask(metrics, { accept: '*/*' });
    expect(plain.type).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(plain.body).toMatch(/^# TYPE traces_span_metrics_calls_total counter$/m);
    expect(plain.body).not.toContain('EOF');
    expect(sumOf(readExposition(plain.body), CALLS)).toBe(1);
  });

  it('measures in the unit, the buckets and under the names that are asked for', async () => {
    const metrics = onFreePort({ unit: 's', buckets: [5, 500], namespace: 'traces.spanmetrics', path: '/m' });
    init({ ...common, exporter: metrics });
    // Dates: a small number could be read as milliseconds since the process began.
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

  it('says once that span names explode, and loses no count', async () => {
    const metrics = onFreePort({ maxSeries: 10 });
    init({ ...common, exporter: metrics });
    for (let id = 0; id < 100; id++) trace.span(`GET /orders/${id}`, () => {});
    expect(sumOf(await samplesOf(metrics), CALLS)).toBe(100);
    expect(said).toEqual([expect.stringMatching(/maxSeries 10.*"GET \/orders\/10".*_OTHER/)]);
  });

  it('answers GET and HEAD on its path, and nothing else', async () => {
    const metrics = onFreePort();
    init({ ...common, exporter: metrics });
    trace.span('work', () => {});
    const head = await ask(metrics, { method: 'HEAD' });
    expect([head.status, head.body]).toEqual([200, '']);
    expect(Number(head.length)).toBeGreaterThan(100);
    expect((await ask(metrics, { path: '/metrics?name=x' })).status).toBe(200);
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      expect((await ask(metrics, { method })).status, method).toBe(405);
    }
    for (const path of ['/', '/metrics/', '/Metrics', '/..//metrics']) {
      expect((await ask(metrics, { path })).status, path).toBe(404);
    }
  });

  it('sends a long page in pieces, whole, and survives a reader who leaves', async () => {
    const metrics = onFreePort();
    init({ ...common, exporter: metrics });
    for (let i = 0; i < 900; i++) trace.span(`work ${i}`, () => {});
    await metrics.check();
    await new Promise<void>(resolve => {
      const sent = request(new URL(metrics.endpoint ?? ''), { agent: false }, response => response.destroy());
      sent.on('close', resolve).on('error', () => undefined);
      sent.end();
    });
    for (const accept of [OPEN, 'text/plain']) {
      const { body, length } = await ask(metrics, { accept });
      expect(length).toBeUndefined();
      expect(body.length).toBeGreaterThan(2 * CHUNK_BYTES);
      const counts = readExposition(body).filter(({ name }) => name.endsWith('_count'));
      expect(new Set(counts.map(({ labels }) => labels['span_name'])).size).toBe(900);
    }
    expect((await ask(metrics, { method: 'HEAD' })).body).toBe('');
  });

  it('makes no span of a scrape', async () => {
    const kept = memory();
    const metrics = onFreePort();
    init({ ...common, exporter: [kept, metrics], instrument: ['http'] });
    await trace.check();
    const url = metrics.endpoint ?? '';
    const response = await fetch(url);
    expect(response.status).toBe(200);
    expect(kept.spans.map(span => span.name)).toEqual([]);
  });

  it('is no reason for the process to stay alive, and closes at shutdown', async () => {
    const servers = (): number =>
      process.getActiveResourcesInfo().filter(name => name === 'TCPServerWrap').length;
    const before = servers();
    const metrics = onFreePort();
    init({ ...common, exporter: metrics });
    expect((await ask(metrics)).status).toBe(200);
    expect(servers()).toBe(before);
    await trace.shutdown();
    await expect(ask(metrics)).rejects.toThrow(/ECONNREFUSED/);
  });

  it('starts again with the next init, from zero', async () => {
    const metrics = onFreePort();
    for (let round = 0; round < 2; round++) {
      init({ ...common, exporter: metrics });
      trace.span('work', () => {});
      expect(sumOf(await samplesOf(metrics), CALLS)).toBe(1);
      await trace.shutdown();
    }
  });

  it('tells of two exporters on one port, and the first goes on', async () => {
    const port = await freePort();
    const [first, second] = [prometheus({ port }), prometheus({ port })];
    init({ ...common, exporter: [first, second] });
    trace.span('work', () => {});
    expect(await second.check()).toMatchObject({
      status: 'error',
      message: expect.stringContaining(
        `another prometheus exporter of this process, http://127.0.0.1:${port}/metrics`,
      ),
      fix: expect.stringContaining('another port'),
    });
    expect(said).toHaveLength(1);
    expect(sumOf(await samplesOf(first), CALLS)).toBe(1);
  });

  it('tells of a port that another program holds, and the application goes on', async () => {
    const other = createPlainServer();
    await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    try {
      const metrics = prometheus({ port });
      init({ ...common, exporter: metrics });
      expect(trace.span('work', () => 42)).toBe(42);
      expect(await metrics.check()).toMatchObject({
        status: 'error',
        message: expect.stringContaining(`port ${port} on 127.0.0.1 is in use by another process`),
        fix: expect.stringContaining('OTEL_EXPORTER_PROMETHEUS_PORT'),
      });
      expect(said).toHaveLength(1);
    } finally {
      await new Promise(resolve => other.close(resolve));
    }
  });

  it('tells of an address that is none of this machine', async () => {
    const metrics = prometheus({ port: 0, host: '192.0.2.1' });
    init({ ...common, exporter: metrics });
    expect(await metrics.check()).toMatchObject({ status: 'error', fix: expect.stringContaining('0.0.0.0') });
  });

  it('answers its check with what a scrape gets', async () => {
    const metrics = onFreePort();
    expect(await metrics.check()).toMatchObject({ status: 'error', fix: 'Call init() first.' });
    init({ ...common, exporter: metrics });
    expect(await metrics.check()).toMatchObject({
      status: 'ok',
      message: expect.stringContaining('/metrics serves'),
    });
  });
});
