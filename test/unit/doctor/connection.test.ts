// The way to a backend that works: what is sent is what delivery would send, and the span is read back where that is possible.

import { context, diag, propagation, trace as apiTrace } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { runDoctor } from '../../../src/setup/doctor-entry.js';
import { examineDestination } from '../../../src/doctor/connection.js';
import type { ConnectionTarget } from '../../../src/doctor/target.js';
import { type DoctorWorld, systemWorld } from '../../../src/doctor/host-system.js';
import { jaeger, otlp } from '../../../src/exporters/index.js';
import { init, trace } from '../../../src/index.js';
import { startReceiver } from '../../../src/receiver/index.js';
import { isAllGood } from '../../../src/cli/doctor-report.js';
import { decodeRequest } from '../../support/spans.js';
import { type Answer, Cleanups, makeCertificate, type Pem, type Seen, Servers, takesAll } from './servers.js';

const forAll = new Cleanups();
const cleanups = new Cleanups();
const servers = new Servers(cleanups);
let own: Pem;

beforeAll(() => {
  own = makeCertificate(forAll, 'localhost', 'DNS:localhost,IP:127.0.0.1');
});
afterAll(() => forAll.run());
afterEach(async () => {
  await trace.shutdown();
  for (const api of [apiTrace, context, propagation, diag]) api.disable();
  await cleanups.run();
});

const ROOT = process.cwd();
const json = (value: unknown): Answer => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});

function target(base: string, parts: Partial<ConnectionTarget> = {}): ConnectionTarget {
  return {
    destination: { name: 'otlp', endpoint: new URL('/v1/traces', base) },
    delivery: {},
    resource: resourceFromAttributes({ 'service.name': 'orders' }),
    env: {},
    ...parts,
  };
}

/** The machine, with parts of it replaced; no pause takes time. */
const world = (parts: Partial<DoctorWorld>): DoctorWorld => ({
  ...systemWorld,
  pause: async () => {},
  ...parts,
});

const stepsOf = (check: { steps?: readonly { name: string; status: string }[] }): string[] =>
  (check.steps ?? []).map(({ name, status }) => `${name} ${status}`);

describe('a set-up that works', () => {
  it('is all good, and `trace view` has the span', async () => {
    const receiver = await startReceiver({ port: 0 });
    cleanups.add(() => receiver.close());
    const report = await runDoctor(
      {},
      { env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url }, cwd: ROOT, directories: [ROOT] },
    );
    expect(report.checks.filter(({ status }) => status !== 'ok')).toEqual([]);
    expect(isAllGood(report)).toBe(true);
    const steps = report.checks.find(({ name }) => name === 'otlp')?.steps ?? [];
    expect(steps.map(({ name }) => name)).toEqual([
      'dns',
      'connection',
      'request',
      'span',
      'clock',
      'read back',
    ]);
    expect(steps.at(-1)?.message).toContain(`trace view has it: ${receiver.url}/api/traces/`);
    const traceId = /[0-9a-f]{32}$/.exec(steps.at(-1)?.message ?? '')?.[0] ?? '';
    expect(receiver.store.get(traceId)?.spans.map(({ name }) => name)).toEqual(['trace doctor']);
  });

  it('is told the same by trace.check(), while the application goes on', async () => {
    const receiver = await startReceiver({ port: 0 });
    cleanups.add(() => receiver.close());
    const silent = { error() {}, warn() {}, info() {}, debug() {} };
    const exporter = otlp({ endpoint: receiver.url, headers: { 'x-api-key': 's3cr3t' } });
    init({ service: 'orders', exporter, logger: silent, exitHandlers: false, instrument: false });
    const report = await trace.check();
    expect(report.ok).toBe(true);
    expect(report.config).toMatchObject({ service: { name: 'orders' } });
    trace.span('work', () => {});
    expect((await trace.flush()).exporters).toMatchObject([{ ended: 1, sent: 1 }]);
    expect(JSON.stringify(report)).not.toContain('s3cr3t');
  });
});

