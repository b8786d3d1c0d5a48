import { inspect } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OPTION_NAMES, validateInitOptions } from '../../../src/config/validate-init-options.js';
import { isTraceError, type OptionProblem, TraceError } from '../../../src/core/errors.js';
import { problemsOf } from '../../support/problems-of.js';

const validate = (options: unknown): readonly OptionProblem[] =>
  problemsOf(() => validateInitOptions(options));

function messageOf(options: unknown): string {
  try {
    validateInitOptions(options);
  } catch (error) {
    return (error as Error).message;
  }
  return expect.unreachable('an error is expected');
}

describe('valid options are copied', () => {
  test.each([
    {},
    { service: 'orders' },
    { service: { name: 'o', version: '1', namespace: 'n', environment: 'e', instanceId: 'i' } },
    { service: {} },
    { propagate: { formats: ['w3c', 'baggage', 'b3', 'b3multi', 'jaeger', 'datadog', 'xray', 'google'] } },
    { propagate: { formats: [] } },
    { enabled: false },
    { logLevel: 'silent' },
    { logLevel: 'debug' },
    { baggageAttributes: ['tenant'] },
    { exitHandlers: false },
  ])('%j', options => {
    expect(validateInitOptions(options)).toEqual(options);
  });

  test('undefined values count as left out', () => {
    expect(validateInitOptions(undefined)).toEqual({});
    expect(validateInitOptions({ service: undefined, sample: undefined })).toEqual({});
  });

  test('a replace function and a console as logger keep their identity', () => {
    const replace = (): string => '';
    expect(validateInitOptions({ redact: { replace }, logger: console })).toEqual({
      redact: { replace },
      logger: console,
    });
  });

  test('inherited options count, so that an instance of a class works', () => {
    class Options {
      get service(): string {
        return 'orders';
      }
    }
    expect(validateInitOptions(new Options())).toEqual({ service: 'orders' });
  });
});

describe('a mistake has a code, a path, and the nearest name', () => {
  test.each<[unknown, string, string, string?]>([
    // [options, code, path, suggestion]
    [null, 'wrong_type', 'options'],
    ['orders', 'wrong_type', 'options'],
    [[], 'wrong_type', 'options'],
    [() => 0, 'wrong_type', 'options'],
    [{ servce: 'orders' }, 'unknown_option', 'servce', 'service'],
    [{ serviceName: 'orders' }, 'unknown_option', 'serviceName', 'service'],
    [{ sampler: 1 }, 'unknown_option', 'sampler', 'sample'],
    [{ spanProcessors: [] }, 'unknown_option', 'spanProcessors', 'processors'],
    [{ constructor: 1 }, 'unknown_option', 'constructor'],
    [JSON.parse('{"__proto__":1}'), 'unknown_option', '__proto__'],
    [{ 'my key': 1 }, 'unknown_option', '["my key"]'],
    [{ service: 5 }, 'wrong_type', 'service'],
    [{ service: '' }, 'wrong_type', 'service'],
    [{ service: null }, 'wrong_type', 'service'],
    [{ service: ['orders'] }, 'wrong_type', 'service'],
    [{ service: { version: 2 } }, 'wrong_type', 'service.version'],
    [{ service: { nmae: 'x' } }, 'unknown_option', 'service.nmae', 'name'],
    [{ enabled: 1 }, 'wrong_type', 'enabled'],
    [{ logLevel: 'verbose' }, 'wrong_type', 'logLevel', 'debug'],
    [{ logLevel: 'none' }, 'wrong_type', 'logLevel', 'silent'],
    [{ onSpanEnd: true }, 'wrong_type', 'onSpanEnd'],
    [{ isError: {} }, 'wrong_type', 'isError'],
    [{ baggageAttributes: 'tenant' }, 'wrong_type', 'baggageAttributes'],
    [{ baggageAttributes: [1] }, 'wrong_type', 'baggageAttributes[0]'],
    [{ exitHandlers: 'no' }, 'wrong_type', 'exitHandlers'],
  ])('%j', (options, code, path, suggestion) => {
    const problems = validate(options);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ code, path });
    expect(problems[0]?.suggestion).toBe(suggestion);
  });

  test('one error lists every problem: misspelt options first, then in the order of the options', () => {
    const problems = validate({ sampel: 1, exporter: ['nope', 'otpl'], sample: 5, service: 1 });
    expect(problems.map(({ code, path }) => `${code} ${path}`)).toEqual([
      'unknown_option sampel',
      'wrong_type service',
      'unknown_exporter exporter[0]',
      'unknown_exporter exporter[1]',
      'out_of_range sample',
    ]);
  });

  test('a misspelt required option comes before the missing one, at any depth', () => {
    const problems = validate({ sample: { rules: [{ raito: 0 }] } });
    expect(problems.map(({ code, path }) => `${code} ${path}`)).toEqual([
      'unknown_option sample.rules[0].raito',
      'wrong_type sample.rules[0].ratio',
    ]);
  });

  test('a misspelt option of the outer level comes before one of an inner level', () => {
    const problems = validate({ delivery: { spol: 1 }, servce: 'x' });
    expect(problems.map(({ path }) => path)).toEqual(['servce', 'delivery.spol']);
  });

  test('the message for a misspelt option repeats nothing', () => {
    expect(messageOf({ servce: 'x' })).toBe(
      'unknown_option: servce: this option does not exist. Did you mean service?',
    );
    expect(messageOf({ redact: { whatever: 1 } })).toBe(
      'unknown_option: redact.whatever: this option does not exist; expected one of keys, patterns, replace.',
    );
  });

  test('Node.js prints each problem once: in the message, and not again as a property', () => {
    let thrown: unknown;
    try {
      validateInitOptions({ servce: 'x', sample: 5 });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(TraceError);
    const printed = inspect(thrown);
    expect(printed.match(/servce/g)).toHaveLength(1);
    expect(printed).toContain('TraceError: unknown_option: servce');
    expect((thrown as TraceError).problems).toHaveLength(2);
  });

  test('the message shows the option, the expected and the received value, and the fix', () => {
    expect(() => validateInitOptions({ sample: 5 })).toThrow(
      /^out_of_range: sample: .*; expected a number from 0 to 1, got 5\. Write 0\.05 for 5 %\.$/,
    );
    expect(() => validateInitOptions({ servce: 'x' })).toThrow(/Did you mean service\?/);
    expect(() => validateInitOptions({ exporter: () => 0 })).toThrow(/Call it/);
  });

  test('the received value is shortened and masked', () => {
    const [long] = validate({ exporter: 'x'.repeat(10_000) });
    expect(long?.received.length).toBeLessThan(80);
    const [secret] = validate({ exporter: 'https://me:secret@otlp.example/?key=secret' });
    expect(secret?.received).not.toContain('secret');
  });
});

