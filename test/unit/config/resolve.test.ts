import { DEFAULT_TAIL_LIMITS } from '../../../src/sampling/tail/default-limits.js';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { InitOptions } from '../../../src/config/options.js';
import { resolveConfig } from '../../../src/config/resolve.js';
import type { ResolvedConfig } from '../../../src/config/resolved.js';
import { isTraceError, PROBLEM_CODES } from '../../../src/core/errors.js';
import type { Exporter } from '../../../src/exporters/exporter.js';
import { configHost, type ConfigHostParts } from '../../support/config-host.js';

const config = (options?: InitOptions, parts?: ConfigHostParts): ResolvedConfig =>
  resolveConfig(options, configHost(parts)).config;

const files = { '/app/package.json': '{"name":"@acme/shop","version":"1.4.2"}' };
const exporter = {
  name: 'mine',
  processor: () => undefined,
  check: async () => undefined,
} as unknown as Exporter;

test('defaults: init() without anything', () => {
  expect(resolveConfig(undefined, configHost())).toEqual({
    config: {
      service: { name: 'unknown_service:node' },
      attributes: { 'service.name': 'unknown_service:node' },
      exporters: ['otlp'],
      otlp: {
        endpoint: 'http://localhost:4318/v1/traces',
        headers: {},
        protocol: 'http/protobuf',
        compression: 'gzip',
        timeoutMs: 10_000,
        tls: {},
      },
      sample: {
        ratio: 1,
        rules: [],
        keep: { errors: false, match: [], ...DEFAULT_TAIL_LIMITS },
        trustRemote: 'sampled',
        followParent: true,
      },
      propagate: ['w3c', 'baggage'],
      instrument: ['http', 'fetch'],
      baggageAttributes: [],
      redact: { keys: [], patterns: [], replace: 'mask' },
      limits: {
        attributeValueLengthLimit: 16_384,
        attributeCountLimit: 128,
        linkCountLimit: 128,
        eventCountLimit: 128,
        attributePerEventCountLimit: 128,
        attributePerLinkCountLimit: 128,
      },
      delivery: {
        maxQueueBytes: 67_108_864,
        maxChunkBytes: 524_288,
        intervalMs: 1_000,
        timeoutMs: 10_000,
        shutdownTimeoutMs: 3_000,
        compression: 'gzip',
        spool: false,
      },
      processors: [],
      exitHandlers: true,
      logLevel: 'info',
      disabled: false,
    },
    warnings: [],
  });
});

describe('service:', () => {
  const env = {
    OTEL_SERVICE_NAME: 'from-env',
    OTEL_RESOURCE_ATTRIBUTES: 'service.name=from-attributes,service.version=0.1,service.namespace=shop',
  };

  test('a name in code goes before everything', () => {
    expect(config({ service: 'orders' }, { env, files }).service.name).toBe('orders');
  });

  test('OTEL_SERVICE_NAME goes before OTEL_RESOURCE_ATTRIBUTES, these before package.json', () => {
    expect(config({}, { env, files }).service).toEqual({
      name: 'from-env',
      version: '0.1',
      namespace: 'shop',
    });
    const { OTEL_SERVICE_NAME: _, ...rest } = env;
    expect(config({}, { env: rest, files }).service.name).toBe('from-attributes');
  });

  test("package.json's name and version stand in, scope and all", () => {
    expect(config({}, { files }).service).toEqual({ name: '@acme/shop', version: '1.4.2' });
    expect(config({ service: 'orders' }, { files }).service).toEqual({ name: 'orders', version: '1.4.2' });
  });

  test('without any it is unknown_service:node', () => {
    expect(config().service).toEqual({ name: 'unknown_service:node' });
  });

  test('every part stands among the resource attributes', () => {
    const service = { name: 'o', version: '2', namespace: 'n', environment: 'prod', instanceId: 'i-1' };
    expect(config({ service }, { env, files }).attributes).toEqual({
      'service.name': 'o',
      'service.version': '2',
      'service.namespace': 'n',
      'deployment.environment.name': 'prod',
      'service.instance.id': 'i-1',
    });
  });
});

