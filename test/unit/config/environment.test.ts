import { describe, expect, test } from 'vitest';
import { readEnvironment, type EnvironmentOptions } from '../../../src/config/environment.js';

type Vars = Record<string, string>;

function read(env: Vars, files: Vars = {}): EnvironmentOptions {
  return readEnvironment(env, path => {
    const content = files[path];
    if (content === undefined) throw new Error('ENOENT');
    return content;
  });
}

describe('readEnvironment: every variable that concerns traces is honoured', () => {
  test('an empty environment says nothing', () => {
    expect(read({})).toEqual({ attributes: {}, otlp: {}, limits: {}, delivery: {}, problems: [] });
  });

  test.each<[Vars, object]>([
    [{ OTEL_SERVICE_NAME: 'orders' }, { serviceName: 'orders' }],
    [{ OTEL_RESOURCE_ATTRIBUTES: 'a=1,b=x%20y%2Cz%3D,c=' }, { attributes: { a: '1', b: 'x y,z=', c: '' } }],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' }, { otlp: { endpoint: 'http://c:4318/v1/traces' } }],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318/base/' },
      { otlp: { endpoint: 'http://c:4318/base/v1/traces' } },
    ],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://c/my/path' }, { otlp: { endpoint: 'http://c/my/path' } }],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://b/v1/traces' },
      { otlp: { endpoint: 'http://b/v1/traces' } },
    ],
    [
      { OTEL_EXPORTER_OTLP_HEADERS: 'a=1,B=2', OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'b=3' },
      { otlp: { headers: { a: '1', b: '3' } } },
    ],
    [{ OTEL_EXPORTER_OTLP_TIMEOUT: '5000' }, { otlp: { timeoutMs: 5_000 } }],
    [
      { OTEL_EXPORTER_OTLP_TIMEOUT: '5000', OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '7' },
      { otlp: { timeoutMs: 7 } },
    ],
    [{ OTEL_EXPORTER_OTLP_COMPRESSION: 'none' }, { otlp: { compression: 'none' } }],
    [{ OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: 'GZIP' }, { otlp: { compression: 'gzip' } }],
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }, { otlp: { protocol: 'http/json' } }],
    [
      { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json', OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/protobuf' },
      { otlp: { protocol: 'http/protobuf' } },
    ],
    [{ TRACE_SAMPLE: '0.25' }, { sample: { ratio: 0.25, followParent: true } }],
    [{ TRACE_SAMPLE: 'Production' }, { sample: { preset: 'production' } }],
    [{ OTEL_TRACES_SAMPLER: 'always_on' }, { sample: { ratio: 1, followParent: false } }],
    [{ OTEL_TRACES_SAMPLER: 'always_off' }, { sample: { ratio: 0, followParent: false } }],
    [
      { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.5' },
      { sample: { ratio: 0.5, followParent: false } },
    ],
    [{ OTEL_TRACES_SAMPLER: 'traceidratio' }, { sample: { ratio: 1, followParent: false } }],
    [{ OTEL_TRACES_SAMPLER: 'parentbased_always_on' }, { sample: { ratio: 1, followParent: true } }],
    [{ OTEL_TRACES_SAMPLER: 'parentbased_always_off' }, { sample: { ratio: 0, followParent: true } }],
    [
      { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '.01' },
      { sample: { ratio: 0.01, followParent: true } },
    ],
    [{ TRACE_SAMPLE: '1', OTEL_TRACES_SAMPLER: 'always_off' }, { sample: { ratio: 1, followParent: true } }],
    [
      { OTEL_PROPAGATORS: 'tracecontext, baggage,b3 ,b3multi' },
      { propagate: ['w3c', 'baggage', 'b3', 'b3multi'] },
    ],
    [{ OTEL_PROPAGATORS: 'jaeger,xray,datadog,jaeger' }, { propagate: ['jaeger', 'xray', 'datadog'] }],
    [{ OTEL_PROPAGATORS: 'none' }, { propagate: [] }],
    [{ OTEL_TRACES_EXPORTER: 'otlp' }, { exporters: ['otlp'] }],
    [{ OTEL_TRACES_EXPORTER: 'console' }, { exporters: ['consoleTree'] }],
    [{ OTEL_TRACES_EXPORTER: 'none' }, { exporters: [] }],
    [
      { TRACE_EXPORTER: 'consoletree,otlp', OTEL_TRACES_EXPORTER: 'none' },
      { exporters: ['consoleTree', 'otlp'] },
    ],
    [
      {
        OTEL_BSP_SCHEDULE_DELAY: '200',
        OTEL_BSP_EXPORT_TIMEOUT: '300',
        OTEL_BSP_MAX_QUEUE_SIZE: '4096',
        OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '512',
      },
      {
        delivery: {
          intervalMs: 200,
          timeoutMs: 300,
          maxQueueBytes: 4_096 * 1_024,
          maxChunkBytes: 512 * 1_024,
        },
      },
    ],
    [
      {
        OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT: '1',
        OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '2',
        OTEL_SPAN_EVENT_COUNT_LIMIT: '3',
        OTEL_SPAN_LINK_COUNT_LIMIT: '4',
        OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT: '5',
        OTEL_LINK_ATTRIBUTE_COUNT_LIMIT: '0',
        OTEL_ATTRIBUTE_COUNT_LIMIT: '99',
        OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '99',
      },
      {
        limits: {
          attributeValueLengthLimit: 1,
          attributeCountLimit: 2,
          eventCountLimit: 3,
          linkCountLimit: 4,
          attributePerEventCountLimit: 5,
          attributePerLinkCountLimit: 0,
        },
      },
    ],
    [
      { OTEL_ATTRIBUTE_COUNT_LIMIT: '7', OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '8' },
      {
        limits: {
          attributeValueLengthLimit: 8,
          attributeCountLimit: 7,
          attributePerEventCountLimit: 7,
          attributePerLinkCountLimit: 7,
        },
      },
    ],
    [{ OTEL_SDK_DISABLED: 'TRUE' }, { disabled: true }],
    [{ OTEL_SDK_DISABLED: 'false' }, { disabled: false }],
    [{ OTEL_LOG_LEVEL: 'DEBUG' }, { logLevel: 'debug' }],
    [{ OTEL_LOG_LEVEL: 'verbose' }, { logLevel: 'debug' }],
    [{ OTEL_LOG_LEVEL: 'none' }, { logLevel: 'none' }],
    [{ OTEL_SERVICE_NAME: '  ', OTEL_TRACES_SAMPLER: '', OTEL_SDK_DISABLED: ' ' }, {}],
  ])('%j', (env, expected) => {
    const empty = { attributes: {}, otlp: {}, limits: {}, delivery: {}, problems: [] };
    expect(read(env)).toEqual({ ...empty, ...expected });
  });

  test('certificates are read from their files, those for traces first', () => {
    const env = {
      OTEL_EXPORTER_OTLP_CERTIFICATE: '/ca.pem',
      OTEL_EXPORTER_OTLP_CLIENT_KEY: '/key.pem',
      OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY: '/traces-key.pem',
      OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: '/cert.pem',
    };
    const files = { '/ca.pem': 'CA', '/key.pem': 'KEY', '/traces-key.pem': 'TRACES', '/cert.pem': 'CERT' };
    expect(read(env, files).otlp.tls).toEqual({ ca: 'CA', cert: 'CERT', key: 'TRACES' });
  });
});

