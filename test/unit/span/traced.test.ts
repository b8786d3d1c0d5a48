// Decorators in the syntax that people write, compiled by TypeScript in both of its forms.

import ts from 'typescript';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createDiagnostics } from '../../../src/core/diagnostics.js';
import { globalState } from '../../../src/core/global-state.js';
import { trace } from '../../../src/span/trace.js';
import { startOwnTracing, type TestTracing } from '../../support/providers.js';

let tracing: TestTracing;
beforeAll(() => {
  tracing = startOwnTracing();
});
afterEach(() => tracing.reset());
afterAll(() => tracing.stop());

const names = (): string[] => tracing.spans().map(span => span.name);

/** Compiles and runs the source of an expression or of a function's body. */
function run(body: string, legacy: boolean): unknown {
  const { outputText } = ts.transpileModule(`(trace) => { ${body} }`, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, experimentalDecorators: legacy },
  });
  // oxlint-disable-next-line no-eval -- compiled right above, from this file
  return (0, eval)(outputText)(trace);
}

/** What was said as errors while fn ran. */
function saidIn(fn: () => void): string[] {
  const said: string[] = [];
  const before = globalState.diagnostics;
  globalState.diagnostics = createDiagnostics({
    logger: { error: text => said.push(text), warn() {}, info() {}, debug() {} },
  });
  try {
    fn();
  } finally {
    globalState.diagnostics = before;
  }
  return said;
}

describe.each([
  ['the standard', false],
  ["TypeScript's legacy form", true],
])('@trace.traced by %s', (_, legacy) => {
  it.each(['@trace.traced', '@trace.traced()'])('%s traces methods, static ones too', decorator => {
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
    '%s leaves a getter and a class as they are, and says so',
    decorator => {
      const said = saidIn(() => {
        const result = run(
          `${decorator} class Orders { ${decorator} get size() { return 3; } }
        return new Orders().size;`,
          legacy,
        );
        expect(result).toBe(3);
      });
      expect(said).toHaveLength(2);
      expect(said[0]).toMatch(/^trace\.traced decorates methods only; .*size is left as it is, untraced$/);
      expect(names()).toEqual([]);
    },
  );
});

describe('@trace.traced by the standard', () => {
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

  it.each(['@trace.traced', '@trace.traced()'])('%s leaves a field as it is', decorator => {
    expect(
      saidIn(() => expect(run(`class A { ${decorator} n = 3 } return new A().n;`, false)).toBe(3)),
    ).toEqual(['trace.traced decorates methods only; the field n is left as it is, untraced']);
  });
});
