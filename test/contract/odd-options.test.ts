// Every option of init(), of the exporters and of deliver() with values that TypeScript refuses. Each wrong value is a problem
// with the path of the option: none is ignored silently. The options come from their types, so an option without a case fails.

import { describe, expect, it } from 'vitest';
import { validateInitOptions } from '../../src/config/index.js';
import {
  consoleTree,
  datadog,
  elastic,
  file,
  grafana,
  honeycomb,
  jaeger,
  memory,
  newRelic,
  otlp,
  prometheus,
} from '../../src/exporters/index.js';
import { KNOWN_NAMES } from '../../src/instrument/index.js';
import { resolveDestination } from '../../src/exporters/exporter-context.js';
import { collectDiagnostics } from '../support/captured-diagnostics.js';
import { type Odd, ODD } from '../support/odd-values.js';
import { DELIVER_CASES, EXPORTER_CASES, INIT_CASES, type OptionCases } from '../support/option-cases.js';
import { createSourceProgram, listOptionPaths } from '../support/option-types.js';
import { problemsOf } from '../support/problems-of.js';

interface OptionsCase {
  /** The file and the name of the type. */
  readonly type: readonly [file: string, name: string];
  /** Validates options. */
  readonly call: (options: Odd) => unknown;
  /** The beginning of the path of a problem. */
  readonly prefix: string;
  readonly cases: OptionCases;
  /** The options that an object at a path needs besides the one under test. */
  readonly required?: Readonly<Record<string, object>>;
}

/** Required members, and the only method of a logger. */
const CANNOT_BE_LEFT_OUT = /^deliver\.endpoint|\[0\]\.ratio$|\.directory$|^logger\./;

const SPOOL = { 'delivery.spool': { directory: 'directory' } };

const exporter = (
  path: string,
  name: keyof typeof EXPORTER_CASES,
  prefix: string,
  call: (options: Odd) => unknown,
): OptionsCase => ({
  type: [`src/exporters/${path}.ts`, name],
  call,
  prefix,
  cases: EXPORTER_CASES[name],
  required: SPOOL,
});

const ALL: readonly OptionsCase[] = [
  {
    type: ['src/config/options.ts', 'InitOptions'],
    call: options => validateInitOptions(options, { knownInstrumentations: KNOWN_NAMES }),
    prefix: '',
    cases: INIT_CASES,
    required: { ...SPOOL, 'sample.rules[]': { ratio: 1 } },
  },
  {
    type: ['src/exporters/exporter.ts', 'DeliverOptions'],
    // Not deliver() itself, which creates the directory of the spool.
    call: options => resolveDestination('test', options, collectDiagnostics().diagnostics),
    prefix: 'deliver',
    cases: DELIVER_CASES,
    required: { ...SPOOL, '': { endpoint: 'http://backend.example' } },
  },
  exporter('otlp', 'OtlpOptions', 'otlp', otlp),
  exporter('jaeger', 'JaegerOptions', 'jaeger', jaeger),
  exporter('datadog', 'DatadogOptions', 'datadog', datadog),
  exporter('honeycomb', 'HoneycombOptions', 'honeycomb', honeycomb),
  exporter('new-relic', 'NewRelicOptions', 'newRelic', newRelic),
  exporter('elastic', 'ElasticOptions', 'elastic', elastic),
  exporter('grafana', 'GrafanaOptions', 'grafana', grafana),
  exporter('file', 'FileOptions', 'file', file),
  exporter('console-tree', 'ConsoleTreeOptions', 'consoleTree', consoleTree),
  exporter('memory', 'MemoryOptions', 'memory', memory),
  exporter('prometheus/options', 'PrometheusOptions', 'prometheus', prometheus),
];

const program = createSourceProgram(ALL.map(({ type: [path] }) => path));

/** Builds options whose option at the path has the value: `{ sample: { rules: [{ ratio: 1, name: value }] } }`. */
function buildOptions(path: string, value: Odd, required: OptionsCase['required'] = {}): Odd {
  const steps = path.split('.');
  return steps.reduceRight<Odd>((inner, step, index) => {
    const key = step.replaceAll('[]', '');
    const others = required[steps.slice(0, index).join('.')] ?? {};
    return { ...others, [key]: step.endsWith('[]') ? [inner] : inner };
  }, value);
}

/** The path of a problem: entries of lists have the index 0. */
function problemPath(prefix: string, path: string): string {
  // An object without a valid href is no endpoint.
  const inner = path.replaceAll('[]', '[0]').replace(/\.href$/, '');
  return prefix === '' ? inner : `${prefix}.${inner}`;
}

const wrongValues = (valid: readonly string[]): string[] =>
  Object.keys(ODD).filter(name => name !== 'undefined' && !valid.includes(name));

describe.each(ALL.map(each => [each.type[1], each] as const))('%s', (_, each) => {
  const { type, call, prefix, cases, required } = each;

  it('has a case for every option of the type, and no others', () => {
    expect(Object.keys(cases).toSorted()).toEqual(listOptionPaths(program, ...type).toSorted());
  });

  it.each(Object.entries(cases))('%s', (path, valid) => {
    const expectedPath = problemPath(prefix, path);
    // Values that are accepted are listed too, so that each case is exact.
    for (const name of CANNOT_BE_LEFT_OUT.test(expectedPath) ? valid : ['undefined', ...valid]) {
      const value = ODD[name]?.();
      expect([name, problemsOf(() => call(buildOptions(path, value, required)))]).toEqual([name, []]);
    }
    for (const name of wrongValues(valid)) {
      const problems = problemsOf(() => call(buildOptions(path, ODD[name]?.(), required)));
      const paths = problems.map(problem => problem.path);
      expect([name, paths.length > 0]).toEqual([name, true]);
      expect([name, paths.filter(found => !found.startsWith(expectedPath))]).toEqual([name, []]);
    }
  });

  it('an unknown option of every object is a problem with its path', () => {
    const objects = new Set([
      '',
      ...Object.keys(cases).map(path => path.slice(0, Math.max(0, path.lastIndexOf('.')))),
    ]);
    // A logger is an object of another library, and a URL has further members.
    for (const path of [...objects].filter(object => object !== 'logger' && object !== 'endpoint')) {
      const option = path === '' ? 'xyzzy' : `${path}.xyzzy`;
      const problems = problemsOf(() => call(buildOptions(option, 1, required)));
      expect(problems.map(problem => problem.path)).toEqual([problemPath(prefix, option)]);
    }
  });

  it('the options themselves are an object', () => {
    const objects = ['no prototype', 'huge object', 'frozen'];
    for (const name of wrongValues(objects)) {
      const problems = problemsOf(() => call(ODD[name]?.()));
      expect([name, problems.length > 0]).toEqual([name, true]);
    }
  });
});
