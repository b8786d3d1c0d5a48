import { inspect } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { validateInitOptions } from '../../../src/config/validate-init-options.js';
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
    { propagate: ['w3c', 'baggage', 'b3', 'b3multi', 'jaeger', 'datadog', 'xray'] },
    { propagate: [] },
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
    [{ propagate: 'w3c' }, 'wrong_type', 'propagate'],
    [{ propagate: ['tracecontext'] }, 'unknown_propagator', 'propagate[0]', 'w3c'],
    [{ propagate: ['w3c', 'bagage'] }, 'unknown_propagator', 'propagate[1]', 'baggage'],
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
    expect(validate({ propagate: endless })).toMatchObject([{ code: 'out_of_range', path: 'propagate' }]);
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
        attributes: counting({ team: 'shop' }),
      }),
    );
    expect(calls.sort()).toEqual(['attributes', 'ratio', 'sample', 'service', 'team']);
  });

  test('any value passes or throws a TraceError', () => {
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
