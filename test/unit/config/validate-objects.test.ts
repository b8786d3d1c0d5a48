import { describe, expect, it } from 'vitest';
import { validateInitOptions } from '../../../src/config/validate-init-options.js';
import type { OptionProblem } from '../../../src/core/errors.js';
import { problemsOf } from '../../support/problems-of.js';

const exporter = { name: 'mine', start: () => undefined };
const processor = { onStart() {}, onEnd() {}, forceFlush() {}, shutdown() {} };
const spanExporter = { export() {}, shutdown() {} };

const validate = (options: unknown): readonly OptionProblem[] =>
  problemsOf(() => validateInitOptions(options));

describe('the options with live objects', () => {
  it.each([
    { exporter: 'otlp' },
    { exporter: [] },
    { exporter: ['otlp', exporter, 'console', 'memory'] },
    { exporter },
    { exporter: spanExporter },
    { exporter: ['otlp', spanExporter] },
    { logger: { warn() {} } },
    { logger: { error() {}, warn: undefined } },
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
    [{ exporter: processor }, 'wrong_type', 'exporter'],
    [{ exporter: { ...exporter, name: 7 } }, 'wrong_type', 'exporter.name'],
    [{ exporter: [[]] }, 'wrong_type', 'exporter[0]'],
    [{ processors: processor }, 'wrong_type', 'processors'],
    [{ processors: [exporter] }, 'wrong_type', 'processors[0]'],
    [{ processors: ['otlp'] }, 'wrong_type', 'processors[0]'],
    [{ logger: null }, 'wrong_type', 'logger'],
    [{ logger: 'console' }, 'wrong_type', 'logger'],
    [{ logger: {} }, 'wrong_type', 'logger'],
    [{ logger: { error() {}, warn: 1 } }, 'wrong_type', 'logger.warn'],
  ])('refuse %j', (options, code, path, suggestion) => {
    const problems = validate(options);
    expect(problems).toMatchObject([{ code, path }]);
    expect(problems[0]?.suggestion).toBe(suggestion);
  });

  it.each<[unknown, RegExp]>([
    [{ exporter: 'none' }, /Write \[\]/],
    [{ exporter: () => 0 }, /Call it/],
    [{ exporter: processor }, /go into `processors`/],
    [{ processors: [exporter] }, /go into `exporter`/],
  ])('the fix for %j matches %s', (options, fix) => {
    expect(validate(options)[0]?.fix).toMatch(fix);
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
