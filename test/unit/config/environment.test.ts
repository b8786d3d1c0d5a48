import { describe, expect, test } from 'vitest';
import { readEnvironment } from '../../../src/config/environment.js';
import { EMPTY_ENVIRONMENT, readVariables, type Variables } from '../../support/read-variables.js';

describe('readEnvironment reads every variable for traces', () => {
  test('an empty environment has no options', () => {
    expect(readVariables({})).toEqual(EMPTY_ENVIRONMENT);
  });

  test.each<[Variables, object]>([
    [{ OTEL_SERVICE_NAME: 'orders' }, { serviceName: 'orders' }],
    [
      { OTEL_PROPAGATORS: 'tracecontext, baggage,b3 ,b3multi' },
      { propagate: ['w3c', 'baggage', 'b3', 'b3multi'] },
    ],
    [{ OTEL_PROPAGATORS: 'jaeger,xray,datadog,jaeger' }, { propagate: ['jaeger', 'xray', 'datadog'] }],
    [{ OTEL_PROPAGATORS: 'none' }, { propagate: [] }],
    [{ OTEL_TRACES_EXPORTER: 'otlp' }, { exporters: ['otlp'] }],
    [{ OTEL_TRACES_EXPORTER: 'console' }, { exporters: ['console'] }],
    [{ OTEL_TRACES_EXPORTER: 'none' }, { exporters: [] }],
    [
      { DO_TRACE_EXPORTER: 'consoletree,otlp', OTEL_TRACES_EXPORTER: 'none' },
      { exporters: ['console', 'otlp'] },
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
          requestTimeoutMs: 300,
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
    expect(readVariables(env)).toEqual({ ...EMPTY_ENVIRONMENT, ...expected });
  });
});

describe('readEnvironment reports a variable that it cannot read, and the next source applies', () => {
  test.each<[Variables, string, string, string?]>([
    // [variables, code, path, suggestion]
    [{ OTEL_CONFIG_FILE: '/otel.yaml' }, 'unsupported_variable', 'OTEL_CONFIG_FILE'],
    [{ OTEL_PROPAGATORS: 'tracecontxt' }, 'unknown_propagator', 'OTEL_PROPAGATORS'],
    [{ OTEL_TRACES_EXPORTER: 'otpl' }, 'unknown_exporter', 'OTEL_TRACES_EXPORTER', 'otlp'],
    [{ DO_TRACE_EXPORTER: '__proto__' }, 'unknown_exporter', 'DO_TRACE_EXPORTER'],
    [{ OTEL_BSP_SCHEDULE_DELAY: '0x10' }, 'malformed_variable', 'OTEL_BSP_SCHEDULE_DELAY'],
    [{ OTEL_BSP_MAX_QUEUE_SIZE: '0' }, 'out_of_range', 'OTEL_BSP_MAX_QUEUE_SIZE'],
    [{ OTEL_ATTRIBUTE_COUNT_LIMIT: 'many' }, 'malformed_variable', 'OTEL_ATTRIBUTE_COUNT_LIMIT'],
    [{ OTEL_SPAN_LINK_COUNT_LIMIT: '1.5' }, 'out_of_range', 'OTEL_SPAN_LINK_COUNT_LIMIT'],
    [{ OTEL_SDK_DISABLED: 'yes' }, 'malformed_variable', 'OTEL_SDK_DISABLED'],
    [{ OTEL_LOG_LEVEL: 'warning' }, 'malformed_variable', 'OTEL_LOG_LEVEL'],
  ])('%j', (env, code, path, suggestion) => {
    const { problems, ...rest } = readVariables(env);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ code, path });
    if (suggestion !== undefined) expect(problems[0]?.suggestion).toBe(suggestion);
    expect({ ...rest, problems: [] }).toEqual(EMPTY_ENVIRONMENT);
  });

  test('the suggestion for another tool’s name is that name', () => {
    expect(readVariables({ DO_TRACE_EXPORTER: 'consol' }).problems[0]?.suggestion).toBe('console');
    expect(readVariables({ OTEL_PROPAGATORS: 'tracecontxt' }).problems[0]?.suggestion).toBe('tracecontext');
  });

  test('an unknown name is left out, the others apply', () => {
    expect(readVariables({ DO_TRACE_EXPORTER: 'memory,zipkin' })).toMatchObject({
      exporters: ['memory'],
      problems: [{ fix: 'This name is left out.' }],
    });
    expect(readVariables({ OTEL_PROPAGATORS: 'b3,ottrace' })).toMatchObject({
      propagate: ['b3'],
      problems: [{}],
    });
  });

  test('none takes precedence over other names, with a problem', () => {
    expect(readVariables({ OTEL_TRACES_EXPORTER: 'otlp,none' })).toMatchObject({
      exporters: [],
      problems: [{ code: 'malformed_variable' }],
    });
  });

  test('a list of commas counts as unset', () => {
    expect(readVariables({ DO_TRACE_EXPORTER: ' , ' })).toEqual(EMPTY_ENVIRONMENT);
  });
});

test('readEnvironment accepts getters that throw and values that are not strings', () => {
  const hostile = new Proxy({}, { get: (_, key) => (String(key).length % 2 === 0 ? 7 : JSON.parse('{')) });
  expect(readEnvironment(hostile, () => '').problems).toEqual([]);
});