describe('an old name, or a name of another SDK, is answered with the option', () => {
  test.each<[string, unknown, string]>([
    // [name, value, suggestion]
    ['attributes', {}, 'resource.attributes'],
    ['tracesSampleRate', 0.1, 'sample'],
    ['tracesSampler', () => 1, 'sample'],
    ['sampler', {}, 'sample'],
    ['tracePropagationTargets', ['api'], 'propagate.to'],
    ['textMapPropagator', {}, 'propagate.formats'],
    ['propagators', [], 'propagate.formats'],
    ['ignoreSpans', [], 'onSpanEnd'],
    ['beforeSendSpan', () => {}, 'onSpanEnd'],
    ['environment', 'production', 'service.environment'],
    ['release', '1', 'service.version'],
    ['serviceName', 'orders', 'service'],
    ['serviceVersion', '1', 'service.version'],
    ['debug', true, 'logLevel'],
    ['headers', {}, "exporter: otlp({ headers }) of '@do/trace/exporters'"],
    ['endpoint', 'http://c', "exporter: otlp({ endpoint }) of '@do/trace/exporters'"],
    ['resourceDetectors', [], 'resource.detectors'],
    ['resourceAttributes', {}, 'resource.attributes'],
    ['spanProcessors', [], 'processors'],
    ['spanLimits', {}, 'limits'],
    ['traceExporter', {}, 'exporter'],
    ['integrations', [], 'instrument'],
    ['disabled', true, 'enabled'],
  ])('%s', (name, value, suggestion) => {
    expect(validate({ [name]: value })).toMatchObject([{ code: 'unknown_option', path: name, suggestion }]);
  });

  test.each<[unknown, string, string]>([
    // [options, path, suggestion]
    [{ sample: { trustRemote: 'always' } }, 'sample.trustRemote', 'followRemote'],
    [{ sample: { sampleRate: 0.1 } }, 'sample.sampleRate', 'ratio'],
    [{ delivery: { timeoutMs: 1 } }, 'delivery.timeoutMs', 'requestTimeoutMs'],
    [{ delivery: { shutdownTimeoutMs: 1 } }, 'delivery.shutdownTimeoutMs', 'flushTimeoutMs'],
    [{ propagate: { tracePropagationTargets: [] } }, 'propagate.tracePropagationTargets', 'to'],
    [{ resource: { resourceDetectors: [] } }, 'resource.resourceDetectors', 'detectors'],
    [{ instrument: { http: { ignoreIncomingPaths: [] } } }, 'instrument.http.ignoreIncomingPaths', 'ignore'],
    [
      { instrument: { fetch: { ignoreRequestHook() {} } } },
      'instrument.fetch.ignoreRequestHook',
      'ignoreOutgoing',
    ],
  ])('%j', (options, path, suggestion) => {
    const problems = validate(options);
    expect(problems).toMatchObject([{ code: 'unknown_option', path }]);
    expect(problems[0]?.suggestion).toContain(suggestion);
  });

  test.each<[unknown, string]>([
    // [options, fix]
    [{ propagate: ['w3c'] }, 'Write propagate: { formats: […] }.'],
    [{ propagate: 'w3c' }, "Write propagate: { formats: 'w3c' }."],
    [{ instrument: true }, 'Write { auto: true } for all that are installed.'],
    [{ instrument: ['http', 'aws-sdk'] }, "Write { http: true, 'aws-sdk': true }."],
    [{ instrument: 'pg' }, 'Write { pg: true }.'],
  ])('%j', (options, fix) => {
    expect(validate(options)).toMatchObject([{ code: 'wrong_type', fix }]);
  });
});

