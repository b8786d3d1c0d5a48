import { expect, it } from 'vitest';
import { OPTION_NAMES } from '../../../src/config/index.js';
import type { InitOptions } from '../../../src/index.js';
import { reportSecondStart } from '../../../src/setup/second-start.js';
import { captureDiagnostics } from '../../support/captured-diagnostics.js';
import { problemsOf } from '../../support/problems-of.js';

const report = (options?: InitOptions) => captureDiagnostics(() => reportSecondStart(options))[0];

it.each([undefined, {}, { sample: undefined }])('a call without options (%j) changes nothing', options => {
  const diagnostic = report(options);
  expect(diagnostic).toMatchObject({ level: 'warn', code: 'already_started', source: 'init' });
  expect(diagnostic?.message).toContain('changes nothing');
  expect(diagnostic?.fix).toBeUndefined();
});

it('names each given option, in the order of the options', () => {
  const diagnostic = report({ exitHandlers: false, service: 'orders', redact: false, limits: undefined });
  expect(diagnostic?.message).toMatch(/have no effect: service, redact, exitHandlers$/);
  expect(diagnostic?.fix).not.toContain('update(');
});

it('names the options that update() changes', () => {
  const { fix } = report({ service: 'orders', sample: 0.1, enabled: true, logLevel: 'warn' }) ?? {};
  expect(fix).toContain('update({ sample, enabled, logLevel }) of the handle');
});

it.each([
  [{ nonsense: 1 }, 'nonsense'],
  [{ sample: 5 }, 'sample'],
  [{ instrument: { expres: true } }, 'instrument.expres'],
])('validates the options: %j', (options, path) => {
  let problems: readonly { path: string }[] = [];
  const captured = captureDiagnostics(() => {
    problems = problemsOf(() => reportSecondStart(options as InitOptions));
  });
  expect(problems.map(problem => problem.path)).toEqual([path]);
  expect(captured).toEqual([]);
});

it('knows every option', () => {
  const values: Record<keyof InitOptions, unknown> = {
    service: 'orders',
    exporter: 'memory',
    sample: 1,
    enabled: true,
    propagate: {},
    instrument: false,
    instrumentations: [],
    resource: {},
    baggageAttributes: [],
    redact: false,
    limits: {},
    delivery: {},
    onSpanEnd: () => undefined,
    isError: () => true,
    processors: [],
    exitHandlers: false,
    logger: console,
    logLevel: 'info',
  };
  expect(report(values as InitOptions)?.message).toContain(`have no effect: ${OPTION_NAMES.join(', ')}`);
  expect(OPTION_NAMES.toSorted()).toEqual(Object.keys(values).toSorted());
});
