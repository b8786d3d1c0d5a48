// Decorators in source code, compiled by TypeScript in the standard and in the legacy form.

import ts from 'typescript';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { trace } from '../../../src/span/trace.js';
import { captureDiagnostics } from '../../support/captured-diagnostics.js';
import { startOwnTracing, type TestTracing } from '../../support/providers.js';

let tracing: TestTracing;
beforeAll(() => {
  tracing = startOwnTracing();
});
afterEach(() => tracing.reset());
afterAll(() => tracing.stop());

const names = (): string[] => tracing.spans().map(span => span.name);

/** Compiles and runs the body of a function. */
function run(body: string, legacy: boolean): unknown {
  const { outputText } = ts.transpileModule(`(trace) => { ${body} }`, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, experimentalDecorators: legacy },
  });
  // oxlint-disable-next-line no-eval -- compiled right above, from this file
  return (0, eval)(outputText)(trace);
}

describe.each([
  ['the standard form', false],
  ["TypeScript's legacy form", true],
])('@trace.traced in %s', (_, legacy) => {
  it.each(['@trace.traced', '@trace.traced()'])('%s traces methods, also static ones', decorator => {
    const result = run(
      `class Orders {
        rate = 2;
        ${decorator} total(n) { return n * this.rate; }
        ${decorator} static open() { return this.name; }
      }
      return [new Orders().total(3), Orders.open(), Orders.prototype.total.name];`,
      legacy,
    );
    expect(result).toEqual([6, 'Orders', 'total']);
    expect(names()).toEqual(['Orders.total', 'Orders.open']);
  });

  it('takes the description of a symbol as the name of its method', () => {
    run(
      `class Orders { @trace.traced [Symbol('total')]() {} @trace.traced [Symbol()]() {} }
      for (const key of Object.getOwnPropertySymbols(Orders.prototype)) new Orders()[key]();`,
      legacy,
    );
    expect(names()).toEqual(['Orders.total', 'Orders.method']);
  });

  it('traces a method whose object has no readable class', () => {
    const result = run(
      `class Orders { @trace.traced total() { return 7; } }
      const hostile = { get constructor() { throw new Error('no class'); } };
      return [Orders.prototype.total.call(hostile), Orders.prototype.total.call(undefined)];`,
      legacy,
    );
    expect(result).toEqual([7, 7]);
    expect(names()).toEqual(['total', 'total']);
  });

  it('takes a name and options', () => {
    run(
      `class Orders { @trace.traced('named', { kind: 'server' }) total() {} @trace.traced(undefined, { kind: 'client' }) open() {} }
      new Orders().total(); new Orders().open();`,
      legacy,
    );
    expect(tracing.spans().map(({ name, kind }) => [name, kind])).toEqual([
      ['named', 1],
      ['Orders.open', 2],
    ]);
  });

  it.each(['@trace.traced', '@trace.traced()'])(
    '%s leaves a getter and a class unchanged, and reports it',
    decorator => {
      const captured = captureDiagnostics(() => {
        const result = run(
          `${decorator} class Orders { ${decorator} get size() { return 3; } }
        return new Orders().size;`,
          legacy,
        );
        expect(result).toBe(3);
      });
      expect(captured.map(({ level, code, source }) => [level, code, source])).toEqual(
        Array.from({ length: 2 }, () => ['error', 'method_expected', 'trace.traced']),
      );
      expect(captured[0]?.message).toContain('size');
      expect(names()).toEqual([]);
    },
  );
});

describe('@trace.traced in the standard form', () => {
  it.each(['@trace.traced', '@trace.traced()'])('%s traces #private methods', decorator => {
    const result = run(
      `class Orders {
        #rate = 2;
        ${decorator} #total(n) { return n * this.#rate; }
        total(n) { return this.#total(n); }
      }
      return new Orders().total(3);`,
      false,
    );
    expect([result, names()]).toEqual([6, ['Orders.#total']]);
  });

  it.each(['@trace.traced', '@trace.traced()'])('%s leaves a field unchanged, and reports it', decorator => {
    const captured = captureDiagnostics(() =>
      expect(run(`class A { ${decorator} n = 3 } return new A().n;`, false)).toBe(3),
    );
    expect(captured).toEqual([
      expect.objectContaining({ code: 'method_expected', message: expect.stringContaining('the field n') }),
    ]);
  });
});
