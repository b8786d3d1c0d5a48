import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type EndpointKind,
  isDefaultEndpoint,
  maskEndpoint,
  normalizeEndpoint,
} from '../../../src/core/endpoint.js';

const codes = (input: string, kind?: EndpointKind): readonly string[] =>
  normalizeEndpoint(input, 'endpoint', kind).problems.map(problem => problem.code);

describe('normalizeEndpoint: host, base URL and full URL all work', () => {
  test.each([
    ['collector', 'http://collector:4318/v1/traces'],
    ['collector:4318', 'http://collector:4318/v1/traces'],
    ['localhost:14318', 'http://localhost:14318/v1/traces'],
    ['127.0.0.1', 'http://127.0.0.1:4318/v1/traces'],
    ['collector:80', 'http://collector/v1/traces'],
    ['collector:443', 'https://collector/v1/traces'],
    ['collector/otlp', 'http://collector:4318/otlp/v1/traces'],
    ['http://collector', 'http://collector/v1/traces'],
    ['http://collector:4318', 'http://collector:4318/v1/traces'],
    ['http://collector:4318/', 'http://collector:4318/v1/traces'],
    ['http://collector:4318///', 'http://collector:4318/v1/traces'],
    ['https://otlp.example/api/', 'https://otlp.example/api/v1/traces'],
    ['http://collector:4318/v1/traces', 'http://collector:4318/v1/traces'],
    ['http://collector:4318/v1/traces/', 'http://collector:4318/v1/traces'],
    ['HTTP://Collector:4318', 'http://collector:4318/v1/traces'],
    ['  http://collector:4318  ', 'http://collector:4318/v1/traces'],
    ['::1', 'http://[::1]:4318/v1/traces'],
    ['fe80::443', 'http://[fe80::443]:4318/v1/traces'],
    ['[::1]:14318', 'http://[::1]:14318/v1/traces'],
    ['http://[::1]:4318', 'http://[::1]:4318/v1/traces'],
    ['https://user:pass@otlp.example', 'https://user:pass@otlp.example/v1/traces'],
    ['https://otlp.example/?token=a', 'https://otlp.example/v1/traces?token=a'],
    ['https://otlp.example/#part', 'https://otlp.example/v1/traces'],
  ])('%s -> %s', (input, url) => {
    expect(normalizeEndpoint(input, 'endpoint')).toEqual({ url, problems: [] });
  });
});

describe('normalizeEndpoint: mistakes are named', () => {
  test.each([
    '',
    '   ',
    'http://',
    'http:/localhost:4318',
    'http:localhost',
    'http//localhost:4318',
    'https:/localhost',
    'ftp://localhost',
    'grpc://localhost:4317',
    'unix:///var/run/otel.sock',
    'local host',
    'http://local host',
    'http://collector:99999',
    'collector:port',
    'fe80::1%eth0',
    '${OTEL_HOST}:4318',
    '<host>',
  ])('malformed_endpoint: %j', input => {
    const { url, problems } = normalizeEndpoint(input, 'endpoint');
    expect(url).toBeUndefined();
    expect(problems.map(problem => problem.code)).toEqual(['malformed_endpoint']);
  });

  test('a mistyped scheme is answered with the nearest', () => {
    expect(normalizeEndpoint('htps://collector', 'endpoint').problems[0]?.suggestion).toBe('https');
  });

  test('grpc_port: port 4317 is named, 4318 suggested, and the URL kept as written', () => {
    const { url, problems } = normalizeEndpoint('http://collector:4317', 'endpoint');
    expect(url).toBe('http://collector:4317/v1/traces');
    expect(problems).toMatchObject([
      { code: 'grpc_port', path: 'endpoint', suggestion: 'http://collector:4318' },
    ]);
    expect(codes('collector:4317')).toEqual(['grpc_port']);
  });

  test('grpc_port: the suggestion is correct, and the fix names the URL in use', () => {
    const told = (input: string, kind?: EndpointKind): readonly (string | undefined)[] =>
      normalizeEndpoint(input, 'E', kind).problems.flatMap(({ code, suggestion, fix }) => [
        code,
        suggestion,
        fix,
      ]);
    expect(told('http://c:4317/v1/traces/v1/traces', 'full')).toEqual([
      'grpc_port',
      'http://c:4318/v1/traces',
      'http://c:4317/v1/traces is used.',
      'doubled_path',
      undefined,
      'http://c:4317/v1/traces is used.',
    ]);
    expect(told('http://c:4317/v1/traces', 'base').slice(0, 3)).toEqual([
      'grpc_port',
      'http://c:4318',
      'http://c:4317/v1/traces is used.',
    ]);
    // In code nothing is used: the mistake is refused.
    expect(told('http://c:4317/v1/traces/v1/traces')).toEqual([
      'grpc_port',
      'http://c:4318',
      undefined,
      'doubled_path',
      'http://c:4317/v1/traces',
      undefined,
    ]);
  });

  test('doubled_path: /v1/traces twice is named and mended', () => {
    const { url, problems } = normalizeEndpoint('http://c:4318/v1/traces/v1/traces', 'endpoint');
    expect(url).toBe('http://c:4318/v1/traces');
    expect(problems).toMatchObject([{ code: 'doubled_path' }]);
    expect(normalizeEndpoint('http://c/x/v1/traces/v1/traces/v1/traces/', 'e').url).toBe(
      'http://c/x/v1/traces',
    );
  });

  test('doubled_path: a base URL that already ends in /v1/traces is named and mended', () => {
    const { url, problems } = normalizeEndpoint('http://c:4318/v1/traces', 'E', 'base');
    expect(url).toBe('http://c:4318/v1/traces');
    expect(problems).toMatchObject([{ code: 'doubled_path', path: 'E' }]);
  });

  test('no message shows user info or query values', () => {
    for (const input of [
      'http://me:secret@c:4317/v1/traces/v1/traces?key=secret',
      'ftp://me:secret@c?key=secret',
    ]) {
      for (const kind of ['any', 'base', 'full'] as const) {
        expect(JSON.stringify(normalizeEndpoint(input, 'e', kind).problems)).not.toContain('secret');
      }
    }
  });
});

