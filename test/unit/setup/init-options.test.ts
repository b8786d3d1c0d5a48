// Options of init() with real receivers, files and instrumentations. Each test has the name of its option.

import type { Instrumentation } from '@opentelemetry/instrumentation';
import { AlwaysOffSampler } from '@opentelemetry/sdk-trace-base';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, get, type RequestListener, type RequestOptions, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { memory, otlp } from '../../../src/exporters/index.js';
import { init, isTraceError, trace } from '../../../src/index.js';
import { eventually } from '../../support/eventually.js';
import { isolateTracing, startTracing } from '../../support/start-tracing.js';
import { freePort } from '../../support/free-port.mjs';

const nothing = (): void => {};
const silent = { error: nothing, warn: nothing, info: nothing, debug: nothing };

/** An OTLP receiver that keeps the bodies it got, unpacked. */
async function receiver(port = 0): Promise<{ endpoint: string; bodies: Buffer[]; server: Server }> {
  const bodies: Buffer[] = [];
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    bodies.push(request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body);
    response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
  });
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies, server };
}

function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'trace-options-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

isolateTracing();

describe('resource', () => {
  it('are on the resource of every span; they override the environment, and `service` overrides them', () => {
    vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'team=red,cloud.region=eu');
    const { recorded } = startTracing({
      service: { name: 'orders', version: '2' },
      resource: { attributes: { team: 'blue', 'service.version': '1', ports: [80, 443] } },
    });
    trace.span('one', () => trace.span('two', () => {}));
    expect(recorded.spans).toHaveLength(2);
    for (const { resource, attributes } of recorded.spans) {
      expect(resource.attributes).toMatchObject({
        team: 'blue',
        'cloud.region': 'eu',
        'service.name': 'orders',
        'service.version': '2',
        ports: [80, 443],
      });
      expect(attributes).toEqual({});
    }
  });

  it('name the service where `service` does not', () => {
    const { handle } = startTracing({
      service: {},
      resource: { attributes: { 'service.name': 'from-attributes' } },
    });
    expect(handle.config.service.name).toBe('from-attributes');
  });

  it('that cannot be kept are refused with their path', () => {
    try {
      startTracing({ resource: { attributes: { 'my.key': (() => 0) as never } } });
      expect.unreachable('nothing was thrown');
    } catch (error) {
      if (!isTraceError(error)) throw error;
      expect(error.problems).toMatchObject([{ code: 'wrong_type', path: 'resource.attributes["my.key"]' }]);
    }
  });
});

describe('instrument', () => {
  it('http and fetch are traced by default, as client and server of one trace', async () => {
    const { endpoint } = await receiver();
    const recorded = memory();
    init({ service: 'test', exporter: recorded, exitHandlers: false, logger: silent });
    await trace.span('work', async () => (await fetch(endpoint)).text());
    await eventually(() => expect(recorded.spans).toHaveLength(3));
    expect(new Set(recorded.spans.map(span => span.spanContext().traceId)).size).toBe(1);
    await trace.shutdown();
    // Taken back at shutdown, and not there at all with false.
    const off = startTracing({ instrument: false }).recorded;
    await trace.span('work', async () => (await fetch(endpoint)).text());
    expect(off.spans.map(span => span.name)).toEqual(['work']);
  });

  it('an instrumentation of OpenTelemetry is enabled on our provider, and disabled at shutdown', async () => {
    const calls: string[] = [];
    const mine: Instrumentation = {
      instrumentationName: 'mine',
      instrumentationVersion: '1',
      enable: () => void calls.push('enable'),
      disable: () => void calls.push('disable'),
      setTracerProvider: provider => provider.getTracer('mine').startSpan('made by mine').end(),
      setMeterProvider() {},
      setConfig() {},
      getConfig: () => ({}),
    };
    const { recorded } = startTracing({ instrumentations: [mine] });
    expect(calls.at(-1)).toBe('enable');
    expect(recorded.spans.map(span => span.name)).toEqual(['made by mine']);
    await trace.shutdown();
    expect(calls.at(-1)).toBe('disable');
  });

  it('a package that is not installed is one warning with the command that installs it', () => {
    const { lines } = startTracing({ instrument: { http: false, fetch: false, memcached: true } });
    expect(
      lines.filter(line => line.includes('npm install @opentelemetry/instrumentation-memcached')),
    ).toHaveLength(1);
  });
});

