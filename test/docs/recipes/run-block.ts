// Runs a TypeScript block of the documentation as a module in this process.

import { createRequire } from 'node:module';
import ts from 'typescript';
import * as exporters from '../../../src/exporters/index.js';
import * as trace from '../../../src/index.js';

/** The exports of a block. Each check knows their types. */
// biome-ignore format: one line reads best
export type BlockExports = Record<string, never>;

const requireFile = createRequire(import.meta.url);
const ENTRIES: Readonly<Record<string, object>> = {
  '@do/trace': trace,
  '@do/trace/exporters': exporters,
};
type BlockFunction = (
  require: (name: string) => unknown,
  exports: object,
  ...values: unknown[]
) => Promise<void>;
const AsyncFunction = (async () => {}).constructor as new (...parameters: string[]) => BlockFunction;

/**
 * Runs a block and returns its exports.
 *
 * @param code the block, as it is in the document
 * @param declared the values of the names that the block declares
 */
export async function runBlock(
  code: string,
  declared: Readonly<Record<string, unknown>>,
): Promise<BlockExports> {
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  const exports: BlockExports = {};
  const run = new AsyncFunction('require', 'exports', ...Object.keys(declared), outputText);
  await run(name => ENTRIES[name] ?? requireFile(name), exports, ...Object.values(declared));
  return exports;
}

/** The names that a block declares and that have a value when it runs: functions, constants and classes. */
export function declaredNames(code: string): string[] {
  return statementsOf(code).flatMap(statement => {
    if (!isDeclared(statement)) return [];
    if (ts.isVariableStatement(statement)) {
      return statement.declarationList.declarations.map(({ name }) => name.getText());
    }
    const isValue = ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement);
    return isValue && statement.name !== undefined ? [statement.name.text] : [];
  });
}

/** The number of lines of a block without imports, declarations, comments and blank lines. */
export function countLines(code: string): number {
  return statementsOf(code)
    .filter(statement => !ts.isImportDeclaration(statement) && !ts.isInterfaceDeclaration(statement))
    .filter(statement => !isDeclared(statement))
    .flatMap(statement => statement.getText().split('\n'))
    .filter(line => !/^\s*(\/\/.*)?$/.test(line)).length;
}

function statementsOf(code: string): readonly ts.Statement[] {
  return ts.createSourceFile('block.ts', code, ts.ScriptTarget.ES2022, true).statements;
}

function isDeclared(statement: ts.Statement): boolean {
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword) === true;
}
