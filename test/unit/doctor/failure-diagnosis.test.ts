import { afterEach, describe, expect, it } from 'vitest';
import { diagnoseFailure, diagnoseResponse } from '../../../src/doctor/failure-diagnosis.js';
import { checkDestination } from '../../../src/doctor/check-destination.js';
import type { TransportFailure, TransportResponse } from '../../../src/delivery/transport.js';
import { acceptAll, BackendServers, Cleanups } from '../../support/backend-servers.js';
import { probeContext, probeTarget } from '../../support/doctor-fixture.js';

const cleanups = new Cleanups();
const servers = new BackendServers(cleanups);
afterEach(() => cleanups.run());

const failure = (code: string, message = code): TransportFailure => ({
  kind: 'failure',
  code,
  message,
  isRequestSent: false,
  wireBytes: 0,
});
const response = (status: number): TransportResponse => ({
  kind: 'response',
  status,
  body: new Uint8Array(0),
  wireBytes: 0,
});
const BODY = Buffer.from('a body');

describe('a request without a response', () => {
  it.each([
    ['ECONNREFUSED', 'connection_refused', /refused the connection \(ECONNREFUSED\)$/],
    ['ENOTFOUND', 'dns_failed', /cannot be resolved by DNS \(ENOTFOUND\)$/],
    ['EHOSTUNREACH', 'connection_failed', /cannot be reached \(EHOSTUNREACH\)$/],
    ['CERT_HAS_EXPIRED', 'certificate_expired', /expired or not yet valid \(CERT_HAS_EXPIRED\)$/],
  ])('%s is %s', async (errorCode, code, message) => {
    const context = probeContext('https://collector.test');
    expect(await diagnoseFailure('request', failure(errorCode), context)).toMatchObject({
      name: 'request',
      status: 'error',
      code,
      message: expect.stringMatching(message),
      source: 'otlp',
    });
  });

  it('is explained by the protocol of the port, if the endpoint is http:// without a proxy', async () => {
    const base = await servers.http2();
    const found = await diagnoseFailure('request', failure('HPE_INVALID_CONSTANT'), probeContext(base));
    expect(found).toMatchObject({ code: 'http_unsupported', message: expect.stringContaining('HTTP/2') });
  });

  it('is a time-out with the limit of the step, if the port uses neither TLS nor HTTP/2', async () => {
    const base = await servers.tcp(socket => socket.destroy());
    const found = await diagnoseFailure('span', failure('TIMEOUT'), probeContext(base));
    expect(found).toMatchObject({ name: 'span', code: 'response_timeout' });
    expect(found.message).toMatch(/accepts the connection and does not respond within 10 s$/);
  });

  it('keeps the message of a proxy that opened no tunnel', async () => {
    const context = probeContext('https://collector.test', { env: { HTTPS_PROXY: 'http://127.0.0.1:3128' } });
    const message = 'the proxy 127.0.0.1:3128 opened no tunnel (403): it rejected the request';
    expect(await diagnoseFailure('request', failure('PROXY', message), context)).toMatchObject({
      code: 'proxy_failed',
      message,
      fix: expect.stringMatching(/^Correct HTTPS_PROXY .*add collector\.test to NO_PROXY\.$/),
    });
  });
});

describe('a response', () => {
  it('of an OTLP receiver has no diagnosis', async () => {
    const context = probeContext(await servers.http(acceptAll));
    expect(await diagnoseResponse('request', response(200), BODY, context)).toBeUndefined();
  });

  it.each([429, 500, 503])('%i is explained without further requests', async status => {
    let requests = 0;
    const base = await servers.http(request => {
      requests++;
      return acceptAll(request);
    });
    const found = await diagnoseResponse('request', response(status), BODY, probeContext(base));
    expect(found?.message).toContain(`responds with ${status}`);
    expect(requests).toBe(0);
  });

  it('400 is explained by the protocol of the port', async () => {
    const found = await diagnoseResponse('request', response(400), BODY, probeContext(await servers.http2()));
    expect(found?.code).toBe('http_unsupported');
  });

  it.each([
    ['application/x-protobuf', 'http/json', 'http/protobuf'],
    ['application/json', 'http/protobuf', 'http/json'],
  ] as const)('415 is explained by a backend that accepts only %s', async (accepted, configured, right) => {
    const base = await servers.http(request =>
      request.headers['content-type'] === accepted ? acceptAll(request) : { status: 415 },
    );
    const endpoint = new URL('/v1/traces', base);
    const context = probeContext(base, {
      destination: { name: 'otlp', endpoint, protocol: configured, compression: 'none' },
    });
    const body = Uint8Array.of(0x0a, 0x02, 0x12, 0x00);
    const found = await diagnoseResponse('span', response(415), body, context);
    expect(found).toMatchObject({
      code: 'unsupported_media_type',
      message: expect.stringContaining(`responds with 415 to ${configured}`),
      fix: expect.stringContaining(`OTEL_EXPORTER_OTLP_PROTOCOL=${right}.`),
    });
  });

  it('415 keeps its own explanation if no variation is accepted', async () => {
    const context = probeContext(await servers.http(() => ({ status: 415 })));
    const found = await diagnoseResponse('span', response(415), BODY, context);
    expect(found).toMatchObject({ code: 'unsupported_media_type' });
    expect(found?.message).toContain('does not accept this encoding of OTLP');
  });

  it('404 keeps its own explanation if no usual path is accepted', async () => {
    const context = probeContext(await servers.http(() => ({ status: 404 })));
    expect(await diagnoseResponse('span', response(404), BODY, context)).toMatchObject({
      code: 'path_not_found',
    });
  });
});

describe('an API key of another region', () => {
  it('is found by a request to that region', async () => {
    let requests = 0;
    const us = await servers.http(() => {
      requests++;
      return { status: 401 };
    });
    const eu = await servers.http(acceptAll);
    const endpoint = new URL('/v1/traces', us);
    const regions = [
      { name: "region: 'us'", endpoint: endpoint.href },
      { name: "region: 'eu'", endpoint: `${eu}/v1/traces` },
    ];
    const destination = { name: 'honeycomb', endpoint, headers: { 'x-honeycomb-team': 'k' } };
    expect(await checkDestination(probeTarget(us, { destination, regions }))).toMatchObject({
      status: 'error',
      code: 'wrong_region',
      source: 'honeycomb',
      message: expect.stringContaining("responds with 401: the key belongs to another region, region: 'eu'"),
      fix: "Select the region of the key: region: 'eu'.",
    });
    // The region of the endpoint has rejected the key and is not tried again.
    expect(requests).toBe(1);
  });

  it('is not assumed if no region accepts it', async () => {
    const us = await servers.http(() => ({ status: 401 }));
    const eu = await servers.http(() => ({ status: 401 }));
    const regions = [{ name: "region: 'eu'", endpoint: `${eu}/v1/traces` }];
    const found = await checkDestination(probeTarget(us, { regions }));
    expect(found).toMatchObject({ status: 'error', code: 'unauthorized' });
  });
});