describe('sample', () => {
  it('a function decides by the root', () => {
    const { recorded } = startTracing({ sample: span => (span.name === 'kept' ? 1 : 0) });
    for (const name of ['kept', 'left out']) trace.span(name, () => trace.span('child', () => {}));
    expect(recorded.spans.map(span => span.name)).toEqual(['child', 'kept']);
  });

  it('a sampler of OpenTelemetry decides alone', () => {
    const { recorded } = startTracing({ sample: new AlwaysOffSampler() });
    trace.span('work', () => {});
    expect(recorded.spans).toEqual([]);
  });
});

describe('enabled, logLevel, isError', () => {
  it('enabled: false creates no spans', () => {
    const { recorded, handle } = startTracing({ enabled: false });
    trace.span('work', () => {});
    expect([recorded.spans.length, handle.config.enabled]).toEqual([0, false]);
  });

  it('enabled: false passes the context of a request on, over http and fetch', async () => {
    startTracing({ enabled: false, instrument: { http: true, fetch: true } });
    const received: unknown[] = [];
    const listen = async (handler: RequestListener): Promise<string> => {
      const server = createServer(handler).listen(0, '127.0.0.1');
      onTestFinished(() => void server.close());
      await once(server, 'listening');
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    };
    const backend = await listen(({ headers }, response) => {
      received.push([headers['traceparent'], headers['baggage']]);
      response.setHeader('connection', 'close').end();
    });
    const call = (url: string, options: RequestOptions = {}): Promise<unknown> =>
      once(
        get(url, options, response => response.resume()),
        'close',
      );
    const frontend = await listen(async (_, response) => {
      await trace.span('work', () => call(backend));
      await fetch(backend);
      response.setHeader('connection', 'close').end();
    });
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    await call(frontend, { headers: { traceparent, baggage: 'tenant=acme' } });
    const passedOn = [traceparent, 'tenant=acme'];
    expect(received).toEqual([passedOn, passedOn]);
    await trace.shutdown();
    await call(frontend, { headers: { traceparent } });
    expect(received.slice(2).flat()).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('logLevel silent writes nothing', () => {
    const { lines } = startTracing({ logLevel: 'silent' });
    init();
    expect(lines).toEqual([]);
  });

  it('isError applies to every span', () => {
    const { recorded } = startTracing({ isError: () => false });
    expect(() =>
      trace.span('work', () => {
        throw new Error('expected');
      }),
    ).toThrow('expected');
    expect(recorded.spans[0]?.events).toEqual([]);
  });
});

describe('resource.detectors', () => {
  it('add attributes that the configured ones override, and a detector that throws is reported', () => {
    const { recorded, lines } = startTracing({
      resource: {
        attributes: { 'cloud.region': 'configured' },
        detectors: [
          { detect: () => ({ attributes: { 'cloud.provider': 'acme', 'cloud.region': 'found' } }) },
          {
            detect() {
              throw new Error('no metadata');
            },
          },
        ],
      },
    });
    trace.span('work', () => {});
    expect(recorded.spans[0]?.resource.attributes).toMatchObject({
      'cloud.provider': 'acme',
      'cloud.region': 'configured',
    });
    expect(lines.filter(line => line.includes('no metadata'))).toHaveLength(1);
  });
});

describe('delivery', () => {
  it('maxChunkBytes and compression: spans leave in requests of that size, packed or not', async () => {
    const { endpoint, bodies } = await receiver();
    const { handle } = startTracing({
      exporter: otlp({ endpoint }),
      delivery: { maxChunkBytes: 2_000, compression: 'none' },
    });
    for (let i = 0; i < 100; i++) trace.span(`work ${i}`, () => {});
    const { exporters } = await handle.flush();
    expect(exporters).toMatchObject([{ ended: 100, sent: 100, queued: 0, dropped: {} }]);
    expect(bodies.length).toBeGreaterThan(2);
    for (const body of bodies) expect(body.length).toBeLessThan(2_500);
    const wire = bodies.reduce((sum, body) => sum + body.length, 0);
    expect(exporters[0]?.bytes).toBe(wire);
  });

  it('maxQueueBytes: spans beyond it are dropped, counted and reported', async () => {
    const { lines, handle } = startTracing({
      exporter: otlp({ endpoint: await deadEndpoint() }),
      delivery: { maxQueueBytes: 4_096, maxChunkBytes: 1_024, flushTimeoutMs: 50 },
    });
    for (let i = 0; i < 200; i++) trace.span('work', { attributes: { text: 'x'.repeat(100) } }, () => {});
    const [stats] = handle.stats().exporters;
    expect(stats?.dropped.queue_full).toBeGreaterThan(100);
    expect(stats?.ended).toBe((stats?.queued ?? 0) + (stats?.dropped.queue_full ?? 0));
    expect(lines.filter(line => line.endsWith('[queue_full]'))).toHaveLength(1);
  });

  it('spool: spans for a dead backend wait on disk, and the next start delivers them', async () => {
    const spool = temporaryDirectory();
    const port = await freePort();
    const { endpoint, bodies, server } = await receiver(port);
    await new Promise(resolve => server.close(resolve));
    startTracing({ exporter: otlp({ endpoint }), delivery: { spool, flushTimeoutMs: 100 } });
    for (let i = 0; i < 3; i++) trace.span('work', () => {});
    const { exporters } = await trace.shutdown();
    expect(exporters).toMatchObject([{ ended: 3, sent: 0, spooled: 3, dropped: {} }]);
    expect(readdirSync(spool)).toHaveLength(1);

    await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve));
    const { handle } = startTracing({ exporter: otlp({ endpoint }), delivery: { spool } });
    expect((await handle.flush()).exporters).toMatchObject([{ replayed: 3, sent: 3, spooled: 0 }]);
    expect(bodies).toHaveLength(1);
  });

  it('the time limits apply, and options override the environment', () => {
    vi.stubEnv('OTEL_BSP_SCHEDULE_DELAY', '200');
    vi.stubEnv('OTEL_BSP_EXPORT_TIMEOUT', '300');
    const { handle } = startTracing({ delivery: { intervalMs: 20, flushTimeoutMs: 40 } });
    expect(handle.config.delivery).toMatchObject({
      intervalMs: 20,
      requestTimeoutMs: 300,
      flushTimeoutMs: 40,
    });
  });
});

