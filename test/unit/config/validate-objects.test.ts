import { describe, expect, it } from 'vitest';
import { validateInitOptions } from '../../../src/config/validate-init-options.js';
import { isTraceError, type OptionProblem } from '../../../src/core/errors.js';
import { KNOWN_NAMES } from '../../../src/instrument/index.js';
import { problemsOf } from '../../support/problems-of.js';

const exporter = { name: 'mine', processor: () => undefined, check: async () => undefined };
const processor = { onStart() {}, onEnd() {}, forceFlush() {}, shutdown() {} };
const spanExporter = { export() {}, shutdown() {} };
const instrumentation = { instrumentationName: 'x', enable() {}, disable() {}, setTracerProvider() {} };

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

describe('the options with live objects', () => {
  it.each([
    { exporter: 'otlp' },
    { exporter: [] },
    { exporter: ['otlp', exporter, 'console', 'memory'] },
    { exporter },
    { instrument: true },
    { instrument: false },
    { instrument: 'auto' },
    { instrument: ['http', 'express', '@acme/otel-instrumentation', instrumentation, [instrumentation]] },
    { processors: [processor, spanExporter] },
    { logger: console },
  ])('accept %j', options => {
    expect(validateInitOptions(options)).toEqual(options);
  });

  it('keep the identity of the objects', () => {
    const clean = validateInitOptions({ exporter, processors: [processor], logger: console });
    expect(clean.exporter).toBe(exporter);
    expect(clean.processors?.[0]).toBe(processor);
    expect(clean.logger).toBe(console);
  });

  it.each<[unknown, string, string, string?]>([
    // [options, code, path, suggestion]
    [{ exporter: 'otpl' }, 'unknown_exporter', 'exporter', 'otlp'],
    [{ exporter: 'consoleTree' }, 'unknown_exporter', 'exporter', 'console'],
    [{ exporter: 'newRelic' }, 'unknown_exporter', 'exporter', 'new-relic'],
    [{ exporter: 'consol' }, 'unknown_exporter', 'exporter', 'console'],
    [{ exporter: 'none' }, 'unknown_exporter', 'exporter'],
    [{ exporter: ['otlp', 'memry'] }, 'unknown_exporter', 'exporter[1]', 'memory'],
    [{ exporter: 7 }, 'wrong_type', 'exporter'],
    [{ exporter: null }, 'wrong_type', 'exporter'],
    [{ exporter: () => exporter }, 'wrong_type', 'exporter'],
    [{ exporter: spanExporter }, 'wrong_type', 'exporter'],
    [{ exporter: { ...exporter, name: 7 } }, 'wrong_type', 'exporter.name'],
    [{ exporter: [[]] }, 'wrong_type', 'exporter[0]'],
    [{ instrument: ['htpp'] }, 'unknown_instrumentation', 'instrument[0]', 'http'],
    [{ instrument: 'expres' }, 'unknown_instrumentation', 'instrument', 'express'],
    [{ instrument: 'undici' }, 'unknown_instrumentation', 'instrument', 'fetch'],
    [{ instrument: [{}] }, 'wrong_type', 'instrument[0]'],
    [{ instrument: 1 }, 'wrong_type', 'instrument'],
    [{ processors: processor }, 'wrong_type', 'processors'],
    [{ processors: [exporter] }, 'wrong_type', 'processors[0]'],
    [{ processors: ['otlp'] }, 'wrong_type', 'processors[0]'],
    [{ logger: null }, 'wrong_type', 'logger'],
    [{ logger: 'console' }, 'wrong_type', 'logger'],
    [{ logger: { error() {}, warn() {}, info() {} } }, 'wrong_type', 'logger.debug'],
  ])('refuse %j', (options, code, path, suggestion) => {
    const problems = validate(options);
    expect(problems).toMatchObject([{ code, path }]);
    expect(problems[0]?.suggestion).toBe(suggestion);
  });

  it.each<[unknown, RegExp]>([
    [{ exporter: 'none' }, /Write \[\]/],
    [{ exporter: () => 0 }, /Call it/],
    [{ exporter: spanExporter }, /go into `processors`/],
    [{ exporter: processor }, /go into `processors`/],
    [{ processors: [exporter] }, /go into `exporter`/],
  ])('the fix for %j matches %s', (options, fix) => {
    expect(validate(options)[0]?.fix).toMatch(fix);
  });

  it('any instrumentation can be named if the known names are not given', () => {
    expect(validateInitOptions({ instrument: ['htpp'] })).toEqual({ instrument: ['htpp'] });
  });

  it('the message for an unknown instrumentation fits into two lines, for any number of known names', () => {
    const knownInstrumentations = KNOWN_NAMES;
    const messageFor = (name: string): string =>
      messageOf(() => validateInitOptions({ instrument: [name] }, { knownInstrumentations }));
    const near = messageFor('expres');
    expect(near).toContain('expected an instrumentation\'s name, got "expres". Did you mean express?');
    const far = messageFor('something else');
    for (const message of [near, far]) expect(message.length).toBeLessThan(240);
    // The examples in the message must be accepted names.
    for (const [, name = ''] of far.matchAll(/'([a-z]+)'/g))
      expect(knownInstrumentations.concat('auto')).toContain(name);
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

  it.each<[string, () => unknown, string]>([
    ['a revoked proxy as exporter', () => ({ exporter: revoked() }), 'exporter'],
    ['a revoked proxy in a list', () => ({ processors: [revoked()] }), 'processors[0]'],
    [
      'an exporter whose name throws',
      () => ({
        exporter: {
          ...exporter,
          get name() {
            return hostile();
          },
        },
      }),
      'exporter',
    ],
    [
      'a logger whose method throws when it is read',
      () => ({
        logger: {
          get error() {
            return hostile();
          },
        },
      }),
      'logger',
    ],
  ])('%s is a problem', (_, make, path) => {
    let options: unknown;
    try {
      options = make();
    } catch {
      return expect.unreachable('the options themselves must be created');
    }
    expect(problemsOf(() => validateInitOptions(options))).toMatchObject([{ code: 'wrong_type', path }]);
  });
});
