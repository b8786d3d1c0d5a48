import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { patchBuiltinModules } from '../../../src/instrument/builtin-modules.js';
import { describeFailure, selectInstrumentations } from '../../../src/instrument/select-instrumentations.js';
import type {
  Instrumentation,
  InstrumentOption,
  SelectedInstrumentation,
} from '../../../src/instrument/types.js';
import { type CapturedDiagnostic, collectDiagnostics } from '../../support/captured-diagnostics.js';
import { fakeApp, fakeInstrumentation } from '../../support/fake-app.js';
import { RecordingInstrumentation } from '../../support/fake-instrumentation.js';

const SCOPE = 'node_modules/@opentelemetry';

/** The option that enables no instrumentation of this package. */
const NONE = { http: false, fetch: false };

interface Selection {
  readonly selected: SelectedInstrumentation[];
  readonly names: string[];
  readonly captured: CapturedDiagnostic[];
}

/** Selects instrumentations for an application with these files, and disables them after the test. */
function select(
  option: InstrumentOption,
  files: Readonly<Record<string, string>> = {},
  instrumentations: readonly Instrumentation[] = [],
): Selection {
  const { diagnostics, captured } = collectDiagnostics();
  const directories = [fakeApp(files)];
  const selected = selectInstrumentations(option, { diagnostics, instrumentations, directories });
  onTestFinished(() => {
    for (const { instrumentation } of selected) instrumentation.disable();
  });
  return { selected, names: selected.map(({ name }) => name), captured };
}