describe('redact', () => {
  it('hides secrets where it is not set', () => {
    const { recorded } = startTracing({
      resource: { attributes: { 'deployment.url': 'https://ann:pa55word@ci.example/' } },
    });
    trace.span('pay', { attributes: { password: 'pa55word', card: '4711' } }, () => {});
    expect(recorded.spans[0]?.attributes).toEqual({ password: '***', card: '4711' });
    expect(recorded.spans[0]?.resource.attributes['deployment.url']).toBe('https://***@ci.example/');
  });

  it('takes further keys and patterns, and a replacement for secrets', () => {
    const { recorded, lines } = startTracing({
      redact: { keys: ['card'], patterns: [/K-\d+/], replace: 'drop' },
    });
    trace.span('pay K-12', { attributes: { card: '4711', note: 'by K-34, K-56' } }, () => {});
    expect(recorded.spans[0]?.name).toBe('pay ');
    expect(recorded.spans[0]?.attributes).toEqual({ note: 'by , ' });
    expect(lines.filter(line => line.includes('no effect'))).toEqual([]);
  });

  it('false hides nothing', () => {
    const { recorded } = startTracing({ redact: false });
    trace.span('pay', { attributes: { password: 'pa55word' } }, () => {});
    expect(recorded.spans[0]?.attributes).toEqual({ password: 'pa55word' });
  });

  it('masks a secret that a function fails to replace, and reports it once without the secret', () => {
    const replace = (value: string): string => {
      throw new Error(`cannot hide ${value}`);
    };
    const { recorded, lines } = startTracing({ redact: { replace } });
    for (const name of ['a', 'b']) trace.span(name, { attributes: { password: 'pa55word' } }, () => {});
    expect(recorded.spans.map(span => span.attributes)).toEqual([{ password: '***' }, { password: '***' }]);
    expect(lines.filter(line => line.includes('redact.replace'))).toHaveLength(1);
    expect(lines.join()).not.toContain('pa55word');
  });

  it('applies to messages, too', () => {
    const { lines } = startTracing({});
    const isError = (): boolean => {
      throw new Error('no token=pa55word given');
    };
    const failing = (): never => {
      throw new Error('x');
    };
    expect(() => trace.span('a', { isError }, failing)).toThrow('x');
    expect(lines.join()).toContain('token=***');
  });
});

/** A port without a listener. */
async function deadEndpoint(): Promise<string> {
  return `http://127.0.0.1:${await freePort()}/v1/traces`;
}
