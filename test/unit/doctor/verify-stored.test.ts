import { context, diag, propagation, trace as apiTrace } from '@opentelemetry/api';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { DoctorSpan } from '../../../src/doctor/doctor-span.js';
import type { HostSystem } from '../../../src/doctor/host-system.js';
import { checkDestination } from '../../../src/doctor/check-destination.js';
import { resolveRoute } from '../../../src/doctor/route.js';
import { verifyStored } from '../../../src/doctor/verify-stored.js';
import { jaeger } from '../../../src/exporters/index.js';
import { init, trace } from '../../../src/index.js';
import { acceptAll, BackendServers, Cleanups, type FakeResponse } from '../../support/backend-servers.js';
import { hostSystem, probeTarget } from '../../support/doctor-fixture.js';
import { decodeRequest } from '../../support/spans.js';

const SILENT = { error() {}, warn() {}, info() {}, debug() {} };
const cleanups = new Cleanups();
const servers = new BackendServers(cleanups);
afterEach(async () => {
  await trace.shutdown();
  for (const api of [apiTrace, context, propagation, diag]) api.disable();
  await cleanups.run();
});

const json = (value: unknown): FakeResponse => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});

/** A backend whose API returns the trace after a number of requests. */
async function startBackend(
  detectPath: string,
  answer: unknown,
  tracePath: RegExp,
  after = 0,
): Promise<string> {
  let traceId = '';
  let requests = 0;
  return servers.http(request => {
    if (request.method === 'POST') {
      const hasSpan = request.body.length > 30;
      const text = hasSpan ? JSON.stringify(decodeRequest(gunzipSync(request.body))) : '';
      const base64 = /"traceId":"([^"]+)"/.exec(text)?.[1];
      if (base64 !== undefined) traceId = Buffer.from(base64, 'base64').toString('hex');
      return acceptAll(request);
    }
    if (request.path === detectPath) return json(answer);
    if (!tracePath.test(request.path) || traceId === '' || requests++ < after)
      return { ...json({ errors: [] }), status: 404 };
    return json([{ traceId, name: 'trace doctor' }]);
  });
}

/** A host system on which each sleep moves the clock and takes no time. */
function virtualHost(parts: Partial<HostSystem> = {}): HostSystem {
  let nowMs = 0;
  const clock = { wallMs: () => Date.now(), monotonicMs: () => nowMs };
  return hostSystem({ clock, sleep: async ms => void (nowMs += ms), ...parts });
}

describe('a stored span', () => {
  it('is found in Jaeger, at the address that the exporter knows', async () => {
    const url = await startBackend(
      '/api/services',
      { data: null, total: 0 },
      /^\/api\/traces\/[0-9a-f]{32}$/,
      2,
    );
    const exporter = jaeger({ endpoint: url, ui: url });
    init({ service: 'orders', exporter, logger: SILENT, exitHandlers: false, instrument: false });
    const check = (await trace.check()).checks.find(({ name }) => name === 'jaeger');
    expect(check?.steps?.at(-1)).toMatchObject({ name: 'read back', status: 'ok' });
    expect(check?.steps?.at(-1)?.message).toContain(`Jaeger has it: ${url}/api/traces/`);
  });

  it('is found in Zipkin, at the port of the endpoint', async () => {
    const url = await startBackend('/api/v2/services', [], /^\/api\/v2\/trace\/[0-9a-f]{32}$/);
    const check = await checkDestination(probeTarget(url, { acceptsAnyReceiver: true }), hostSystem());
    expect(check.steps?.at(-1)?.message).toContain(`Zipkin has it: ${url}/api/v2/trace/`);
  });
});

describe('a span that was accepted', () => {
  it('and is not shown is a warning', async () => {
    const url = await startBackend('/api/v2/services', [], /nothing/);
    const check = await checkDestination(probeTarget(url, { acceptsAnyReceiver: true }), virtualHost());
    expect(check).toMatchObject({
      status: 'warning',
      code: 'span_not_stored',
      source: 'otlp',
      message: expect.stringMatching(/^Zipkin accepted the span and does not show it within 5000 ms/),
    });
  });

  it('is skipped without an API, and that is no fault', async () => {
    const base = await servers.http(request =>
      request.method === 'POST' ? acceptAll(request) : { status: 404 },
    );
    const check = await checkDestination(probeTarget(base, { acceptsAnyReceiver: true }), hostSystem());
    expect(check.status).toBe('ok');
    expect(check.steps?.at(-1)).toMatchObject({
      name: 'read back',
      status: 'skipped',
      code: 'storage_unverified',
      source: 'otlp',
    });
    expect(check.steps?.at(-1)?.message).toMatch(/look for trace [0-9a-f]{32}$/);
  });
});

describe('without a network', () => {
  const span: DoctorSpan = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), bytes: new Uint8Array(0) };
  const isJaeger = (url: string): boolean => url.endsWith('/api/services');
  const jaegerPage = { status: 200, contentType: 'application/json', text: '{"data":[],"total":0}' };

  it('a guessed Jaeger that does not show the span may belong to another endpoint', async () => {
    const target = probeTarget('http://localhost:4318', { acceptsAnyReceiver: true });
    const fetched: string[] = [];
    const fetchPage: HostSystem['fetchPage'] = async url => {
      fetched.push(url);
      return isJaeger(url) ? jaegerPage : undefined;
    };
    const check = await verifyStored(target, resolveRoute(target), span, virtualHost({ fetchPage }));
    expect(check).toMatchObject({ status: 'skipped', code: 'storage_unverified' });
    expect(check.message).toContain('http://localhost:16686, which may be another backend');
    expect(fetched).toContain(`http://localhost:16686/api/traces/${span.traceId}`);
  });

  it('a configured Jaeger that does not respond is a warning', async () => {
    const jaegerUi = { url: 'http://jaeger.test:16686', isConfigured: true };
    const target = probeTarget('http://localhost:4318', { jaeger: jaegerUi });
    const check = await verifyStored(
      target,
      resolveRoute(target),
      span,
      virtualHost({ fetchPage: async () => undefined }),
    );
    expect(check).toMatchObject({ status: 'warning', code: 'ui_unreachable', source: 'otlp' });
  });

  it('the page of the product is named if there is one', async () => {
    const url = (ids: { traceId: string }): string => `https://ui.test/${ids.traceId}`;
    const target = probeTarget('https://collector.test', { url });
    const check = await verifyStored(target, resolveRoute(target), span, virtualHost());
    expect(check).toMatchObject({ status: 'skipped', code: 'storage_unverified' });
    expect(check.message).toMatch(new RegExp(`look for https://ui\\.test/${span.traceId}$`));
  });
});
