// Rolls up the declarations: one file for each entry, which imports @opentelemetry/api and nothing else. A program that
// imports an entry loads two files of this package instead of a hundred, and the file is the whole public surface of the entry.
//
//   build/types/exporters/index.d.ts, and the files that it imports   written by tsc
//   dist/cjs/exporters/index.d.ts                                     the rolled-up declarations, CommonJS
//   dist/esm/exporters/index.d.ts                                     the same names, ESM: types of both are identical
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';

// TypeScript before 5.2 does not know these types, and later versions know them only with the library `esnext.disposable`.
// The declarations are equal to those of TypeScript and of @types/node, so they merge with both.
const DISPOSABLE = `declare global {
    interface SymbolConstructor {
        readonly dispose: unique symbol;
        readonly asyncDispose: unique symbol;
    }
    interface Disposable {
        [Symbol.dispose](): void;
    }
    interface AsyncDisposable {
        [Symbol.asyncDispose](): PromiseLike<void>;
    }
}
`;

/**
 * Writes the declarations of one entry.
 *
 * @param {string} entry the path of the entry without extension: `exporters/index`
 */
export async function rollUpDeclarations(entry) {
  const bundle = await rollup({
    input: `./build/types/${entry}.d.ts`,
    plugins: [dts()],
    external: /^@opentelemetry\//,
    onwarn: warning => {
      if (warning.code !== 'EMPTY_BUNDLE') throw new Error(`${entry}: ${warning.message}`);
    },
  });
  const { output } = await bundle.generate({ format: 'es' });
  await bundle.close();
  const [{ code }] = output;
  const hasTypes = code.trim() !== 'export { };';
  const needsDisposable = /\b(?:Async)?Disposable\b|\bSymbol\.(?:dispose|asyncDispose)\b/.test(code);
  const [cjs, esm] = ['cjs', 'esm'].map(format => `dist/${format}/${entry}.d.ts`);
  const specifier = relative(dirname(esm), cjs)
    .replaceAll('\\', '/')
    .replace(/\.d\.ts$/, '.js');
  for (const file of [cjs, esm]) mkdirSync(dirname(file), { recursive: true });
  writeFileSync(cjs, hasTypes ? `${code}${needsDisposable ? `\n${DISPOSABLE}` : ''}` : 'export {};\n');
  writeFileSync(esm, hasTypes ? `export * from '${specifier}';\n` : 'export {};\n');
}
