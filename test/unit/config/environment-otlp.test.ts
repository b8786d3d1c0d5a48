import { describe, expect, it } from 'vitest';
import { EMPTY_ENVIRONMENT, readVariables, type Variables } from '../../support/read-variables.js';

describe('the OTLP variables', () => {
  it.each<[Variables, object]>([
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' }, { endpoint: 'http://c:4318/v1/traces' }],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318/base/' }, { endpoint: 'http://c:4318/base/v1/traces' }],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://c/my/path' }, { endpoint: 'http://c/my/path' }],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://b/v1/traces' },
      { endpoint: 'http://b/v1/traces' },
    ],
    [
      { OTEL_EXPORTER_OTLP_HEADERS: 'a=1,B=2', OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'b=3' },
      { headers: { a: '1', b: '3' } },
    ],
    [{ OTEL_EXPORTER_OTLP_TIMEOUT: '5000' }, { requestTimeoutMs: 5_000 }],
    [{ OTEL_EXPORTER_OTLP_TIMEOUT: '5000', OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '7' }, { requestTimeoutMs: 7 }],
    [{ OTEL_EXPORTER_OTLP_COMPRESSION: 'none' }, { compression: 'none' }],
    [{ OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: 'GZIP' }, { compression: 'gzip' }],
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }, { protocol: 'http/json' }],
    [
      { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json', OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/protobuf' },
      { protocol: 'http/protobuf' },
    ],
  ])('%j', (env, otlp) => {
    expect(readVariables(env)).toEqual({ ...EMPTY_ENVIRONMENT, otlp });
  });

  it('certificates are read from their files, with precedence for those of traces', () => {
    const env = {
      OTEL_EXPORTER_OTLP_CERTIFICATE: '/ca.pem',
      OTEL_EXPORTER_OTLP_CLIENT_KEY: '/key.pem',
      OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY: '/traces-key.pem',
      OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: '/cert.pem',
    };
    const files = { '/ca.pem': 'CA', '/key.pem': 'KEY', '/traces-key.pem': 'TRACES', '/cert.pem': 'CERT' };
    expect(readVariables(env, files).otlp.tls).toEqual({ ca: 'CA', cert: 'CERT', key: 'TRACES' });
  });
});

describe('a malformed OTLP variable', () => {
  it.each<[Variables, string, string, string?]>([
    // [variables, code, path, suggestion]
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http:/c' }, 'malformed_endpoint', 'OTEL_EXPORTER_OTLP_ENDPOINT'],
    [{ OTEL_EXPORTER_OTLP_HEADERS: 'nonsense' }, 'malformed_headers', 'OTEL_EXPORTER_OTLP_HEADERS'],
    [{ OTEL_EXPORTER_OTLP_TIMEOUT: '10s' }, 'malformed_variable', 'OTEL_EXPORTER_OTLP_TIMEOUT'],
    [{ OTEL_EXPORTER_OTLP_TIMEOUT: '-1' }, 'out_of_range', 'OTEL_EXPORTER_OTLP_TIMEOUT'],
    [
      { OTEL_EXPORTER_OTLP_COMPRESSION: 'gzp' },
      'malformed_variable',
      'OTEL_EXPORTER_OTLP_COMPRESSION',
      'gzip',
    ],
    [{ OTEL_EXPORTER_OTLP_CERTIFICATE: '/none.pem' }, 'unreadable_file', 'OTEL_EXPORTER_OTLP_CERTIFICATE'],
  ])('%j is reported and ignored', (env, code, path, suggestion) => {
    const { problems, ...rest } = readVariables(env);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ code, path });
    if (suggestion !== undefined) expect(problems[0]?.suggestion).toBe(suggestion);
    expect({ ...rest, problems: [] }).toEqual(EMPTY_ENVIRONMENT);
  });

  it('port 4317 and a doubled path are reported, and the corrected URL is used', () => {
    const { otlp, problems } = readVariables({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4317/v1/traces' });
    expect(otlp.endpoint).toBe('http://c:4317/v1/traces');
    expect(problems.map(({ code }) => code)).toEqual(['grpc_port', 'doubled_path']);
  });

  it('a traces endpoint without a path is reported and used unchanged', () => {
    const { otlp, problems } = readVariables({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://c:4318' });
    expect(otlp.endpoint).toBe('http://c:4318/');
    expect(problems.map(({ code }) => code)).toEqual(['missing_path']);
  });

  it('a malformed traces endpoint gives way to the general one', () => {
    const env = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http:/c', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://d' };
    expect(readVariables(env)).toMatchObject({ otlp: { endpoint: 'http://d/v1/traces' }, problems: [{}] });
  });

  it.each([
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'htp://c' }, 'http://localhost:4318/v1/traces'],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'htp://c' }, 'http://localhost:4318/v1/traces'],
    [
      { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'htp://c', OTEL_EXPORTER_OTLP_ENDPOINT: 'https://u:p@d' },
      'https://***@d/v1/traces',
    ],
  ])('the fix for %j names the endpoint in use', (env, used) => {
    expect(readVariables(env).problems[0]).toMatchObject({
      suggestion: 'http',
      fix: `The variable is ignored, and ${used} is used.`,
    });
  });

  it('an unknown protocol is reported, and http/protobuf is used', () => {
    const { otlp, problems } = readVariables({ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' });
    expect(otlp.protocol).toBe('http/protobuf');
    expect(problems).toMatchObject([{ code: 'unsupported_variable', path: 'OTEL_EXPORTER_OTLP_PROTOCOL' }]);
    const misspelt = readVariables({ OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobf' });
    expect(misspelt.otlp.protocol).toBe('http/protobuf');
    expect(misspelt.problems).toMatchObject([{ code: 'malformed_variable', suggestion: 'http/protobuf' }]);
  });

  it('no problem shows a header or the user info of an endpoint', () => {
    const { problems } = readVariables({
      OTEL_EXPORTER_OTLP_HEADERS: 'api-key=secret%zz,secret',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://me:secret@c:4317/v1/traces',
    });
    expect(problems.length).toBe(4);
    expect(JSON.stringify(problems)).not.toContain('secret');
  });
});