test('`only` restricts the options, and the names that are suggested', () => {
  const only = ['sample', 'enabled'] as const;
  expect(validateInitOptions({ sample: 1, enabled: true }, { only })).toEqual({ sample: 1, enabled: true });
  const problems = problemsOf(() => validateInitOptions({ service: 'x', tracesSampleRate: 1 }, { only }));
  expect(problems).toMatchObject([
    { code: 'unknown_option', path: 'service' },
    { code: 'unknown_option', path: 'tracesSampleRate', suggestion: 'sample' },
  ]);
});

describe('wrong and odd values for each option', () => {
  const WRONG: readonly unknown[] = [
    null,
    Number.NaN,
    Number.NEGATIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    -1,
    1e308,
    '',
    ' ',
    'no such value',
    Symbol('odd'),
    10n,
    [null],
    [[]],
    [undefined],
    new Date(),
    new Map([['a', 1]]),
    Object.create(null),
    URL,
    async () => {},
    new Proxy({}, {}),
  ];
  // Strings and functions that an option accepts.
  const ACCEPTED: Readonly<Record<string, (value: unknown) => boolean>> = {
    service: value => value === 'no such value',
    sample: value => typeof value === 'function',
    onSpanEnd: value => typeof value === 'function',
    isError: value => typeof value === 'function',
    // A bundle without instrumentations.
    instrumentations: value => inspect(value) === '[ [] ]',
  };
  // An object without own keys has no wrong option in it.
  const isEmptyObject = (value: unknown): boolean =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
  const TAKES_OBJECTS = [
    'service',
    'sample',
    'propagate',
    'instrument',
    'resource',
    'redact',
    'limits',
    'delivery',
  ];

  test.each(OPTION_NAMES)('%s', name => {
    for (const value of WRONG) {
      if (ACCEPTED[name]?.(value) === true) continue;
      if (isEmptyObject(value) && TAKES_OBJECTS.includes(name)) continue;
      const problems = problemsOf(() => validateInitOptions({ [name]: value }));
      expect(problems.length, `${name}: ${inspect(value)}`).toBeGreaterThan(0);
      for (const { path, expected, received } of problems) {
        expect(path.startsWith(name)).toBe(true);
        expect(expected.length * received.length).toBeGreaterThan(0);
      }
    }
  });
});

describe('hostile objects', () => {
  const hostile = (): never => {
    throw new Error('hostile');
  };
  const revoked = (): object => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  };

  test.each<[string, () => unknown, string]>([
    [
      'a getter that throws',
      () => ({
        get service() {
          return hostile();
        },
      }),
      'service',
    ],
    [
      'a nested getter that throws',
      () => ({
        sample: {
          get ratio() {
            return hostile();
          },
        },
      }),
      'sample.ratio',
    ],
    ['a revoked proxy', revoked, 'options'],
    ['a proxy whose keys cannot be listed', () => new Proxy({}, { ownKeys: hostile }), 'options'],
  ])('%s is a problem', (_, make, path) => {
    let options: unknown;
    try {
      options = make();
    } catch {
      return expect.unreachable('the options themselves must be created');
    }
    expect(validate(options)).toMatchObject([{ code: 'wrong_type', path }]);
  });

  test('a list with an endless length is refused without a loop over it', () => {
    const endless = new Proxy([], {
      get: (list, key) => (key === 'length' ? 2 ** 32 : Reflect.get(list, key)),
    });
    expect(validate({ baggageAttributes: endless })).toMatchObject([
      { code: 'out_of_range', path: 'baggageAttributes' },
    ]);
  });

  test('each getter runs once', () => {
    const calls: string[] = [];
    const counting = (target: object): object =>
      new Proxy(target, {
        get(object, key) {
          if (Object.hasOwn(object, key)) calls.push(String(key));
          return Reflect.get(object, key);
        },
      });
    validateInitOptions(
      counting({
        service: 'orders',
        sample: counting({ ratio: 0.5 }),
        resource: counting({ attributes: counting({ team: 'shop' }) }),
      }),
    );
    expect(calls.sort()).toEqual(['attributes', 'ratio', 'resource', 'sample', 'service', 'team']);
  });

  test('any value passes or throws a TraceError', () => {
    const keys = fc.constantFrom(...OPTION_NAMES, '__proto__', 'toString', 'valueOf');
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withSparseArray: true,
      withTypedArray: true,
    });
    fc.assert(
      fc.property(fc.oneof(fc.dictionary(keys, anything), anything), options => {
        try {
          validateInitOptions(options);
          return true;
        } catch (error) {
          return isTraceError(error) && error.problems.length > 0;
        }
      }),
      { numRuns: 3_000 },
    );
  });
});