describe('what is sent', () => {
  it('has the headers, the compression and the encoding of delivery', async () => {
    const seen: Seen[] = [];
    const base = await servers.http(request => {
      seen.push(request);
      return takesAll(request);
    });
    const destination = {
      name: 'otlp',
      endpoint: new URL('/v1/traces', base),
      headers: { 'x-api-key': 'k' },
      compression: 'gzip' as const,
    };
    const check = await examineDestination(target(base, { destination }));
    expect(check).toMatchObject({ status: 'ok', message: `${base}/v1/traces accepts spans` });
    expect(seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /v1/traces',
      'POST /v1/traces',
    ]);
    const headers = {
      'x-api-key': 'k',
      'content-encoding': 'gzip',
      'content-type': 'application/x-protobuf',
    };
    for (const request of seen) expect(request.headers).toMatchObject(headers);
    const bodies = seen.map(({ body }) => gunzipSync(body));
    expect(bodies[0]).toHaveLength(0);
    expect(decodeRequest(bodies[1] ?? new Uint8Array())).toMatchObject({
      resourceSpans: [
        {
          resource: { attributes: [{ key: 'service.name' }] },
          scopeSpans: [{ spans: [{ name: 'trace doctor', attributes: [{ key: 'trace.doctor' }, {}] }] }],
        },
      ],
    });
  });

  it('goes through the limits of the product', async () => {
    const base = await servers.http(takesAll);
    const destination = {
      name: 'mine',
      endpoint: new URL('/v1/traces', base),
      shape: (): never => {
        throw new Error('not this one');
      },
    };
    expect(await examineDestination(target(base, { destination }))).toMatchObject({
      status: 'error',
      message: 'no span can be made for this destination',
    });
  });

  it('goes the way of the proxy', async () => {
    const seen: string[] = [];
    const proxy = await servers.http(request => {
      seen.push(request.path);
      return takesAll(request);
    });
    const check = await examineDestination(
      target('http://collector.test', { env: { HTTP_PROXY: proxy.replace('//', '//user:s3cr3t@') } }),
    );
    expect(check.status).toBe('ok');
    expect(seen).toEqual(['http://collector.test/v1/traces', 'http://collector.test/v1/traces']);
    expect(check.steps?.[0]?.message).toContain('HTTP_PROXY');
    expect(JSON.stringify(check)).not.toContain('s3cr3t');
  });

  it('is trusted by the given authority', async () => {
    const base = await servers.https(own, takesAll);
    const destination = { name: 'otlp', endpoint: new URL('/v1/traces', base), tls: { ca: own.cert } };
    const check = await examineDestination(target(base, { destination }));
    expect(stepsOf(check)).toContain('tls ok');
    expect(check.status).toBe('ok');
  });
});

describe('an empty request that is refused', () => {
  it('is no fault where a span is taken', async () => {
    const base = await servers.http(seen => (seen.body.length < 50 ? { status: 400 } : takesAll(seen)));
    const check = await examineDestination(target(base));
    expect(check.status).toBe('ok');
    expect(check.steps?.find(({ name }) => name === 'request')?.message).toContain(
      'an empty one is refused with 400',
    );
  });
});

describe('a key of another region', () => {
  it('is found out by asking there', async () => {
    const us = await servers.http(() => ({ status: 401 }));
    const eu = await servers.http(takesAll);
    const endpoint = new URL('/v1/traces', us);
    const regions = [
      { name: "region: 'us'", endpoint: endpoint.href },
      { name: "region: 'eu'", endpoint: `${eu}/v1/traces` },
    ];
    const destination = { name: 'honeycomb', endpoint, headers: { 'x-honeycomb-team': 'k' } };
    expect(await examineDestination(target(us, { destination, regions }))).toMatchObject({
      status: 'error',
      message: expect.stringContaining("answers 401: the key belongs to another region, region: 'eu'"),
      fix: "Choose the region of the key: region: 'eu'.",
    });
  });
});

