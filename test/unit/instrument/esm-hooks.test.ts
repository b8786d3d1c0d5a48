import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type EsmHookHost, registerEsmHooks } from '../../../src/instrument/esm-hooks.js';
import { fakeApp, link } from '../../support/fake-app.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

interface Call {
  readonly kind: 'thread' | 'sync';
  readonly specifier?: string;
  readonly parentUrl?: string;
  readonly include: readonly string[];
}

/** A host that records registrations instead of making them. */
function createHost(overrides: Partial<EsmHookHost> = {}): { host: EsmHookHost; calls: Call[] } {
  const calls: Call[] = [];
  const host: EsmHookHost = {
    flags: '',
    register: (specifier, parentUrl, { data }) =>
      void calls.push({ kind: 'thread', specifier, parentUrl, include: data.include }),
    loadSyncHooks: () => ({
      supportsSyncHooks: () => true,
      register: ({ include }) => void calls.push({ kind: 'sync', include }),
    }),
    registeredCopies: new Set(),
    ...overrides,
  };
  return { host, calls };
}

/** Returns the files of a copy of OpenTelemetry's base package and the instrumentations beside it. */
function createCopy(directory: string, ...names: readonly string[]): Record<string, string> {
  const modules = join(directory, 'node_modules');
  return {
    [join(modules, '@opentelemetry/instrumentation/index.js')]: '',
    [join(modules, 'import-in-the-middle/index.js')]: '',
    ...Object.fromEntries(
      names.map(name => [join(modules, `@opentelemetry/instrumentation-${name}/index.js`), '']),
    ),
  };
}

describe('registerEsmHooks', () => {
  const application = (): string =>
    fakeApp({ ...createCopy('.', 'pg', 'redis'), ...createCopy('old', 'koa') });
  const fileOf = (root: string, name: string): string =>
    join(root, `node_modules/@opentelemetry/instrumentation-${name}/index.js`);

  it('registers hooks in this thread if the copy and Node.js support them', () => {
    const { host, calls } = createHost();
    const root = application();
    registerEsmHooks([{ file: fileOf(root, 'pg'), packages: ['pg', 'pg-pool'] }], host);
    expect(calls).toEqual([{ kind: 'sync', include: ['pg', 'pg-pool'] }]);
  });

  const unsupported: readonly (readonly [string, EsmHookHost['loadSyncHooks']])[] = [
    [
      'the copy lacks them',
      () => {
        throw new Error('Cannot find module');
      },
    ],
    ['Node.js lacks them', () => ({ supportsSyncHooks: () => false, register: () => expect.unreachable() })],
  ];
  it.each(unsupported)('registers hooks in a separate thread if %s', (_reason, loadSyncHooks) => {
    const { host, calls } = createHost({ loadSyncHooks });
    const root = application();
    registerEsmHooks([{ file: fileOf(root, 'pg'), packages: ['pg'] }], host);
    expect(calls).toEqual([
      {
        kind: 'thread',
        specifier: '@opentelemetry/instrumentation/hook.mjs',
        parentUrl: pathToFileURL(join(root, 'node_modules/@opentelemetry/instrumentation/index.js')).href,
        include: ['pg'],
      },
    ]);
  });

  it('registers each copy of import-in-the-middle once, with all packages of its instrumentations', () => {
    const { host, calls } = createHost();
    const root = application();
    const hooks = [
      { file: fileOf(root, 'pg'), packages: ['pg'] },
      { file: fileOf(join(root, 'old'), 'koa'), packages: ['koa'] },
      { file: fileOf(root, 'redis'), packages: ['redis'] },
    ];
    registerEsmHooks(hooks, host);
    expect(calls.map(({ include }) => include)).toEqual([['pg', 'redis'], ['koa']]);
    registerEsmHooks(hooks, host);
    expect(calls).toHaveLength(2);
  });

  it.each([
    '--import import-in-the-middle/hook.mjs',
    '--experimental-loader=@opentelemetry/instrumentation/hook.mjs',
  ])('registers nothing in a process with the flag %s', flags => {
    const { host, calls } = createHost({ flags });
    registerEsmHooks([{ file: fileOf(application(), 'pg'), packages: ['pg'] }], host);
    expect(calls).toEqual([]);
  });

  it('throws for an instrumentation without a hook', () => {
    const root = fakeApp({ 'node_modules/x/index.js': '' });
    const hook = { file: join(root, 'node_modules/x/index.js'), packages: ['x'] };
    expect(() => registerEsmHooks([hook], createHost().host)).toThrow('@opentelemetry/instrumentation');
  });

  it('does nothing without packages, in the current process', () => {
    expect(() => registerEsmHooks([])).not.toThrow();
  });
});

describe('an ESM program', () => {
  it.each([
    ['patched packages after instrument()', [], 'patched hello'],
    [
      'original packages if a flag names another hook',
      ['--import=data:text/javascript,/*import-in-the-middle*/'],
      'hello',
    ],
  ])('imports %s', (_name, hookFlags, expected) => {
    const application = fakeApp({
      'node_modules/greeter/package.json': '{ "version": "1.0.0", "type": "module", "main": "index.js" }',
      'node_modules/greeter/index.js': "export const greet = () => 'hello';",
      'node_modules/@opentelemetry/instrumentation-greeter/index.js': `
        const { InstrumentationBase, InstrumentationNodeModuleDefinition } = require('@opentelemetry/instrumentation');
        exports.GreeterInstrumentation = class extends InstrumentationBase {
          constructor() { super('@opentelemetry/instrumentation-greeter', '1.0.0', {}); }
          init() {
            return new InstrumentationNodeModuleDefinition('greeter', ['*'], exports => {
              this._wrap(exports, 'greet', original => () => 'patched ' + original());
              return exports;
            });
          }
        };
      `,
      'program.mjs': `
        import { instrument } from ${JSON.stringify(pathToFileURL(join(ROOT, 'src/instrument/instrument.ts')).href)};
        const fail = (...args) => { throw new Error(JSON.stringify(args)); };
        instrument({ http: false, fetch: false, greeter: true }, {
          tracerProvider: { getTracer: () => ({}) },
          diagnostics: { report: fail, reportOnce: fail },
          directories: [import.meta.dirname ?? new URL('.', import.meta.url).pathname],
        });
        const { greet } = await import('greeter');
        console.log(greet());
      `,
    });
    link(
      application,
      'node_modules/@opentelemetry/instrumentation',
      join(ROOT, 'node_modules/@opentelemetry/instrumentation'),
    );
    const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
    const flags = ['--import', tsx, ...hookFlags];
    const output = execFileSync(process.execPath, [...flags, join(application, 'program.mjs')], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect(output.trim()).toBe(expected);
  });
});
