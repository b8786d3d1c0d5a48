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

describe.each([
  ['the standard form', false],
  ["TypeScript's legacy form", true],
])('the options of @trace.traced in %s', (_, legacy) => {
  it('may be the only argument, with functions that receive this', async () => {
    await (run(
      `class Orders {
        rate = 2;
        @trace.traced({
          kind: 'client',
          attributes(id) { return { id, rate: this.rate }; },
          result(value) { return { value, doubled: value * this.rate }; },
        })
        async load(id) { return id.length; }
      }
      return new Orders().load('abc');`,
      legacy,
    ) as Promise<number>);
    expect(tracing.spans()).toMatchObject([
      { name: 'Orders.load', kind: 2, attributes: { id: 'abc', rate: 2, value: 3, doubled: 6 } },
    ]);
  });

  it.each([
    ["trace.traced({}, { kind: 'client' })", 'trace.traced'],
    ['trace.traced(() => "x")', 'trace.traced'],
    ['trace.traced(5)', 'trace.traced'],
    ["trace.traced('x', 5)", 'options'],
  ])('@%s is reported, and the method is traced', (decorator, source) => {
    const captured = captureDiagnostics(() =>
      expect(run(`class A { @${decorator} total() { return 1; } } return new A().total();`, legacy)).toBe(1),
    );
    expect(captured.map(diagnostic => diagnostic.source)).toEqual([source]);
    expect(names()).toHaveLength(1);
  });
});

describe('metadata that decorators store by function', () => {
  const metadata = new WeakMap<object, Map<unknown, unknown>>();
  const api = {
    defineMetadata: (key: unknown, value: unknown, target: object) => {
      metadata.set(target, new Map([...(metadata.get(target) ?? []), [key, value]]));
    },
    getOwnMetadata: (key: unknown, target: object) => metadata.get(target)?.get(key),
    getOwnMetadataKeys: (target: object) => [...(metadata.get(target)?.keys() ?? [])],
  };
  const mutableReflect = Reflect as Partial<typeof api>;
  beforeAll(() => void Object.assign(mutableReflect, api));
  afterAll(() => {
    for (const key of Object.keys(api)) delete mutableReflect[key as keyof typeof api];
  });

  const SET = `const set = (key, value) => (target, context, descriptor) =>
    void Reflect.defineMetadata(key, value, descriptor ? descriptor.value : target);`;

  it.each([
    ['the standard form', false],
    ["TypeScript's legacy form", true],
  ])('is on the traced method, in any order of decorators, in %s', (_, legacy) => {
    const read = run(
      `${SET}
      class Orders { @set('path', '/') @trace.traced() @set('roles', ['admin']) find() {} }
      const { find } = Orders.prototype;
      return Reflect.getOwnMetadataKeys(find).map(key => [key, Reflect.getOwnMetadata(key, find)]);`,
      legacy,
    );
    expect(read).toEqual([
      ['roles', ['admin']],
      ['path', '/'],
    ]);
  });

  it('is on a wrapped class', () => {
    class Service {
      readonly id = 1;
    }
    api.defineMetadata('design:paramtypes', [String], Service);
    const Wrapped = trace.wrap('service', Service);
    expect(api.getOwnMetadata('design:paramtypes', Wrapped)).toEqual([String]);
  });
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
