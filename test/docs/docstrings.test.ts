// Every name that an entry file exports has a docstring, and so has every option and every function of the facade. The API
// reference (`npm run docs`) is made of them.

import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

const { exports } = JSON.parse(read('package.json')) as { exports: Record<string, unknown> };
const ENTRIES = Object.values(exports)
  .filter((target): target is { import: { default: string } } => typeof target !== 'string')
  .map(target => target.import.default.replace('./dist/esm/', 'src/').replace(/\.js$/, '.ts'))
  // It exports nothing: importing it starts tracing.
  .filter(entry => entry !== 'src/register.ts');

const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.base.json'), file => readFileSync(file, 'utf8'));
const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ROOT);
const program = ts.createProgram(
  ENTRIES.map(entry => join(ROOT, entry)),
  { ...options, noEmit: true },
);
const checker = program.getTypeChecker();

interface Documented {
  readonly name: string;
  readonly isDocumented: boolean;
}

/** Interfaces whose members are read one by one: options, and the facade. */
const HAS_DOCUMENTED_MEMBERS = /Options$|^TraceApi$/;

/** The exports of an entry file that are declared in this package, with the members of options and of the facade. */
function exportsOf(entry: string): readonly Documented[] {
  const file = program.getSourceFile(join(ROOT, entry));
  const module = file && checker.getSymbolAtLocation(file);
  return checker.getExportsOfModule(module as ts.Symbol).flatMap(exported => {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    const declarations = (symbol.declarations ?? []).filter(isOurs);
    if (declarations.length === 0) return [];
    const members = declarations.flatMap(membersOf).map(member => ({
      name: `${place(member)} ${exported.name}.${member.name?.getText() ?? '()'}`,
      isDocumented: hasDocstring(member),
    }));
    const [declaration] = declarations as [ts.Declaration];
    return [
      { name: `${place(declaration)} ${exported.name}`, isDocumented: documentation(symbol) },
      ...members,
    ];
  });
}

function isOurs(declaration: ts.Declaration): boolean {
  return relative(ROOT, declaration.getSourceFile().fileName).startsWith('src');
}

function membersOf(declaration: ts.Declaration): ts.TypeElement[] {
  if (!ts.isInterfaceDeclaration(declaration) || !HAS_DOCUMENTED_MEMBERS.test(declaration.name.text))
    return [];
  return declaration.members.filter(member => !isOverload(member, declaration.members));
}

/** Overloads of a method are described once, on the first of them. */
function isOverload(member: ts.TypeElement, members: readonly ts.TypeElement[]): boolean {
  const name = member.name?.getText();
  return name !== undefined && members.find(other => other.name?.getText() === name) !== member;
}

function documentation(symbol: ts.Symbol): boolean {
  return symbol.getDocumentationComment(checker).length > 0;
}

function hasDocstring(node: ts.Node): boolean {
  return ts.getJSDocCommentsAndTags(node).length > 0;
}

function place(node: ts.Node): string {
  const file = node.getSourceFile();
  const { line } = file.getLineAndCharacterOfPosition(node.getStart());
  return `${relative(ROOT, file.fileName)}:${line + 1}`;
}

describe.each(ENTRIES)('%s', entry => {
  const documented = exportsOf(entry);

  it('documents each export, each option and each function of the facade', () => {
    expect(documented.length).toBeGreaterThan(0);
    expect(documented.filter(({ isDocumented }) => !isDocumented).map(({ name }) => name)).toEqual([]);
  });
});
