import type { Instrumentation } from '@opentelemetry/instrumentation';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { patchBuiltinModules } from '../../../src/instrument/builtin-modules.js';
import { readModuleDefinitions } from '../../../src/instrument/module-definitions.js';
import { describeFailure, selectInstrumentations } from '../../../src/instrument/select-instrumentations.js';
import type { InstrumentOption, SelectedInstrumentation } from '../../../src/instrument/types.js';
import { type CapturedDiagnostic, collectDiagnostics } from '../../support/captured-diagnostics.js';
import { fakeApp, fakeInstrumentation } from '../../support/fake-app.js';
import { RecordingInstrumentation } from '../../support/fake-instrumentation.js';

const SCOPE = 'node_modules/@opentelemetry';

interface Selection {
  readonly selected: SelectedInstrumentation[];
  readonly names: string[];
  readonly captured: CapturedDiagnostic[];
}

/** Selects instrumentations for an application with these files, and disables them after the test. */
function select(option: InstrumentOption, files: Readonly<Record<string, string>> = {}): Selection {
  const { diagnostics, captured } = collectDiagnostics();
  const selected = selectInstrumentations(option, { diagnostics, directories: [fakeApp(files)] });
  onTestFinished(() => {
    for (const { instrumentation } of selected) instrumentation.disable();
  });
  return { selected, names: selected.map(({ name }) => name), captured };
}

describe('selectInstrumentations', () => {
  it('selects nothing for false and for an empty list', () => {
    expect([select(false).names, select([]).names]).toEqual([[], []]);
  });

  it('finds an instrumentation of the application by its short name', () => {
    const { names, selected, captured } = select(['redis'], {
      [`${SCOPE}/instrumentation-redis/index.js`]: fakeInstrumentation('r', 'RedisInstrumentation', []),
    });
    expect(names).toEqual(['redis']);
    expect(selected[0]?.instrumentation.instrumentationName).toBe('r');
    expect(selected[0]?.file).toContain('instrumentation-redis');
    expect(captured).toEqual([]);
  });

  it('warns about a missing package with the command that installs it, and selects the others', () => {
    const { names, captured } = select(['pg', 'http']);
    expect(names).toEqual(['http']);
    expect(captured).toEqual([
      {
        level: 'warn',
        code: 'instrumentation_missing',
        message: "the package of the instrumentation 'pg' is not installed",
        fix: 'Run: npm install @opentelemetry/instrumentation-pg',
        source: 'instrument',
      },
    ]);
  });

  it('suggests the nearest name for an unknown one', () => {
    expect(select(['expres']).captured).toEqual([
      {
        level: 'warn',
        code: 'unknown_instrumentation',
        message: "'expres' is not an instrumentation",
        fix: "Did you mean 'express'?",
        source: 'instrument',
      },
    ]);
  });

  it('warns about a package that throws while it is loaded, and selects the others', () => {
    const { names, captured } = select(['redis', 'http'], {
      [`${SCOPE}/instrumentation-redis/index.js`]: "throw new Error('broken on load');",
    });
    expect(names).toEqual(['http']);
    expect(captured).toMatchObject([{ level: 'warn', code: 'instrumentation_failed' }]);
    expect(captured[0]?.message).toBe(
      "the instrumentation 'redis' could not be loaded: Error: broken on load",
    );
  });

  it('warns about a package without an instrumentation', () => {
    const { names, captured } = select(['redis'], {
      [`${SCOPE}/instrumentation-redis/index.js`]: 'exports.x = 1;',
    });
    expect(names).toEqual([]);
    expect(captured).toMatchObject([{ level: 'warn', code: 'instrumentation_invalid' }]);
    expect(captured[0]?.message).toContain('@opentelemetry/instrumentation-redis');
  });

  it('prefers an object to the name of the same instrumentation', () => {
    const mine = new RecordingInstrumentation();
    mine.instrumentationName = '@opentelemetry/instrumentation-http';
    const { selected } = select(['http', mine, 'https']);
    expect(selected).toEqual([{ name: 'http', instrumentation: mine }]);
  });

  it('accepts an object without a name', () => {
    const nameless = { disable() {} } as unknown as Instrumentation;
    expect(select([nameless]).names).toEqual(['unnamed']);
  });

  it('uses the same bundled instance at each start, because require hooks cannot be removed', () => {
    const instances = [0, 1].map(() =>
      select(['http', 'fetch']).selected.map(({ instrumentation }) => {
        instrumentation.disable();
        return instrumentation;
      }),
    );
    expect(readModuleDefinitions(instances[0]?.[0] as Instrumentation)[0]).toBe(
      readModuleDefinitions(instances[1]?.[0] as Instrumentation)[0],
    );
    expect(instances[0]?.[1]).toBe(instances[1]?.[1]);
  });

  it('leaves out http if another set-up instruments it, with an info message', () => {
    const theirs = new HttpInstrumentation();
    patchBuiltinModules(theirs);
    onTestFinished(() => theirs.disable());
    const { names, captured } = select(['http']);
    expect(names).toEqual([]);
    expect(captured).toMatchObject([
      { level: 'info', code: 'instrumentation_present', source: 'instrument' },
    ]);
  });

  it.each([[true], ['auto']] as const)(
    'selects the useful ones of all installed instrumentations with %j',
    option => {
      const { names, captured } = select(option, {
        [`${SCOPE}/instrumentation-redis/index.js`]: fakeInstrumentation('r', 'RedisInstrumentation', [
          'redis-x',
        ]),
        [`${SCOPE}/instrumentation-pg/index.js`]: fakeInstrumentation('p', 'PgInstrumentation', ['pg-x']),
        [`${SCOPE}/instrumentation-fs/index.js`]: fakeInstrumentation('f', 'FsInstrumentation', ['fs']),
        'node_modules/redis-x/index.js': '',
      });
      expect(names).toEqual(['http', 'fetch', 'redis']);
      expect(captured).toEqual([]);
    },
  );

  it("accepts 'auto' besides names and objects", () => {
    const mine = new RecordingInstrumentation();
    expect(select(['auto', mine]).names).toEqual(['@acme/recorded', 'http', 'fetch']);
  });
});

describe('describeFailure', () => {
  it('describes the step and the error', () => {
    expect(describeFailure('pg', 'enabled', 'no reason')).toMatchObject({
      code: 'instrumentation_failed',
      message: "the instrumentation 'pg' could not be enabled: no reason",
      source: 'instrument',
    });
  });
});