describe('exporter:', () => {
  test('a name, an exporter or a list of them', () => {
    expect(config({ exporter: 'memory' }).exporters).toEqual(['memory']);
    expect(config({ exporter }).exporters[0]).toBe(exporter);
    expect(config({ exporter: [exporter, 'consoleTree'] }).exporters).toEqual([exporter, 'consoleTree']);
    expect(config({ exporter: [] }).exporters).toEqual([]);
  });

  test('options, then TRACE_EXPORTER, then OTEL_TRACES_EXPORTER, then otlp', () => {
    const env = { TRACE_EXPORTER: 'memory', OTEL_TRACES_EXPORTER: 'console' };
    expect(config({ exporter: 'otlp' }, { env }).exporters).toEqual(['otlp']);
    expect(config({}, { env }).exporters).toEqual(['memory']);
    expect(config({}, { env: { OTEL_TRACES_EXPORTER: 'console' } }).exporters).toEqual(['consoleTree']);
    expect(config({}, { env: { TRACE_EXPORTER: 'nonsense' } }).exporters).toEqual(['otlp']);
  });
});

describe('sample:', () => {
  test('a ratio', () => {
    expect(config({ sample: 0.1 }).sample).toMatchObject({ ratio: 0.1, followParent: true });
  });

  test('a preset', () => {
    expect(config({ sample: 'production' }).sample).toMatchObject({
      ratio: 0.1,
      keep: { errors: true, slowerThanMs: 1_000 },
    });
    expect(config({ sample: 'errors-only' }).sample).toMatchObject({ ratio: 0, keep: { errors: true } });
    expect(config({ sample: 'off' }).sample).toMatchObject({ ratio: 0, followParent: false });
    expect(config({ sample: 'development' }).sample).toEqual(config().sample);
  });

  test('SampleOptions, filled up', () => {
    const rules = [{ name: '/health*', ratio: 0 }];
    expect(config({ sample: { rules, keep: { slowerThanMs: 500 } } }).sample).toEqual({
      ratio: 1,
      rules,
      keep: { errors: false, slowerThanMs: 500, match: [], ...DEFAULT_TAIL_LIMITS },
      trustRemote: 'sampled',
      followParent: true,
    });
  });

  test('SampleOptions without a ratio take it from the environment', () => {
    const env = { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.2' };
    expect(config({ sample: { keep: { errors: true } } }, { env }).sample).toMatchObject({ ratio: 0.2 });
  });

  test('options, then TRACE_SAMPLE, then OTEL_TRACES_SAMPLER, then 1', () => {
    const env = { TRACE_SAMPLE: '0.2', OTEL_TRACES_SAMPLER: 'always_off' };
    expect(config({ sample: 0.3 }, { env }).sample.ratio).toBe(0.3);
    expect(config({}, { env }).sample.ratio).toBe(0.2);
    expect(config({}, { env: { OTEL_TRACES_SAMPLER: 'always_off' } }).sample).toMatchObject({
      ratio: 0,
      followParent: false,
    });
    expect(config().sample.ratio).toBe(1);
  });
});

describe('propagate:', () => {
  test('options, then OTEL_PROPAGATORS, then w3c and baggage', () => {
    const env = { OTEL_PROPAGATORS: 'b3,tracecontext' };
    expect(config({ propagate: ['datadog', 'datadog'] }, { env }).propagate).toEqual(['datadog']);
    expect(config({ propagate: [] }, { env }).propagate).toEqual([]);
    expect(config({}, { env }).propagate).toEqual(['b3', 'w3c']);
    expect(config().propagate).toEqual(['w3c', 'baggage']);
  });
});

describe('instrument:', () => {
  const instrumentation = { instrumentationName: 'x', enable() {}, setTracerProvider() {} };

  test('true, false, names, OpenTelemetry instrumentations, and lists of these', () => {
    expect(config({ instrument: true }).instrument).toEqual(['http', 'fetch', 'auto']);
    expect(config({ instrument: false }).instrument).toEqual([]);
    expect(config({ instrument: 'express' }).instrument).toEqual(['express']);
    const mixed = ['http', 'http', [instrumentation]] as unknown as InitOptions['instrument'] & object;
    const { instrument } = config({ instrument: mixed });
    expect(instrument).toHaveLength(2);
    expect(instrument[1]).toBe(instrumentation);
  });

  test('a name that no instrumentation has is refused where the names are known', () => {
    const known = { knownInstrumentations: ['http', 'express'] };
    expect(() => config({ instrument: ['expres'] }, known)).toThrow(/Did you mean express\?/);
    expect(config({ instrument: ['Express', 'auto', '@acme/otel'] }, known).instrument).toHaveLength(3);
  });
});

test('attributes: options go before OTEL_RESOURCE_ATTRIBUTES, key by key', () => {
  const env = { OTEL_RESOURCE_ATTRIBUTES: 'team=env,region=eu' };
  expect(config({ service: 's', attributes: { team: 'code', nodes: 3 } }, { env }).attributes).toEqual({
    'service.name': 's',
    team: 'code',
    region: 'eu',
    nodes: 3,
  });
});

test('attributes: a service.name among them names the service, unless the service option does', () => {
  const attributes = { 'service.name': 'a' };
  expect(config({ attributes }, { env: { OTEL_SERVICE_NAME: 'e' } }).service.name).toBe('a');
  expect(config({ attributes, service: 's' }).attributes['service.name']).toBe('s');
});

test('baggageAttributes: each key once', () => {
  expect(config({ baggageAttributes: ['tenant', 'tenant'] }).baggageAttributes).toEqual(['tenant']);
});

test('redact: false lets everything out, an object is filled up', () => {
  expect(config({ redact: false }).redact).toBe(false);
  expect(config({ redact: { keys: ['ssn'] } }).redact).toEqual({
    keys: ['ssn'],
    patterns: [],
    replace: 'mask',
  });
});

test('limits: options, then the environment, then OpenTelemetry’s with values cut at 16 KiB', () => {
  const env = { OTEL_SPAN_LINK_COUNT_LIMIT: '5', OTEL_SPAN_EVENT_COUNT_LIMIT: '6' };
  expect(config({ limits: { linkCountLimit: 1 } }, { env }).limits).toMatchObject({
    linkCountLimit: 1,
    eventCountLimit: 6,
    attributeCountLimit: 128,
    attributeValueLengthLimit: 16_384,
  });
});

describe('delivery:', () => {
  test('options, then OTEL_BSP_* and OTEL_EXPORTER_OTLP_*, then defaults', () => {
    const env = {
      OTEL_BSP_SCHEDULE_DELAY: '200',
      OTEL_BSP_EXPORT_TIMEOUT: '300',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'none',
    };
    const { delivery, otlp } = config({ delivery: { intervalMs: 50 } }, { env });
    expect(delivery).toMatchObject({
      intervalMs: 50,
      timeoutMs: 300,
      shutdownTimeoutMs: 3_000,
      compression: 'none',
    });
    expect(otlp).toMatchObject({ timeoutMs: 300, compression: 'none' });
  });

  test('timeoutMs: options, then OTEL_EXPORTER_OTLP_TIMEOUT for otlp, then OTEL_BSP_EXPORT_TIMEOUT', () => {
    const env = { OTEL_BSP_EXPORT_TIMEOUT: '300', OTEL_EXPORTER_OTLP_TIMEOUT: '400' };
    expect(config({}, { env })).toMatchObject({ otlp: { timeoutMs: 400 }, delivery: { timeoutMs: 300 } });
    expect(config({ delivery: { timeoutMs: 5 } }, { env })).toMatchObject({
      otlp: { timeoutMs: 5 },
      delivery: { timeoutMs: 5 },
    });
  });

  test('spool: a directory is filled up', () => {
    const full = { directory: '/spool', maxBytes: 268_435_456, mode: 'overflow' };
    expect(config({ delivery: { spool: '/spool' } }).delivery.spool).toEqual(full);
    expect(config({ delivery: { spool: { directory: '/spool', mode: 'always' } } }).delivery.spool).toEqual({
      ...full,
      mode: 'always',
    });
  });
});

test('processors: taken as they are', () => {
  const processor = { onStart() {}, onEnd() {}, forceFlush: async () => {}, shutdown: async () => {} };
  expect(config({ processors: [processor] }).processors[0]).toBe(processor);
});

test('exitHandlers: on unless false', () => {
  expect(config({ exitHandlers: false }).exitHandlers).toBe(false);
});

test('logger: taken as it is, and OTEL_LOG_LEVEL sets how loud', () => {
  const resolved = config({ logger: console }, { env: { OTEL_LOG_LEVEL: 'ERROR' } });
  expect(resolved.logger).toBe(console);
  expect(resolved.logLevel).toBe('error');
});

test('environment: OTEL_SDK_DISABLED switches everything off', () => {
  expect(config({}, { env: { OTEL_SDK_DISABLED: 'true' } }).disabled).toBe(true);
});

test('environment: a problem is a warning with a fix, and the rest goes on', () => {
  const { config: resolved, warnings } = resolveConfig(
    { service: 'orders' },
    configHost({
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http:/c', OTEL_SPAN_LINK_COUNT_LIMIT: '5', OTEL_CONFIG_FILE: 'x' },
    }),
  );
  expect(warnings.map(warning => warning.code)).toEqual(['unsupported_variable', 'malformed_endpoint']);
  expect(warnings.every(warning => warning.fix !== undefined)).toBe(true);
  expect(resolved.otlp.endpoint).toBe('http://localhost:4318/v1/traces');
  expect(resolved.limits.linkCountLimit).toBe(5);
});

test('the configuration is frozen, and what is the user’s is not', () => {
  const keys = [/x/g];
  const options: InitOptions = {
    exporter: [exporter],
    logger: { ...console },
    redact: { keys, patterns: [/y/] },
    sample: { rules: [{ ratio: 1 }] },
    attributes: { list: ['a'] },
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
  const theirs = [options, options.exporter, exporter, options.logger, keys, keys[0], options.attributes];
  expect(theirs.some(Object.isFrozen)).toBe(false);
});

describe('whatever the world is like', () => {
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
    'TRACE_EXPORTER',
    'TRACE_SAMPLE',
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

  test('resolveConfig never throws for any environment, and what is wrong has a known code', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...VARIABLES), value), env => {
        const { config: resolved, warnings } = resolveConfig({}, configHost({ env }));
        expect(warnings.every(({ code, path }) => code in PROBLEM_CODES && VARIABLES.includes(path))).toBe(
          true,
        );
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

  test('resolveConfig throws only TraceError for any options', () => {
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

  test('come where otlp is among the exporters, named, by default or as an object', () => {
    for (const options of [{}, { exporter: 'otlp' }, { exporter: ['memory', named] }] as const) {
      expect(codes(options)).toEqual(['grpc_port', 'malformed_variable']);
    }
  });

  test('do not come where nobody reads the variables', () => {
    for (const options of [{ exporter: 'memory' }, { exporter: [] }, { exporter }] as const) {
      expect(codes(options)).toEqual([]);
    }
    expect(codes({}, { TRACE_EXPORTER: 'consoleTree' })).toEqual([]);
    expect(codes({ exporter: 'memory' }, { OTEL_TRACES_SAMPLER: 'sometimes' })).toEqual([
      'malformed_variable',
    ]);
  });

  test('leave out the endpoint where the exporter was given one', () => {
    expect(codes({ exporter: { ...named, endpoint: 'http://d:4318' } })).toEqual(['malformed_variable']);
  });

  test('survive an exporter whose endpoint throws', () => {
    const hostile = Object.defineProperty({ ...named }, 'endpoint', {
      get() {
        throw new Error('hostile');
      },
    });
    expect(codes({ exporter: hostile })).toEqual(['grpc_port', 'malformed_variable']);
  });
});
