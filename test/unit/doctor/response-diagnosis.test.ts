import { describe, expect, it } from 'vitest';
import type { TransportResponse } from '../../../src/delivery/transport.js';
import type { ProbeTarget } from '../../../src/doctor/probe-target.js';
import { explainResponse } from '../../../src/doctor/response-diagnosis.js';
import { resolveRoute } from '../../../src/doctor/route.js';
import { probeTarget } from '../../support/doctor-fixture.js';

const BASE = 'https://collector.test';

function explain(response: Partial<TransportResponse>, parts: Partial<ProbeTarget> = {}) {
  const target = probeTarget(BASE, parts);
  const whole = {
    kind: 'response',
    status: 200,
    body: new Uint8Array(0),
    wireBytes: 0,
    ...response,
  } as const;
  return explainResponse('request', whole, { target, route: resolveRoute(target) });
}

const withHeaders = (headers: Readonly<Record<string, string>>): Partial<ProbeTarget> => ({
  destination: { name: 'otlp', endpoint: new URL('/v1/traces', BASE), headers },
});

describe('a 2xx response', () => {
  it.each([
    ['without a body', {}],
    ['with protobuf', { contentType: 'application/x-protobuf', body: Uint8Array.of(10, 0) }],
    ['with JSON', { contentType: 'application/json', body: Buffer.from('{}') }],
    ['with a body without a content type', { body: Uint8Array.of(10, 0) }],
  ])('%s is of an OTLP receiver', (_, response) => {
    expect(explain(response)).toBeUndefined();
  });

  it.each([
    ['text/html; charset=utf-8', 'web_page_response', 'error'],
    ['text/plain', 'not_otlp_response', 'warning'],
  ])('with %s is not', (contentType, code, status) => {
    const body = Buffer.from('OK');
    expect(explain({ contentType, body })).toMatchObject({ code, status, source: 'otlp' });
  });
});

describe('another status', () => {
  it.each([
    [301, 'redirected', 'error'],
    [400, 'bad_request', 'error'],
    [401, 'unauthorized', 'error'],
    [403, 'forbidden', 'error'],
    [404, 'path_not_found', 'error'],
    [405, 'method_not_allowed', 'error'],
    [407, 'proxy_unauthorized', 'error'],
    [413, 'request_too_large', 'error'],
    [415, 'unsupported_media_type', 'error'],
    [418, 'request_rejected', 'error'],
    [429, 'rate_limited', 'warning'],
    [500, 'backend_error', 'error'],
    [504, 'backend_unavailable', 'error'],
  ])('%i has the code %s', (status, code, severity) => {
    expect(explain({ status })).toMatchObject({
      name: 'request',
      status: severity,
      code,
      source: 'otlp',
      message: expect.stringContaining(`${BASE}/v1/traces responds with ${status}`),
      why: expect.stringMatching(/\.$/),
      fix: expect.stringMatching(/\.$/),
    });
  });

  it('quotes the beginning of a text', () => {
    const body = Buffer.from(`unknown\n\u001b[2J field ${'x'.repeat(500)}`);
    const { message } = explain({ status: 400, contentType: 'text/plain', body }) ?? { message: '' };
    expect(message).toMatch(/ \("unknown \[2J field x+"\)$/);
    expect(message.length).toBeLessThan(300);
    expect(explain({ status: 400, contentType: 'text/html', body })?.message).not.toContain('unknown');
  });
});

describe('a redirect', () => {
  it.each([
    ['https://other.test/v1/traces?token=secret#x', 'https://other.test/v1/traces'],
    ['/login', 'https://collector.test/login'],
    ['https://user:pw@other.test/', 'https://***@other.test/'],
  ])('to %s names its target without secrets', (location, target) => {
    const check = explain({ status: 302, location });
    expect(check?.message).toBe(`${BASE}/v1/traces responds with 302, a redirect to ${target}`);
    expect(check?.fix).toBe(
      `Set the endpoint to ${target}, if that is an OTLP receiver and not a login page.`,
    );
  });

  it.each([undefined, 'http://['])('to %s has no target', location => {
    expect(explain({ status: 302, location })?.message).toMatch(/, a redirect without a target$/);
  });
});

describe('a rejected API key', () => {
  it('is distinguished from a missing one', () => {
    expect(explain({ status: 401 })?.message).toMatch(/: no API key or token is sent$/);
    const named = withHeaders({ 'x-tenant': 't', 'x-api-key': 'k' });
    expect(explain({ status: 401 }, named)?.message).toMatch(/: the key in x-api-key is unknown$/);
    expect(explain({ status: 403 }, named)?.message).toMatch(/: the key in x-api-key has no permission/);
    const inUrl = {
      destination: { name: 'otlp', endpoint: new URL('https://me:pw@collector.test/v1/traces') },
    };
    const check = explain({ status: 401 }, inUrl);
    expect(check?.message).toBe(
      'https://***@collector.test/v1/traces responds with 401: the key in the URL is unknown',
    );
  });

  it('names the setting of the key', () => {
    expect(explain({ status: 401 })?.fix).toContain('OTEL_EXPORTER_OTLP_HEADERS');
    const keySetting = 'HONEYCOMB_API_KEY or honeycomb({ apiKey })';
    expect(explain({ status: 401 }, { keySetting })?.fix).toBe(`Set it: ${keySetting}.`);
  });
});

describe('a rate limit', () => {
  it.each([
    [undefined, /limits the rate of requests$/],
    [' 30 ', /, and Retry-After is 30 s$/],
    ['Thu, 20 Nov 2025 22:00:30 GMT', /, and Retry-After is Thu, 20 Nov 2025 22:00:30 GMT$/],
  ])('with Retry-After %j', (retryAfter, message) => {
    expect(explain({ status: 429, retryAfter })?.message).toMatch(message);
  });
});
