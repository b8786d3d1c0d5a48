import { InMemorySpanExporter } from '@opentelemetry/sdk-trace-base';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { InitOptions } from '../../../src/config/options.js';
import { resolveConfig } from '../../../src/config/resolve.js';
import type { ResolvedConfig } from '../../../src/config/resolved.js';
import { isTraceError } from '../../../src/core/errors.js';
import { OPTION_PROBLEM_CODES } from '../../../src/core/problem-codes.js';
import type { Exporter } from '../../../src/exporters/exporter.js';
import { configHost, type ConfigHostParts } from '../../support/config-host.js';

const config = (options?: InitOptions, parts?: ConfigHostParts): ResolvedConfig =>
  resolveConfig(options, configHost(parts)).config;

const exporter = {
  name: 'mine',
  start: () => undefined,
} as unknown as Exporter;

describe('exporter:', () => {
  test('a name, an exporter or a list of them', () => {
    expect(config({ exporter: 'memory' }).exporters).toEqual(['memory']);
    expect(config({ exporter }).exporters[0]).toBe(exporter);
    expect(config({ exporter: [exporter, 'console'] }).exporters).toEqual([exporter, 'console']);
    expect(config({ exporter: [] }).exporters).toEqual([]);
  });

  test('precedence: the option, DO_TRACE_EXPORTER, OTEL_TRACES_EXPORTER, otlp', () => {
    const env = { DO_TRACE_EXPORTER: 'memory', OTEL_TRACES_EXPORTER: 'console' };
    expect(config({ exporter: 'otlp' }, { env }).exporters).toEqual(['otlp']);
    expect(config({}, { env }).exporters).toEqual(['memory']);
    expect(config({}, { env: { OTEL_TRACES_EXPORTER: 'console' } }).exporters).toEqual(['console']);
    expect(config({}, { env: { DO_TRACE_EXPORTER: 'nonsense' } }).exporters).toEqual(['otlp']);
  });
});

describe('propagate:', () => {
  test('precedence of formats: the option, OTEL_PROPAGATORS, w3c and baggage', () => {
    const env = { OTEL_PROPAGATORS: 'b3,tracecontext' };
    expect(config({ propagate: { formats: ['datadog', 'datadog'] } }, { env }).propagate.formats).toEqual([
      'datadog',
    ]);
    expect(config({ propagate: { formats: 'xray' } }, { env }).propagate.formats).toEqual(['xray']);
    expect(config({ propagate: { formats: [] } }, { env }).propagate.formats).toEqual([]);
    expect(config({ propagate: { to: 'a' } }, { env }).propagate).toEqual({
      formats: ['b3', 'w3c'],
      to: 'a',
    });
    expect(config().propagate).toEqual({ formats: ['w3c', 'baggage'] });
  });

  test('a propagator keeps its identity', () => {
    const propagator = { inject() {}, extract: (context: never) => context, fields: () => [] };
    expect(config({ propagate: { formats: propagator } }).propagate.formats[0]).toBe(propagator);
  });
});

describe('instrument:', () => {
  const instrument = (options: InitOptions = {}, env: Record<string, string> = {}): unknown =>
    config(options, { env }).instrument;

  test('a record is merged over the defaults, and false enables nothing', () => {
    expect(instrument({ instrument: { pg: true } })).toEqual({ http: true, fetch: true, pg: true });
    expect(instrument({ instrument: { undici: false } })).toEqual({ http: true, fetch: false });
    expect(instrument({ instrument: false }, { DO_TRACE_INSTRUMENT: 'pg' })).toBe(false);
  });

  test('precedence: the option, DO_TRACE_INSTRUMENT, OTEL_NODE_*_INSTRUMENTATIONS, the defaults', () => {
    const env = {
      OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'undici,express',
      OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'express,pg',
      DO_TRACE_INSTRUMENT: 'pg, redis',
    };
    expect(instrument({ instrument: { redis: false } }, env)).toEqual({
      http: false,
      fetch: true,
      express: false,
      pg: true,
      redis: false,
    });
  });

  test('instrumentations: the same objects, each once', () => {
    const mine = { instrumentationName: 'x', enable() {}, disable() {}, setTracerProvider() {} };
    const given = [mine, mine] as unknown as InitOptions['instrumentations'];
    expect(config({ instrumentations: given }).instrumentations).toEqual([mine]);
  });

  test('an unknown name is refused if the host has the list of names', () => {
    const host = { knownInstrumentations: ['http', 'express'] };
    expect(() => config({ instrument: { expres: true } }, host)).toThrow(/Did you mean express\?/);
    expect(
      config({ instrument: { Express: true, auto: true, '@acme/otel': true } }, host).instrument,
    ).toEqual({
      http: true,
      fetch: true,
      Express: true,
      auto: true,
      '@acme/otel': true,
    });
  });
});