describe('normalizeEndpoint: a full URL is used without a change', () => {
  test('with another path, with a trailing slash', () => {
    expect(normalizeEndpoint('http://c:4318/custom/', 'E', 'full')).toEqual({
      url: 'http://c:4318/custom/',
      problems: [],
    });
  });

  test('missing_path: a URL without a path is used and reported', () => {
    const { url, problems } = normalizeEndpoint('http://c:4318', 'E', 'full');
    expect(url).toBe('http://c:4318/');
    expect(problems).toMatchObject([{ code: 'missing_path', path: 'E' }]);
  });
});

test('normalizeEndpoint never throws, and does not change a URL that it has returned', () => {
  const kinds = fc.constantFrom<EndpointKind>('any', 'base', 'full');
  const inputs = fc.oneof(fc.string({ unit: 'binary' }), fc.webUrl(), fc.ipV6(), fc.domain());
  fc.assert(
    fc.property(inputs, kinds, (input, kind) => {
      const { url, problems } = normalizeEndpoint(input, 'e', kind);
      if (url === undefined) return problems.length === 1;
      return normalizeEndpoint(url, 'e', 'full').url === url;
    }),
    { numRuns: 2_000 },
  );
});

test.each(['/', '@', ':', 'a', '=', '?', '/v1/traces'])(
  'a long run of %s is refused, not worked on',
  sign => {
    const { url, problems } = normalizeEndpoint(`http://c/${sign.repeat(100_000)}x`, 'e');
    expect(url).toBeUndefined();
    expect(problems).toMatchObject([{ code: 'malformed_endpoint' }]);
    expect(problems[0]?.received.length).toBeLessThan(300);
  },
);

describe('maskEndpoint', () => {
  test.each([
    ['http://localhost:4318/v1/traces', 'http://localhost:4318/v1/traces'],
    ['https://user:pass@otlp.example/x', 'https://***@otlp.example/x'],
    ['https://user@otlp.example', 'https://***@otlp.example'],
    ['https://a:b@c@otlp.example/x', 'https://***@otlp.example/x'],
    ['user:pass@otlp.example:4318', '***@otlp.example:4318'],
    ['https://otlp.example/x?api_key=abc&b=c', 'https://otlp.example/x?api_key=***&b=***'],
    ['https://otlp.example/x?abc', 'https://otlp.example/x?abc'],
    ['', ''],
  ])('%s -> %s', (input, shown) => {
    expect(maskEndpoint(input)).toBe(shown);
  });
});

describe('isDefaultEndpoint', () => {
  test.each([
    ['http://localhost:4318/v1/traces', true],
    ['http://127.0.0.1:4318/v1/traces', true],
    ['http://[::1]:4318/v1/traces', true],
    ['http://localhost:8200/v1/traces', false],
    ['http://collector.test:4318/v1/traces', false],
    ['https://localhost:4318/v1/traces', false],
  ])('%s: %s', (endpoint, isDefault) => {
    expect(isDefaultEndpoint(new URL(endpoint))).toBe(isDefault);
  });
});
