import { inspect } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { validateOptions } from '../../../src/config/validate-options.js';
import { KNOWN_NAMES } from '../../../src/instrument/instrumentation-names.js';
import { isTraceError, type Problem, TraceError } from '../../../src/core/errors.js';

function problemsOf(options: unknown): readonly Problem[] {
  try {
    validateOptions(options, { knownInstrumentations: ['http', 'fetch', 'express', 'pg'] });
  } catch (error) {
    expect(error).toBeInstanceOf(TraceError);
    return (error as TraceError).problems;
  }
  return [];
}

const exporter = { name: 'mine', processor: () => undefined, check: async () => undefined };
const processor = { onStart() {}, onEnd() {}, forceFlush() {}, shutdown() {} };
const spanExporter = { export() {}, shutdown() {} };
const instrumentation = { instrumentationName: 'x', enable() {}, disable() {}, setTracerProvider() {} };

describe('checkOptions: what is right passes, as a copy', () => {
  test.each([
    {},
    { service: 'orders' },
    { service: { name: 'o', version: '1', namespace: 'n', environment: 'e', instanceId: 'i' } },
    { service: {} },
    { exporter: 'otlp' },
    { exporter: [] },
    { exporter: ['otlp', exporter, 'consoleTree', 'memory'] },
    { exporter },
    { sample: 0 },
    { sample: 1 },
    { sample: 'errors-only' },
    {
      sample: {
        ratio: 0.1,
        rules: [
          { name: '/health*', ratio: 0 },
          { attributes: { 'customer.tier': 'gold' }, kind: 'server', route: '/x', ratio: 1 },
        ],
        perSecond: 50,
        keep: { errors: true, slowerThanMs: 500, match: [{ name: 'checkout' }] },
        trustRemote: 'never',
      },
    },
    { propagate: ['w3c', 'baggage', 'b3', 'b3multi', 'jaeger', 'datadog', 'xray'] },
    { propagate: [] },
    { instrument: true },
    { instrument: false },
    { instrument: 'auto' },
    { instrument: ['http', 'express', '@acme/otel-instrumentation', instrumentation, [instrumentation]] },
    { attributes: { a: 'x', b: 1, c: true, d: ['x'], e: [1, 2] } },
    { baggageAttributes: ['tenant'] },
    { redact: false },
    { redact: { keys: ['ssn', /token/], patterns: [/\d{16}/], replace: 'hash' } },
    { limits: { attributeCountLimit: 10, attributeValueLengthLimit: Number.POSITIVE_INFINITY } },
    { delivery: { maxQueueBytes: 1e6, intervalMs: 50, compression: 'none', spool: false } },
    { delivery: { spool: '/var/spool' } },
    { delivery: { spool: { directory: '/var/spool', maxBytes: 1e6, mode: 'always' } } },
    { processors: [processor, spanExporter] },
    { exitHandlers: false },
  ])('%j', options => {
    expect(validateOptions(options)).toEqual(options);
  });

  test('nothing and undefined values count as left out', () => {
    expect(validateOptions(undefined)).toEqual({});
    expect(validateOptions({ service: undefined, sample: undefined })).toEqual({});
  });

  test('a replace function and a console as logger are taken as they are', () => {
    const replace = (): string => '';
    expect(validateOptions({ redact: { replace }, logger: console })).toEqual({
      redact: { replace },
      logger: console,
    });
  });

  test('attributes of other kinds are kept as text or JSON, null is left out', () => {
    const attributes = {
      at: new Date(0),
      big: 12n,
      object: { a: 1 },
      mixed: [1, 'a'],
      none: null,
      missing: undefined,
    };
    expect(validateOptions({ attributes })).toEqual({
      attributes: { at: '1970-01-01T00:00:00.000Z', big: '12', object: '{"a":1}', mixed: '[1,"a"]' },
    });
  });

  test('inherited options count, so that a class can hold them', () => {
    class Options {
      get service(): string {
        return 'orders';
      }
    }
    expect(validateOptions(new Options())).toEqual({ service: 'orders' });
  });
});