test('enabled: the option, then OTEL_SDK_DISABLED', () => {
  const env = { OTEL_SDK_DISABLED: 'true' };
  expect(config({ enabled: false }).disabled).toBe(true);
  expect(config({ enabled: true }, { env }).disabled).toBe(false);
  expect(config({}, { env }).disabled).toBe(true);
});

test('logLevel: the option, then OTEL_LOG_LEVEL', () => {
  const env = { OTEL_LOG_LEVEL: 'debug' };
  expect(config({ logLevel: 'silent' }, { env }).logLevel).toBe('none');
  expect(config({ logLevel: 'error' }, { env }).logLevel).toBe('error');
  expect(config({}, { env }).logLevel).toBe('debug');
});

test('onSpanEnd, isError and detectors: the same objects', () => {
  const onSpanEnd = (): void => {};
  const isError = (): boolean => true;
  const detectors = [{ detect: () => ({}) }];
  const resolved = config({ onSpanEnd, isError, resource: { detectors } });
  expect([resolved.onSpanEnd, resolved.isError, resolved.detectors[0]]).toEqual([
    onSpanEnd,
    isError,
    detectors[0],
  ]);
});

test('baggageAttributes: each key once', () => {
  expect(config({ baggageAttributes: ['tenant', 'tenant'] }).baggageAttributes).toEqual(['tenant']);
});

test('redact: false stays false, an object is completed', () => {
  expect(config({ redact: false }).redact).toBe(false);
  expect(config({ redact: { keys: ['ssn'] } }).redact).toEqual({
    keys: ['ssn'],
    patterns: [],
    replace: 'mask',
  });
});

test('limits: precedence of the option, the environment, and the defaults, limit by limit', () => {
  const env = { OTEL_SPAN_LINK_COUNT_LIMIT: '5', OTEL_SPAN_EVENT_COUNT_LIMIT: '6' };
  expect(config({ limits: { linkCountLimit: 1 } }, { env }).limits).toMatchObject({
    linkCountLimit: 1,
    eventCountLimit: 6,
    attributeCountLimit: 128,
    attributeValueLengthLimit: 16_384,
  });
});

describe('delivery:', () => {
  test('precedence: the option, OTEL_BSP_* and OTEL_EXPORTER_OTLP_*, the defaults', () => {
    const env = {
      OTEL_BSP_SCHEDULE_DELAY: '200',
      OTEL_BSP_EXPORT_TIMEOUT: '300',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'none',
    };
    const { delivery, otlp } = config({ delivery: { intervalMs: 50 } }, { env });
    expect(delivery).toMatchObject({
      intervalMs: 50,
      requestTimeoutMs: 300,
      flushTimeoutMs: 3_000,
      compression: 'none',
    });
    expect(otlp).toMatchObject({ requestTimeoutMs: 300, compression: 'none' });
  });

  test('requestTimeoutMs: the option, OTEL_EXPORTER_OTLP_TIMEOUT for otlp, OTEL_BSP_EXPORT_TIMEOUT', () => {
    const env = { OTEL_BSP_EXPORT_TIMEOUT: '300', OTEL_EXPORTER_OTLP_TIMEOUT: '400' };
    expect(config({}, { env })).toMatchObject({
      otlp: { requestTimeoutMs: 400 },
      delivery: { requestTimeoutMs: 300 },
    });
    expect(config({ delivery: { requestTimeoutMs: 5 } }, { env })).toMatchObject({
      otlp: { requestTimeoutMs: 5 },
      delivery: { requestTimeoutMs: 5 },
    });
  });

  test('spool: a directory is completed', () => {
    const complete = { directory: '/spool', maxBytes: 268_435_456, mode: 'overflow' };
    expect(config({ delivery: { spool: '/spool' } }).delivery.spool).toEqual(complete);
    expect(config({ delivery: { spool: { directory: '/spool', mode: 'always' } } }).delivery.spool).toEqual({
      ...complete,
      mode: 'always',
    });
  });
});

