// The imports of the source tree, read with TypeScript's parser.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export const ROOT: string = fileURLToPath(new URL('../..', import.meta.url));
export const SRC: string = join(ROOT, 'src');

/** One import, export or import type of a source file. */
export interface SourceImport {
  /** Path from the root of the repository, with slashes. */
  readonly file: string;
  readonly specifier: string;
  readonly kind: 'static' | 'type' | 'dynamic';
  /** The imported file of the tree, undefined for a package. */
  readonly target: string | undefined;
}

/** The files below a directory, as paths from the root with slashes. */
export function filesBelow(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter(entry => entry.isFile())
    .map(entry => toSlashes(relative(ROOT, join(entry.parentPath, entry.name))));
}

/** The parsed files of src/. */
export const SOURCES: ReadonlyMap<string, ts.SourceFile> = new Map(
  filesBelow(SRC)
    .filter(file => /\.(ts|cts|mts|tsx|cjs)$/.test(file))
    .map(file => [file, parse(file, readFileSync(join(ROOT, file), 'utf8'))]),
);

/** Every import of src/. */
export function readImports(): SourceImport[] {
  return [...SOURCES].flatMap(([file, source]) => importsOf(file, source));
}

/** The folder of a source file below src/; `'entry'` for the files in src/ itself. */
export function layerOf(file: string): string {
  const [, first = '', second] = file.split('/');
  return second === undefined ? 'entry' : first;
}

/** Parses TypeScript. */
export function parse(file: string, text: string): ts.SourceFile {
  return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
}

/** The imports of one file. */
export function importsOf(file: string, source: ts.SourceFile): SourceImport[] {
  const found: SourceImport[] = [];
  const add = (specifier: ts.Node | undefined, kind: SourceImport['kind']): void => {
    if (specifier === undefined || !ts.isStringLiteral(specifier)) return;
    const { text } = specifier;
    found.push({ file, specifier: text, kind, target: targetOf(file, text) });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeImport(node) ? 'type' : 'static');
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, isTypeExport(node) ? 'type' : 'static');
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node.argument.literal, 'type');
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], 'dynamic');
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function isTypeImport({ importClause }: ts.ImportDeclaration): boolean {
  if (importClause === undefined) return false;
  if (importClause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const { name, namedBindings } = importClause;
  if (name !== undefined || namedBindings === undefined || !ts.isNamedImports(namedBindings)) return false;
  return namedBindings.elements.every(({ isTypeOnly }) => isTypeOnly);
}

function isTypeExport({ isTypeOnly, exportClause }: ts.ExportDeclaration): boolean {
  const named = exportClause !== undefined && ts.isNamedExports(exportClause) ? exportClause.elements : [];
  return isTypeOnly || (named.length > 0 && named.every(element => element.isTypeOnly));
}

function targetOf(file: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const path = toSlashes(relative(ROOT, resolve(ROOT, dirname(file), specifier)));
  const candidates = [path, path.replace(/\.js$/, '.ts'), path.replace(/\.js$/, '.tsx')];
  return candidates.find(candidate => isSource(candidate));
}

function isSource(file: string): boolean {
  return SOURCE_NAMES.has(file);
}

const SOURCE_NAMES: ReadonlySet<string> = new Set(filesBelow(SRC));

function toSlashes(path: string): string {
  return path.split(sep).join('/');
}