describe('checkOptions: mistakes have a code, the path, and the nearest name', () => {
  test.each<[unknown, string, string, string?]>([
    // [options, code, path, suggestion]
    [null, 'wrong_type', 'options'],
    ['orders', 'wrong_type', 'options'],
    [[], 'wrong_type', 'options'],
    [() => 0, 'wrong_type', 'options'],
    [{ servce: 'orders' }, 'unknown_option', 'servce', 'service'],
    [{ serviceName: 'orders' }, 'unknown_option', 'serviceName', 'service'],
    [{ sampler: 1 }, 'unknown_option', 'sampler', 'sample'],
    [{ instrumentations: [] }, 'unknown_option', 'instrumentations', 'instrument'],
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
    [{ exporter: 'otpl' }, 'unknown_exporter', 'exporter', 'otlp'],
    [{ exporter: 'console' }, 'unknown_exporter', 'exporter', 'consoleTree'],
    [{ exporter: 'consol' }, 'unknown_exporter', 'exporter', 'consoleTree'],
    [{ exporter: 'none' }, 'unknown_exporter', 'exporter'],
    [{ exporter: ['otlp', 'memry'] }, 'unknown_exporter', 'exporter[1]', 'memory'],
    [{ exporter: 7 }, 'wrong_type', 'exporter'],
    [{ exporter: () => exporter }, 'wrong_type', 'exporter'],
    [{ exporter: spanExporter }, 'wrong_type', 'exporter'],
    [{ exporter: { ...exporter, name: 7 } }, 'wrong_type', 'exporter.name'],
    [{ exporter: [[]] }, 'wrong_type', 'exporter[0]'],
    [{ sample: 5 }, 'out_of_range', 'sample'],
    [{ sample: -0.1 }, 'out_of_range', 'sample'],
    [{ sample: Number.NaN }, 'out_of_range', 'sample'],
    [{ sample: Number.POSITIVE_INFINITY }, 'out_of_range', 'sample'],
    [{ sample: '0.5' }, 'wrong_type', 'sample'],
    [{ sample: 'prodction' }, 'unknown_preset', 'sample', 'production'],
    [{ sample: true }, 'wrong_type', 'sample'],
    [{ sample: { raito: 1 } }, 'unknown_option', 'sample.raito', 'ratio'],
    [{ sample: { ratio: 2 } }, 'out_of_range', 'sample.ratio'],
    [{ sample: { rules: [{ name: 'x' }] } }, 'wrong_type', 'sample.rules[0].ratio'],
    [{ sample: { rules: [{ ratio: 0, knd: 'server' }] } }, 'unknown_option', 'sample.rules[0].knd', 'kind'],
    [{ sample: { rules: [{ ratio: 0, kind: 'sever' }] } }, 'wrong_type', 'sample.rules[0].kind', 'server'],
    [{ sample: { perSecond: 0 } }, 'out_of_range', 'sample.perSecond'],
    [{ sample: { keep: { eror: true } } }, 'unknown_option', 'sample.keep.eror', 'errors'],
    [{ sample: { keep: { slowerThanMs: '5' } } }, 'wrong_type', 'sample.keep.slowerThanMs'],
    [{ sample: { trustRemote: 'alwys' } }, 'wrong_type', 'sample.trustRemote', 'always'],
    [{ propagate: 'w3c' }, 'wrong_type', 'propagate'],
    [{ propagate: ['tracecontext'] }, 'unknown_propagator', 'propagate[0]', 'w3c'],
    [{ propagate: ['w3c', 'bagage'] }, 'unknown_propagator', 'propagate[1]', 'baggage'],
    [{ instrument: ['htpp'] }, 'unknown_instrumentation', 'instrument[0]', 'http'],
    [{ instrument: 'expres' }, 'unknown_instrumentation', 'instrument', 'express'],
    [{ instrument: [{}] }, 'wrong_type', 'instrument[0]'],
    [{ instrument: 1 }, 'wrong_type', 'instrument'],
    [{ attributes: [] }, 'wrong_type', 'attributes'],
    [{ attributes: { 'my.key': () => 0 } }, 'wrong_type', 'attributes["my.key"]'],
    [{ attributes: { k: Symbol('x') } }, 'wrong_type', 'attributes.k'],
    [{ baggageAttributes: 'tenant' }, 'wrong_type', 'baggageAttributes'],
    [{ baggageAttributes: [1] }, 'wrong_type', 'baggageAttributes[0]'],
    [{ redact: true }, 'wrong_type', 'redact'],
    [{ redact: { patterns: ['x'] } }, 'wrong_type', 'redact.patterns[0]'],
    [{ redact: { replace: 'hide' } }, 'wrong_type', 'redact.replace'],
    [{ redact: { key: [] } }, 'unknown_option', 'redact.key', 'keys'],
    [{ limits: { attributeCountLimit: 1.5 } }, 'out_of_range', 'limits.attributeCountLimit'],
    [
      { limits: { atributeCountLimit: 1 } },
      'unknown_option',
      'limits.atributeCountLimit',
      'attributeCountLimit',
    ],
    [{ delivery: { intervalMs: 0 } }, 'out_of_range', 'delivery.intervalMs'],
    [{ delivery: { timeoutMs: 3_000_000_000 } }, 'out_of_range', 'delivery.timeoutMs'],
    [{ delivery: { compression: 'br' } }, 'wrong_type', 'delivery.compression'],
    [{ delivery: { spool: true } }, 'wrong_type', 'delivery.spool'],
    [{ delivery: { spool: {} } }, 'wrong_type', 'delivery.spool.directory'],
    [{ delivery: { maxQueueSize: 1 } }, 'unknown_option', 'delivery.maxQueueSize', 'maxQueueBytes'],
    [{ processors: processor }, 'wrong_type', 'processors'],
    [{ processors: [exporter] }, 'wrong_type', 'processors[0]'],
    [{ exitHandlers: 'no' }, 'wrong_type', 'exitHandlers'],
    [{ logger: null }, 'wrong_type', 'logger'],
    [{ logger: { error() {}, warn() {}, info() {} } }, 'wrong_type', 'logger.debug'],
  ])('%j', (options, code, path, suggestion) => {
    const problems = problemsOf(options);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ code, path });
    expect(problems[0]?.suggestion).toBe(suggestion);
  });

  test('every problem is listed in one error: misspelt options first, then in the order of the options', () => {
    const problems = problemsOf({ sampel: 1, exporter: ['nope', 'otpl'], sample: 5, service: 1 });
    expect(problems.map(({ code, path }) => `${code} ${path}`)).toEqual([
      'unknown_option sampel',
      'wrong_type service',
      'unknown_exporter exporter[0]',
      'unknown_exporter exporter[1]',
      'out_of_range sample',
    ]);
  });

  test('a misspelt option that must be there comes before what is missing for it, at any depth', () => {
    const problems = problemsOf({ sample: { rules: [{ raito: 0 }] } });
    expect(problems.map(({ code, path }) => `${code} ${path}`)).toEqual([
      'unknown_option sample.rules[0].raito',
      'wrong_type sample.rules[0].ratio',
    ]);
  });

  test('a misspelt option of the outermost level comes before one further inside', () => {
    const problems = problemsOf({ delivery: { spol: 1 }, servce: 'x' });
    expect(problems.map(({ path }) => path)).toEqual(['servce', 'delivery.spol']);
  });

  test('a misspelt option is told by its path and the right name, and nothing is said twice', () => {
    const messageOf = (options: unknown): string => {
      try {
        validateOptions(options);
      } catch (error) {
        return (error as Error).message;
      }
      return expect.unreachable('nothing was thrown');
    };
    expect(messageOf({ servce: 'x' })).toBe(
      'unknown_option: servce: this option does not exist. Did you mean service?',
    );
    expect(messageOf({ redact: { whatever: 1 } })).toBe(
      'unknown_option: redact.whatever: this option does not exist; expected one of keys, patterns, replace.',
    );
  });

  test('an unknown instrumentation is told in one or two lines of a terminal, however many are known', () => {
    const knownInstrumentations = KNOWN_NAMES;
    const messageOf = (name: string): string => {
      try {
        validateOptions({ instrument: [name] }, { knownInstrumentations });
      } catch (error) {
        return (error as Error).message;
      }
      return expect.unreachable('nothing was thrown');
    };
    const near = messageOf('expres');
    expect(near).toContain('expected an instrumentation\'s name, got "expres". Did you mean express?');
    const far = messageOf('something else');
    for (const message of [near, far]) expect(message.length).toBeLessThan(240);
    // What the message gives as examples must be names that are taken.
    for (const [, name = ''] of far.matchAll(/'([a-z]+)'/g))
      expect(knownInstrumentations.concat('auto')).toContain(name);
  });

  test('Node prints the problems once: in the message, and not again as a property', () => {
    let thrown: unknown;
    try {
      validateOptions({ servce: 'x', sample: 5 });
    } catch (error) {
      thrown = error;
    }
    const printed = inspect(thrown);
    expect(printed.match(/servce/g)).toHaveLength(1);
    expect(printed).toContain('TraceError: unknown_option: servce');
    expect((thrown as TraceError).problems).toHaveLength(2);
  });

  test('the message names the option, what was expected, what came, and the way out', () => {
    expect(() => validateOptions({ sample: 5 })).toThrow(
      /^out_of_range: sample: .*; expected a number from 0 to 1, got 5\. Write 0\.05 for 5 %\.$/,
    );
    expect(() => validateOptions({ servce: 'x' })).toThrow(/Did you mean service\?/);
    expect(() => validateOptions({ exporter: () => 0 })).toThrow(/Call it/);
    expect(() => validateOptions({ exporter: spanExporter })).toThrow(/go into `processors`/);
  });

  test('what came is shortened and masked', () => {
    const [long] = problemsOf({ exporter: 'x'.repeat(10_000) });
    expect(long?.received.length).toBeLessThan(80);
    const [secret] = problemsOf({ exporter: 'https://me:secret@otlp.example/?key=secret' });
    expect(secret?.received).not.toContain('secret');
  });
});

