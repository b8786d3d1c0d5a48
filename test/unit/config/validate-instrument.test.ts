import { describe, expect, it } from 'vitest';
import { validateInitOptions } from '../../../src/config/validate-init-options.js';
import { normalizeInstrumentationName } from '../../../src/config/validate-instrument.js';
import { isTraceError, type OptionProblem } from '../../../src/core/errors.js';
import { KNOWN_NAMES } from '../../../src/instrument/index.js';
import { problemsOf } from '../../support/problems-of.js';

const instrumentation = { instrumentationName: 'x', enable() {}, disable() {}, setTracerProvider() {} };
class Instrumentation {
  enable(): void {}
}

const validate = (options: unknown): readonly OptionProblem[] =>
  problemsOf(() =>
    validateInitOptions(options, { knownInstrumentations: ['http', 'fetch', 'express', 'pg'] }),
  );

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (isTraceError(error)) return error.message;
  }
  return expect.unreachable('a TraceError is expected');
}

describe('the instrument option', () => {
  it.each([
    { instrument: false },
    { instrument: {} },
    { instrument: { auto: true, http: false, fetch: true, pg: true, express: { anything: 1 } } },
    { instrument: { '@acme/otel-instrumentation': true } },
    {
      instrument: {
        http: {
          ignore: ['/health*', '*.ico', /^\/internal/],
          ignoreOutgoing: 'metadata.internal',
          responseHeader: 'x-trace-id',
          requestHeaders: ['x-request-id'],
          responseHeaders: [],
          attributes: () => ({}),
        },
        fetch: { ignoreOutgoing: () => true },
      },
    },
  ])('accepts %j', options => {
    expect(validateInitOptions(options)).toEqual(options);
  });

  it.each<[unknown, string, string, string?]>([
    // [options, code, path, suggestion]
    [{ instrument: true }, 'wrong_type', 'instrument'],
    [{ instrument: 1 }, 'wrong_type', 'instrument'],
    [{ instrument: [] }, 'wrong_type', 'instrument'],
    [{ instrument: instrumentation }, 'wrong_type', 'instrument'],
    [{ instrument: { htpp: true } }, 'unknown_instrumentation', 'instrument.htpp', 'http'],
    [{ instrument: { expres: true } }, 'unknown_instrumentation', 'instrument.expres', 'express'],
    [{ instrument: { pg: 'yes' } }, 'wrong_type', 'instrument.pg'],
    [{ instrument: { pg: null } }, 'wrong_type', 'instrument.pg'],
    [{ instrument: { pg: instrumentation } }, 'wrong_type', 'instrument.pg'],
    [{ instrument: { auto: {} } }, 'wrong_type', 'instrument.auto'],
    [{ instrument: { http: { ignor: [] } } }, 'unknown_option', 'instrument.http.ignor', 'ignore'],
    [{ instrument: { http: { ignore: [1] } } }, 'wrong_type', 'instrument.http.ignore[0]'],
    [{ instrument: { http: { ignore: 'health' } } }, 'wrong_type', 'instrument.http.ignore'],
    [{ instrument: { http: { ignore: ['/a', 'b*'] } } }, 'wrong_type', 'instrument.http.ignore[1]'],
    [{ instrument: { http: { responseHeader: 'x y' } } }, 'wrong_type', 'instrument.http.responseHeader'],
    [{ instrument: { http: { requestHeaders: 'x' } } }, 'wrong_type', 'instrument.http.requestHeaders'],
    [
      { instrument: { fetch: { ignore: '/x' } } },
      'unknown_option',
      'instrument.fetch.ignore',
      'ignoreOutgoing',
    ],
    [{ instrument: { fetch: { attributes: {} } } }, 'wrong_type', 'instrument.fetch.attributes'],
  ])('refuses %j', (options, code, path, suggestion) => {
    const problems = validate(options);
    expect(problems).toMatchObject([{ code, path }]);
    expect(problems[0]?.suggestion).toBe(suggestion);
  });

  it('shows where objects belong', () => {
    for (const instrument of [instrumentation, [instrumentation], { pg: instrumentation }]) {
      expect(validate({ instrument })[0]?.fix).toContain('go into `instrumentations`');
    }
  });

  it('normalizes the names of the instrumentations of this package', () => {
    expect(validateInitOptions({ instrument: { undici: false, HTTPS: true } })).toEqual({
      instrument: { fetch: false, http: true },
    });
    expect(normalizeInstrumentationName(' Auto ')).toBe('auto');
    expect(normalizeInstrumentationName('pg')).toBe('pg');
  });

  it('accepts any name if the known names are not given', () => {
    expect(validateInitOptions({ instrument: { htpp: true } })).toEqual({ instrument: { htpp: true } });
    const record = JSON.parse('{"__proto__":true}') as object;
    const { instrument } = validateInitOptions({ instrument: record });
    expect(Object.keys(instrument as object)).toEqual(['__proto__']);
  });

  it('answers an unknown instrumentation in two lines, for any number of known names', () => {
    const knownInstrumentations = KNOWN_NAMES;
    const messageFor = (name: string): string =>
      messageOf(() => validateInitOptions({ instrument: { [name]: true } }, { knownInstrumentations }));
    const near = messageFor('expres');
    expect(near).toContain('expected an instrumentation\'s name, got "expres". Did you mean express?');
    const far = messageFor('something else');
    for (const message of [near, far]) expect(message.length).toBeLessThan(270);
    // The examples in the message must be accepted names.
    for (const [, name = ''] of far.matchAll(/'([a-z]+)'/g))
      expect(knownInstrumentations.concat('auto')).toContain(name);
  });
});

describe('the instrumentations option', () => {
  it('takes objects, and flattens bundles', () => {
    expect(validateInitOptions({ instrumentations: [instrumentation, [instrumentation]] })).toEqual({
      instrumentations: [instrumentation, instrumentation],
    });
  });

  it.each<[unknown, string, RegExp?]>([
    [instrumentation, 'instrumentations'],
    [['pg'], 'instrumentations[0]', /Names go into `instrument`: \{ pg: true \}/],
    [[Instrumentation], 'instrumentations[0]', /with new/],
    [[{}], 'instrumentations[0]'],
  ])('refuses %j', (instrumentations, path, fix = /^$/) => {
    const problems = validate({ instrumentations });
    expect(problems).toMatchObject([{ code: 'wrong_type', path }]);
    expect(problems[0]?.fix ?? '').toMatch(fix);
  });
});