describe('selectInstrumentations', () => {
  it('selects http and fetch by default, and nothing for false', () => {
    expect(select({}).names).toEqual(['http', 'fetch']);
    expect(select({ http: undefined, auto: undefined }).names).toEqual(['http', 'fetch']);
    expect([select(false).names, select({ http: false, fetch: false }).names]).toEqual([[], []]);
  });

  it('merges names over the defaults', () => {
    const files = {
      [`${SCOPE}/instrumentation-redis/index.js`]: fakeInstrumentation('r', 'RedisInstrumentation', []),
    };
    expect(select({ redis: true }, files).names).toEqual(['http', 'fetch', 'redis']);
    expect(select({ undici: false, '@opentelemetry/instrumentation-redis': true }, files).names).toEqual([
      'http',
      'redis',
    ]);
    expect(select({ redis: false, https: false }, files).names).toEqual(['fetch']);
  });

  it('passes an object as configuration', () => {
    const source = `${fakeInstrumentation('r', 'RedisInstrumentation', [])}
      exports.RedisInstrumentation = class extends exports.RedisInstrumentation {
        constructor(config) { super(config); this.received = config; }
      };`;
    const { selected } = select(
      { ...NONE, redis: { requireParentSpan: true } },
      { [`${SCOPE}/instrumentation-redis/index.js`]: source },
    );
    expect(selected[0]?.instrumentation).toMatchObject({ received: { requireParentSpan: true } });
  });

  it('finds an instrumentation of the application by its short name', () => {
    const { names, selected, captured } = select(
      { ...NONE, redis: true },
      {
        [`${SCOPE}/instrumentation-redis/index.js`]: fakeInstrumentation('r', 'RedisInstrumentation', []),
      },
    );
    expect(names).toEqual(['redis']);
    expect(selected[0]?.instrumentation.instrumentationName).toBe('r');
    expect(selected[0]?.file).toContain('instrumentation-redis');
    expect(captured).toEqual([]);
  });

  it('warns about a missing package with the command that installs it, and selects the others', () => {
    const { names, captured } = select({ fetch: false, pg: true });
    expect(names).toEqual(['http']);
    expect(captured).toEqual([
      {
        level: 'warn',
        code: 'instrumentation_missing',
        message: "the package of the instrumentation 'pg' is not installed",
        fix: 'Run: npm install @opentelemetry/instrumentation-pg',
        source: 'instrument.pg',
      },
    ]);
  });

  it('suggests the nearest name for an unknown one', () => {
    expect(select({ ...NONE, expres: true }).captured).toEqual([
      {
        level: 'warn',
        code: 'unknown_instrumentation',
        message: "'expres' is not an instrumentation",
        fix: "Did you mean 'express'?",
        source: 'instrument.expres',
      },
    ]);
  });

  it('warns about a package that throws while it is loaded, and selects the others', () => {
    const { names, captured } = select(
      { fetch: false, redis: true },
      {
        [`${SCOPE}/instrumentation-redis/index.js`]: "throw new Error('broken on load');",
      },
    );
    expect(names).toEqual(['http']);
    expect(captured).toMatchObject([{ level: 'warn', code: 'instrumentation_failed' }]);
    expect(captured[0]?.message).toBe(
      "the instrumentation 'redis' could not be loaded: Error: broken on load",
    );
  });

  it('warns about a package without an instrumentation', () => {
    const { names, captured } = select(
      { ...NONE, redis: true },
      {
        [`${SCOPE}/instrumentation-redis/index.js`]: 'exports.x = 1;',
      },
    );
    expect(names).toEqual([]);
    expect(captured).toMatchObject([{ level: 'warn', code: 'instrumentation_invalid' }]);
    expect(captured[0]?.message).toContain('@opentelemetry/instrumentation-redis');
  });

  it('prefers an object to the name of the same instrumentation', () => {
    const mine = new RecordingInstrumentation();
    mine.instrumentationName = '@opentelemetry/instrumentation-http';
    const { selected } = select({ fetch: false, http: true, https: true }, {}, [mine]);
    expect(selected).toEqual([{ name: 'http', instrumentation: mine }]);
  });

  it('accepts an object without a name', () => {
    const nameless = { disable() {} } as unknown as Instrumentation;
    expect(select(NONE, {}, [nameless]).names).toEqual(['unnamed']);
  });

  it('leaves out http if another set-up instruments it, with an info message', () => {
    const theirs = new HttpInstrumentation();
    patchBuiltinModules(theirs);
    onTestFinished(() => theirs.disable());
    const { names, captured } = select({ fetch: false });
    expect(names).toEqual([]);
    expect(captured).toMatchObject([
      { level: 'info', code: 'instrumentation_present', source: 'instrument.http' },
    ]);
  });

  it('selects the useful ones of all installed instrumentations with auto', () => {
    const files = {
      [`${SCOPE}/instrumentation-redis/index.js`]: fakeInstrumentation('r', 'RedisInstrumentation', [
        'redis-x',
      ]),
      [`${SCOPE}/instrumentation-pg/index.js`]: fakeInstrumentation('p', 'PgInstrumentation', ['pg-x']),
      [`${SCOPE}/instrumentation-fs/index.js`]: fakeInstrumentation('f', 'FsInstrumentation', ['fs']),
      'node_modules/redis-x/index.js': '',
    };
    const { names, captured } = select({ auto: true }, files);
    expect(names).toEqual(['http', 'fetch', 'redis']);
    expect(captured).toEqual([]);
    expect(select({ auto: true, redis: false, fetch: false }, files).names).toEqual(['http']);
    expect(select({ auto: true, fs: true }, files).names).toEqual(['http', 'fetch', 'fs', 'redis']);
  });

  it('selects objects besides names', () => {
    const mine = new RecordingInstrumentation();
    expect(select({ auto: true }, {}, [mine]).names).toEqual(['@acme/recorded', 'http', 'fetch']);
  });
});

describe('describeFailure', () => {
  it('describes the step and the error', () => {
    expect(describeFailure('pg', 'enabled', 'no reason')).toMatchObject({
      code: 'instrumentation_failed',
      message: "the instrumentation 'pg' could not be enabled: no reason",
      source: 'instrument.pg',
    });
  });
});