describe('checkOptions: hostile objects', () => {
  const throwing = (): never => {
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
          return throwing();
        },
      }),
      'service',
    ],
    [
      'a nested getter that throws',
      () => ({
        sample: {
          get ratio() {
            return throwing();
          },
        },
      }),
      'sample.ratio',
    ],
    ['a revoked proxy', revoked, 'options'],
    ['a revoked proxy as exporter', () => ({ exporter: revoked() }), 'exporter'],
    ['a revoked proxy in a list', () => ({ processors: [revoked()] }), 'processors[0]'],
    ['a proxy whose keys cannot be listed', () => new Proxy({}, { ownKeys: throwing }), 'options'],
    [
      'an exporter whose name throws',
      () => ({
        exporter: {
          ...exporter,
          get name() {
            return throwing();
          },
        },
      }),
      'exporter',
    ],
    [
      'a logger whose method throws when read',
      () => ({
        logger: {
          get error() {
            return throwing();
          },
        },
      }),
      'logger',
    ],
  ])('%s is a wrong_type', (_, make, path) => {
    let options: unknown;
    try {
      options = make();
    } catch {
      return expect.unreachable('the options themselves must be made');
    }
    expect(problemsOf(options)).toMatchObject([{ code: 'wrong_type', path }]);
  });

  test('a list that claims to be endless is refused, not walked', () => {
    const endless = new Proxy([], {
      get: (list, key) => (key === 'length' ? 2 ** 32 : Reflect.get(list, key)),
    });
    expect(problemsOf({ propagate: endless })).toMatchObject([{ code: 'out_of_range', path: 'propagate' }]);
  });

  test('each getter runs once', () => {
    const calls: string[] = [];
    const counting = (target: object): object =>
      new Proxy(target, {
        get(holder, key) {
          if (Object.hasOwn(holder, key)) calls.push(String(key));
          return Reflect.get(holder, key);
        },
      });
    validateOptions(
      counting({
        service: 'orders',
        sample: counting({ ratio: 0.5 }),
        attributes: counting({ team: 'shop' }),
      }),
    );
    expect(calls.sort()).toEqual(['attributes', 'ratio', 'sample', 'service', 'team']);
  });

  test('throws nothing but TraceError, whatever it is given', () => {
    const keys = fc.constantFrom(
      'service',
      'exporter',
      'sample',
      'propagate',
      'instrument',
      'attributes',
      'baggageAttributes',
      'redact',
      'limits',
      'delivery',
      'processors',
      'exitHandlers',
      'logger',
      '__proto__',
      'toString',
      'valueOf',
    );
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
          validateOptions(options);
          return true;
        } catch (error) {
          return isTraceError(error) && error.problems.length > 0;
        }
      }),
      { numRuns: 3_000 },
    );
  });
});