test('processors: the same objects', () => {
  const processor = { onStart() {}, onEnd() {}, forceFlush: async () => {}, shutdown: async () => {} };
  expect(config({ processors: [processor] }).processors[0]).toBe(processor);
});

test('exitHandlers: can be switched off', () => {
  expect(config({ exitHandlers: false }).exitHandlers).toBe(false);
});

test('logger: completed, and OTEL_LOG_LEVEL sets the level', () => {
  const resolved = config({ logger: console }, { env: { OTEL_LOG_LEVEL: 'ERROR' } });
  const lines: string[] = [];
  const partial = config({ logger: { warn: (line: string) => void lines.push(line) } }).logger;
  partial?.error('a');
  partial?.info('b');
  expect(lines).toEqual(['a']);
  expect(resolved.logLevel).toBe('error');
});

test('OTEL_SDK_DISABLED switches tracing off', () => {
  expect(config({}, { env: { OTEL_SDK_DISABLED: 'true' } }).disabled).toBe(true);
});

test('a problem in the environment is a warning with a fix, and the other variables apply', () => {
  const { config: resolved, warnings } = resolveConfig(
    { service: 'orders' },
    configHost({
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http:/c', OTEL_SPAN_LINK_COUNT_LIMIT: '5', OTEL_CONFIG_FILE: 'x' },
    }),
  );
  expect(warnings.map(({ code }) => code)).toEqual(['unsupported_variable', 'malformed_endpoint']);
  expect(warnings.every(({ fix }) => fix !== undefined)).toBe(true);
  expect(resolved.otlp.endpoint).toBe('http://localhost:4318/v1/traces');
  expect(resolved.limits.linkCountLimit).toBe(5);
});