describe('readEnvironment: what cannot be read is named, and the next in line holds', () => {
  test.each<[Vars, string, string, string?]>([
    // [variables, code, path, suggestion]
    [{ OTEL_CONFIG_FILE: '/otel.yaml' }, 'unsupported_variable', 'OTEL_CONFIG_FILE'],
    [{ OTEL_RESOURCE_ATTRIBUTES: 'a=1,b' }, 'malformed_variable', 'OTEL_RESOURCE_ATTRIBUTES'],
    [{ OTEL_RESOURCE_ATTRIBUTES: 'a=%zz,b=1' }, 'malformed_variable', 'OTEL_RESOURCE_ATTRIBUTES'],
    [{ OTEL_RESOURCE_ATTRIBUTES: '=1' }, 'malformed_variable', 'OTEL_RESOURCE_ATTRIBUTES'],
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
    [{ OTEL_TRACES_SAMPLER: 'always_onn' }, 'malformed_variable', 'OTEL_TRACES_SAMPLER', 'always_on'],
    [{ OTEL_TRACES_SAMPLER: 'constructor' }, 'malformed_variable', 'OTEL_TRACES_SAMPLER'],
    [{ OTEL_TRACES_SAMPLER: 'jaeger_remote' }, 'unsupported_variable', 'OTEL_TRACES_SAMPLER'],
    [{ TRACE_SAMPLE: '5' }, 'out_of_range', 'TRACE_SAMPLE'],
    [{ TRACE_SAMPLE: '10%' }, 'malformed_variable', 'TRACE_SAMPLE'],
    [{ TRACE_SAMPLE: 'prodction' }, 'unknown_preset', 'TRACE_SAMPLE', 'production'],
    [{ OTEL_PROPAGATORS: 'tracecontxt' }, 'unknown_propagator', 'OTEL_PROPAGATORS'],
    [{ OTEL_TRACES_EXPORTER: 'otpl' }, 'unknown_exporter', 'OTEL_TRACES_EXPORTER', 'otlp'],
    [{ TRACE_EXPORTER: '__proto__' }, 'unknown_exporter', 'TRACE_EXPORTER'],
    [{ OTEL_BSP_SCHEDULE_DELAY: '0x10' }, 'malformed_variable', 'OTEL_BSP_SCHEDULE_DELAY'],
    [{ OTEL_BSP_MAX_QUEUE_SIZE: '0' }, 'out_of_range', 'OTEL_BSP_MAX_QUEUE_SIZE'],
    [{ OTEL_ATTRIBUTE_COUNT_LIMIT: 'many' }, 'malformed_variable', 'OTEL_ATTRIBUTE_COUNT_LIMIT'],
    [{ OTEL_SPAN_LINK_COUNT_LIMIT: '1.5' }, 'out_of_range', 'OTEL_SPAN_LINK_COUNT_LIMIT'],
    [{ OTEL_SDK_DISABLED: 'yes' }, 'malformed_variable', 'OTEL_SDK_DISABLED'],
    [{ OTEL_LOG_LEVEL: 'warning' }, 'malformed_variable', 'OTEL_LOG_LEVEL'],
  ])('%j', (env, code, path, suggestion) => {
    const { problems, ...rest } = read(env);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ code, path });
    if (suggestion !== undefined) expect(problems[0]?.suggestion).toBe(suggestion);
    expect(rest).toEqual({ attributes: {}, otlp: {}, limits: {}, delivery: {} });
  });

  test('port 4317 and a doubled path are named, and the mended URL is used', () => {
    const { otlp, problems } = read({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4317/v1/traces' });
    expect(otlp.endpoint).toBe('http://c:4317/v1/traces');
    expect(problems.map(problem => problem.code)).toEqual(['grpc_port', 'doubled_path']);
  });

  test('a traces endpoint without a path is used as it stands, and said', () => {
    const { otlp, problems } = read({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://c:4318' });
    expect(otlp.endpoint).toBe('http://c:4318/');
    expect(problems.map(problem => problem.code)).toEqual(['missing_path']);
  });

  test('a malformed traces endpoint gives way to the general one', () => {
    const env = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http:/c', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://d' };
    expect(read(env)).toMatchObject({ otlp: { endpoint: 'http://d/v1/traces' }, problems: [{}] });
  });

  test.each([
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'htp://c' }, 'http://localhost:4318/v1/traces'],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'htp://c' }, 'http://localhost:4318/v1/traces'],
    [
      { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'htp://c', OTEL_EXPORTER_OTLP_ENDPOINT: 'https://u:p@d' },
      'https://***@d/v1/traces',
    ],
  ])('a malformed endpoint says that it is ignored, and what is used: %j', (env, used) => {
    expect(read(env).problems[0]).toMatchObject({
      suggestion: 'http',
      fix: `It is ignored; ${used} is used.`,
    });
  });

  test('a slip in another tool’s name for an exporter or propagator is answered with that name', () => {
    expect(read({ TRACE_EXPORTER: 'consol' }).problems[0]?.suggestion).toBe('console');
    expect(read({ OTEL_PROPAGATORS: 'tracecontxt' }).problems[0]?.suggestion).toBe('tracecontext');
  });

  test('the protocol grpc is said to be unsupported, and http/protobuf is used', () => {
    const { otlp, problems } = read({ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' });
    expect(otlp.protocol).toBe('http/protobuf');
    expect(problems).toMatchObject([{ code: 'unsupported_variable', path: 'OTEL_EXPORTER_OTLP_PROTOCOL' }]);
    expect(read({ OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobf' }).problems).toMatchObject([
      { code: 'malformed_variable', suggestion: 'http/protobuf' },
    ]);
  });

  test('a ratio that cannot be read leaves the sampler at 1', () => {
    const { sample, problems } = read({ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '2' });
    expect(sample).toEqual({ ratio: 1, followParent: false });
    expect(problems).toMatchObject([{ code: 'out_of_range', path: 'OTEL_TRACES_SAMPLER_ARG' }]);
  });

  test('one unknown name is left out, the others hold', () => {
    expect(read({ TRACE_EXPORTER: 'memory,zipkin' })).toMatchObject({
      exporters: ['memory'],
      problems: [{}],
    });
    expect(read({ OTEL_PROPAGATORS: 'b3,ottrace' })).toMatchObject({ propagate: ['b3'], problems: [{}] });
  });

  test('none beside other names wins, and it is said', () => {
    expect(read({ OTEL_TRACES_EXPORTER: 'otlp,none' })).toMatchObject({
      exporters: [],
      problems: [{ code: 'malformed_variable' }],
    });
  });

  test('no problem shows a header or the user info of an endpoint', () => {
    const { problems } = read({
      OTEL_EXPORTER_OTLP_HEADERS: 'api-key=secret%zz,secret',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://me:secret@c:4317/v1/traces',
    });
    expect(problems.length).toBe(4);
    expect(JSON.stringify(problems)).not.toContain('secret');
  });
});

test('readEnvironment survives a getter that throws and values that are no strings', () => {
  const hostile = new Proxy({}, { get: (_, key) => (String(key).length % 2 === 0 ? 7 : JSON.parse('{')) });
  expect(readEnvironment(hostile, () => '').problems).toEqual([]);
});
