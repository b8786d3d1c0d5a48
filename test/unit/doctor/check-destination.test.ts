// The whole route to a backend that works: the requests are those of delivery, and the span is found in the backend.

import { context, diag, propagation, trace as apiTrace } from '@opentelemetry/api';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { isAllGood } from '../../../src/cli/doctor-report.js';
import { checkDestination } from '../../../src/doctor/check-destination.js';
import { otlp } from '../../../src/exporters/index.js';
import { init, trace } from '../../../src/index.js';
import { startReceiver } from '../../../src/receiver/index.js';
import { runDoctor } from '../../../src/setup/doctor-entry.js';
import {
  acceptAll,
  BackendServers,
  Cleanups,
  createCertificate,
  type Pem,
  type ReceivedRequest,
} from '../../support/backend-servers.js';
import { hostSystem, probeTarget } from '../../support/doctor-fixture.js';
import { decodeRequest } from '../../support/spans.js';

const ROOT = process.cwd();
const SILENT = { error() {}, warn() {}, info() {}, debug() {} };
const forAll = new Cleanups();
const cleanups = new Cleanups();
const servers = new BackendServers(cleanups);
let localhost: Pem;

beforeAll(() => {
  localhost = createCertificate(forAll, 'localhost', 'DNS:localhost,IP:127.0.0.1');
});
afterAll(() => forAll.run());
afterEach(async () => {
  await trace.shutdown();
  for (const api of [apiTrace, context, propagation, diag]) api.disable();
  await cleanups.run();
});

const stepsOf = (check: { steps?: readonly { name: string; status: string }[] | undefined }): string[] =>
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
    expect(steps.at(-1)?.message).toContain(`trace view has it: ${receiver.url}/api/v1/traces/`);
    const traceId = /[0-9a-f]{32}$/.exec(steps.at(-1)?.message ?? '')?.[0] ?? '';
    expect(receiver.store.get(traceId)?.spans.map(({ name }) => name)).toEqual(['trace doctor']);
  });

  it('has the same result in trace.check(), while the application goes on', async () => {
    const receiver = await startReceiver({ port: 0 });
    cleanups.add(() => receiver.close());
    const exporter = otlp({ endpoint: receiver.url, headers: { 'x-api-key': 's3cr3t' } });
    init({ service: 'orders', exporter, logger: SILENT, exitHandlers: false, instrument: false });
    const report = await trace.check();
    expect(report.ok).toBe(true);
    expect(report.config).toMatchObject({ service: { name: 'orders' } });
    trace.span('work', () => {});
    expect((await trace.flush()).exporters).toMatchObject([{ ended: 1, sent: 1 }]);
    expect(JSON.stringify(report)).not.toContain('s3cr3t');
  });
});

describe('the requests', () => {
  it('have the headers, the compression and the encoding of delivery', async () => {
    const received: ReceivedRequest[] = [];
    const base = await servers.http(request => {
      received.push(request);
      return acceptAll(request);
    });
    const destination = {
      name: 'otlp',
      endpoint: new URL('/v1/traces', base),
      headers: { 'x-api-key': 'k' },
      compression: 'gzip' as const,
    };
    const check = await checkDestination(probeTarget(base, { destination }));
    expect(check).toMatchObject({ status: 'ok', message: `${base}/v1/traces accepts spans` });
    expect(received.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /v1/traces',
      'POST /v1/traces',
    ]);
    const headers = {
      'x-api-key': 'k',
      'content-encoding': 'gzip',
      'content-type': 'application/x-protobuf',
    };
    for (const request of received) expect(request.headers).toMatchObject(headers);
    const bodies = received.map(({ body }) => gunzipSync(body));
    expect(bodies[0]).toHaveLength(0);
    expect(decodeRequest(bodies[1] ?? new Uint8Array())).toMatchObject({
      resourceSpans: [
        {
          resource: { attributes: [{ key: 'service.name' }] },
          scopeSpans: [{ spans: [{ name: 'trace doctor', attributes: [{ key: 'do.doctor' }, {}] }] }],
        },
      ],
    });
  });

  it('go through the proxy', async () => {
    const paths: string[] = [];
    const proxy = await servers.http(request => {
      paths.push(request.path);
      return acceptAll(request);
    });
    const env = { HTTP_PROXY: proxy.replace('//', '//user:s3cr3t@') };
    const check = await checkDestination(probeTarget('http://collector.test', { env }));
    expect(check.status).toBe('ok');
    expect(paths).toEqual(['http://collector.test/v1/traces', 'http://collector.test/v1/traces']);
    expect(check.steps?.[0]).toMatchObject({ name: 'proxy', status: 'ok' });
    expect(check.steps?.[0]?.message).toContain('HTTP_PROXY');
    expect(JSON.stringify(check)).not.toContain('s3cr3t');
  });

  it('trust the configured certificate authority', async () => {
    const base = await servers.https(localhost, acceptAll);
    const destination = { name: 'otlp', endpoint: new URL('/v1/traces', base), tls: { ca: localhost.cert } };
    const check = await checkDestination(probeTarget(base, { destination }));
    expect(stepsOf(check)).toContain('tls ok');
    expect(check.status).toBe('ok');
  });
});

describe('the steps', () => {
  it('end with the first error, which the check repeats', async () => {
    const lookup = (): Promise<never> =>
      Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' }));
    const check = await checkDestination(probeTarget('http://a.test'), hostSystem({ lookup }));
    expect(stepsOf(check)).toEqual(['dns error']);
    expect(check).toMatchObject({ name: 'otlp', status: 'error', code: 'dns_failed', source: 'otlp' });
  });

  it('go on after a proxy that cannot be used', async () => {
    const base = await servers.http(acceptAll);
    const env = { ALL_PROXY: 'socks5://127.0.0.1:1080' };
    const check = await checkDestination(probeTarget(base, { env }));
    expect(check).toMatchObject({ status: 'warning', code: 'proxy_unsupported', source: 'otlp' });
    expect(stepsOf(check)).toContain('span ok');
  });
});