test.each(['memory', new InMemorySpanExporter(), exporter])(
  'the variables of OTLP are not read for an exporter that does not use them: %#',
  other => {
    const host = configHost({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http:/c' } });
    expect(resolveConfig({ service: 's', exporter: other } as InitOptions, host).warnings).toEqual([]);
    const both = { service: 's', exporter: [other, 'otlp'] } as InitOptions;
    expect(resolveConfig(both, host).warnings.map(({ code }) => code)).toEqual(['malformed_endpoint']);
  },
);

test('the configuration is frozen, and the objects of the user are not', () => {
  const keys = [/x/g];
  const options: InitOptions = {
    exporter: [exporter],
    logger: { ...console },
    redact: { keys, patterns: [/y/] },
    sample: { rules: [{ ratio: 1 }] },
    resource: { attributes: { list: ['a'] } },
  };
  const { config: resolved } = resolveConfig(options, configHost());
  const ours = [
    resolved,
    resolved.service,
    resolved.attributes,
    resolved.attributes['list'],
    resolved.exporters,
    resolved.otlp,
    resolved.otlp.headers,
    resolved.sample.rules[0],
    resolved.limits,
    resolved.delivery,
    resolved.redact,
    resolved.instrument,
    resolved.processors,
    resolved.propagate,
  ];
  expect(ours.every(Object.isFrozen)).toBe(true);
  const theirs = [options, options.exporter, exporter, options.logger, keys, keys[0], options.resource];
  expect(theirs.some(Object.isFrozen)).toBe(false);
});

describe('for any environment and any options', () => {
  const VARIABLES = [
    'OTEL_SERVICE_NAME',
    'OTEL_RESOURCE_ATTRIBUTES',
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    'OTEL_SDK_DISABLED',
    'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
    'OTEL_EXPORTER_OTLP_HEADERS',
    'OTEL_EXPORTER_OTLP_TIMEOUT',
    'OTEL_EXPORTER_OTLP_COMPRESSION',
    'OTEL_EXPORTER_OTLP_PROTOCOL',
    'OTEL_EXPORTER_OTLP_CERTIFICATE',
    'OTEL_TRACES_SAMPLER',
    'OTEL_TRACES_SAMPLER_ARG',
    'OTEL_PROPAGATORS',
    'OTEL_TRACES_EXPORTER',
    'OTEL_BSP_SCHEDULE_DELAY',
    'OTEL_BSP_MAX_QUEUE_SIZE',
    'OTEL_ATTRIBUTE_COUNT_LIMIT',
    'OTEL_LOG_LEVEL',
    'OTEL_CONFIG_FILE',
    'DO_TRACE_EXPORTER',
    'DO_TRACE_SAMPLE',
    'OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT',
  ];
  const words = [
    'none',
    'otlp',
    'console',
    'grpc',
    'true',
    '1',
    '-1',
    '1e99',
    '0.5',
    'a=b',
    '%',
    ',',
    '=',
    'b3',
    'traceidratio',
    'http://c:4317/v1/traces',
    'http:/',
    '::1',
    '__proto__',
    'constructor',
    'gzip',
    'NaN',
    'Infinity',
  ];
  const value = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...words), fc.constant(undefined));

  test('resolveConfig accepts the environment, and every warning has a known code and variable', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...VARIABLES), value), env => {
        const { config: resolved, warnings } = resolveConfig({}, configHost({ env }));
        expect(
          warnings.every(({ code, path }) => code in OPTION_PROBLEM_CODES && VARIABLES.includes(path)),
        ).toBe(true);
        expect(URL.canParse(resolved.otlp.endpoint)).toBe(true);
        expect(resolved.sample.ratio).toBeGreaterThanOrEqual(0);
        expect(resolved.sample.ratio).toBeLessThanOrEqual(1);
        expect(resolved.service.name).not.toBe('');
        expect(Object.values(resolved.limits).every(limit => limit >= 0)).toBe(true);
        expect(resolved.delivery.intervalMs).toBeGreaterThan(0);
      }),
      { numRuns: 2_000 },
    );
  });

  test('resolveConfig throws only TraceError for the options', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withBigInt: true }), options => {
        try {
          return resolveConfig(options as InitOptions, configHost()).warnings.length === 0;
        } catch (error) {
          return isTraceError(error);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('warnings about OTEL_EXPORTER_OTLP_*:', () => {
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4317', OTEL_EXPORTER_OTLP_TIMEOUT: '10s' };
  const codes = (options: InitOptions, more: Record<string, string> = {}): readonly string[] =>
    resolveConfig(options, configHost({ env: { ...env, ...more } })).warnings.map(({ code }) => code);
  const named: Exporter = { ...exporter, name: 'otlp' };

  test('are returned if otlp is among the exporters: by name, by default, or as an object', () => {
    for (const options of [{}, { exporter: 'otlp' }, { exporter: ['memory', named] }] as const) {
      expect(codes(options)).toEqual(['grpc_port', 'malformed_variable']);
    }
  });

  test('are left out if no exporter reads the variables', () => {
    for (const options of [{ exporter: 'memory' }, { exporter: [] }, { exporter }] as const) {
      expect(codes(options)).toEqual([]);
    }
    expect(codes({}, { DO_TRACE_EXPORTER: 'CONSOLE' })).toEqual([]);
    expect(codes({ exporter: 'memory' }, { OTEL_TRACES_SAMPLER: 'sometimes' })).toEqual([
      'malformed_variable',
    ]);
  });

  test('omit the endpoint if the exporter has one in code', () => {
    expect(codes({ exporter: { ...named, endpoint: 'http://d:4318' } })).toEqual(['malformed_variable']);
  });

  test('are returned for an exporter whose endpoint throws', () => {
    const hostile = Object.defineProperty({ ...named }, 'endpoint', {
      get() {
        throw new Error('hostile');
      },
    });
    expect(codes({ exporter: hostile })).toEqual(['grpc_port', 'malformed_variable']);
  });
});