describe('reading back', () => {
  /** A backend whose API knows the trace after so many questions. */
  async function product(alive: string, answer: unknown, path: RegExp, after = 0): Promise<string> {
    let ids = '';
    let asked = 0;
    return servers.http(seen => {
      if (seen.method === 'POST') {
        const text = seen.body.length > 30 ? JSON.stringify(decodeRequest(gunzipSync(seen.body))) : '';
        const base64 = /"traceId":"([^"]+)"/.exec(text)?.[1];
        if (base64 !== undefined) ids = Buffer.from(base64, 'base64').toString('hex');
        return takesAll(seen);
      }
      if (seen.path === alive) return json(answer);
      if (!path.test(seen.path) || ids === '' || asked++ < after)
        return { ...json({ errors: [] }), status: 404 };
      return json([{ traceId: ids, name: 'trace doctor' }]);
    });
  }

  it('asks Jaeger, at the pages that the exporter knows', async () => {
    const api = await product('/api/services', { data: null, total: 0 }, /^\/api\/traces\/[0-9a-f]{32}$/, 2);
    const silent = { error() {}, warn() {}, info() {}, debug() {} };
    const exporter = jaeger({ endpoint: api, ui: api });
    init({ service: 'orders', exporter, logger: silent, exitHandlers: false, instrument: false });
    const check = (await trace.check()).checks.find(({ name }) => name === 'jaeger');
    expect(check?.steps?.at(-1)).toMatchObject({ name: 'read back', status: 'ok' });
    expect(check?.steps?.at(-1)?.message).toContain(`Jaeger has it: ${api}/api/traces/`);
  });

  it('asks Zipkin, at the port that spans go to', async () => {
    const api = await product('/api/v2/services', [], /^\/api\/v2\/trace\/[0-9a-f]{32}$/);
    const check = await examineDestination(target(api, { isOpen: true }), world({}));
    expect(check.steps?.at(-1)?.message).toContain(`Zipkin has it: ${api}/api/v2/trace/`);
  });

  it('says so where the span was taken and does not show', async () => {
    const api = await product('/api/v2/services', [], /nothing/);
    let nowMs = 0;
    const clock = { wallMs: () => Date.now(), monotonicMs: () => nowMs };
    const pause = async (ms: number): Promise<void> => void (nowMs += ms);
    const check = await examineDestination(target(api, { isOpen: true }), world({ clock, pause }));
    expect(check).toMatchObject({
      status: 'warning',
      message: expect.stringMatching(/^Zipkin took the span, and does not show it within 5000 ms/),
    });
  });

  it('is passed over where nobody can be asked, and that is no fault', async () => {
    const base = await servers.http(seen => (seen.method === 'POST' ? takesAll(seen) : { status: 404 }));
    const check = await examineDestination(target(base, { isOpen: true }), world({}));
    expect(check.status).toBe('ok');
    expect(check.steps?.at(-1)).toMatchObject({ name: 'read back', status: 'skipped' });
    expect(check.steps?.at(-1)?.message).toMatch(/look for trace [0-9a-f]{32}$/);
  });
});

describe('with another machine', () => {
  it('a DNS that does not answer is told from a name that it does not know', async () => {
    const limited = {
      destination: { name: 'otlp', endpoint: new URL('http://a.test/v1/traces'), timeoutMs: 20 },
    };
    const never = world({ lookup: () => new Promise(() => {}) });
    expect((await examineDestination(target('http://a.test', limited), never)).message).toBe(
      'the DNS did not answer for a.test',
    );
    const unknown = world({
      lookup: () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' })),
    });
    expect((await examineDestination(target('http://a.test'), unknown)).message).toBe(
      'a.test cannot be found by name (ENOTFOUND)',
    );
  });

  it.each([
    [4_000, 'ok', 'in step with the backend'],
    [60_000, 'warning', "the clock of this machine is 60 s ahead of the backend's"],
    [-7_200_000, 'error', "the clock of this machine is 2 hours behind the backend's"],
    [3 * 86_400_000, 'error', "the clock of this machine is 3 days ahead of the backend's"],
  ])('a clock that is off by %d ms is %s', async (offMs, status, message) => {
    const base = await servers.http(takesAll);
    const clock = { wallMs: () => Date.now() + offMs, monotonicMs: () => performance.now() };
    const check = await examineDestination(target(base), world({ clock }));
    const found = check.steps?.find(({ name }) => name === 'clock');
    expect(found?.status).toBe(status);
    // Half a second of the Date header may round to the one side or the other.
    expect(found?.message.replace('61 s', '60 s').replace('59 s', '60 s')).toBe(message);
  });

  it('a certificate that ends soon is a warning', async () => {
    const base = await servers.https(own, takesAll);
    const destination = { name: 'otlp', endpoint: new URL('/v1/traces', base), tls: { ca: own.cert } };
    const clock = { wallMs: () => Date.now() + 25 * 86_400_000, monotonicMs: () => performance.now() };
    const check = await examineDestination(target(base, { destination }), world({ clock }));
    expect(check.steps?.find(({ name }) => name === 'tls')).toMatchObject({
      status: 'warning',
      message: expect.stringMatching(/the certificate ends on \d{4}-\d\d-\d\d, in \d days/),
    });
  });
});
