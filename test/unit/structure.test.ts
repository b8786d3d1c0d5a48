// The shape of the source tree, as the architecture describes it: who may import whom, how large a file may grow,
// and how names leave an entry file.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { VERSION } from '../../src/core/version.js';
import { LAYERS, ON_DEMAND, SDK, TOOLS } from '../support/layers.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SRC = join(ROOT, 'src');

interface Import {
  readonly file: string;
  readonly specifier: string;
  readonly kind: 'static' | 'type' | 'dynamic';
}

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name));
}

const FILES = filesBelow(SRC).filter(file => /\.(ts|cts|mts|tsx|cjs)$/.test(file));
const TYPESCRIPT = FILES.filter(file => /\.tsx?$/.test(file));
const parsed = new Map(
  FILES.map(file => [
    file,
    ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true),
  ]),
);

const shown = (file: string): string => relative(ROOT, file).split(sep).join('/');

/** The layer of a source file; the files directly below src are the faces. */
function layerOf(file: string): string {
  const [first = '', second] = relative(SRC, file).split(sep);
  return second === undefined ? 'faces' : first;
}

function importsOf(file: string, source: ts.SourceFile): Import[] {
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      found.push({ file, specifier: node.moduleSpecifier.text, kind: isTypeOnly(node) ? 'type' : 'static' });
    } else if (
      ts.isExportDeclaration(node) &&
      node.moduleSpecifier &&
      ts.isStringLiteral(node.moduleSpecifier)
    ) {
      const named =
        node.exportClause && ts.isNamedExports(node.exportClause) ? node.exportClause.elements : [];
      const types = node.isTypeOnly || (named.length > 0 && named.every(element => element.isTypeOnly));
      found.push({ file, specifier: node.moduleSpecifier.text, kind: types ? 'type' : 'static' });
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      const { literal } = node.argument;
      if (ts.isStringLiteral(literal)) found.push({ file, specifier: literal.text, kind: 'type' });
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [argument] = node.arguments;
      if (argument && ts.isStringLiteral(argument))
        found.push({ file, specifier: argument.text, kind: 'dynamic' });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function isTypeOnly(node: ts.ImportDeclaration): boolean {
  const clause = node.importClause;
  if (clause === undefined) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  if (clause.name || !clause.namedBindings || !ts.isNamedImports(clause.namedBindings)) return false;
  return clause.namedBindings.elements.every(element => element.isTypeOnly);
}

/** The source file that a relative import means. */
function targetOf({ file, specifier }: Import): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const path = resolve(dirname(file), specifier);
  const candidates = [path, path.replace(/\.js$/, '.ts'), path.replace(/\.js$/, '.tsx')];
  return candidates.find(candidate => parsed.has(candidate));
}

const IMPORTS = [...parsed].flatMap(([file, source]) => importsOf(file, source));
const OWN = IMPORTS.filter(each => each.specifier.startsWith('.'));

/** The offences that a rule finds, as text: a failing test shows them all. */
function offences(rule: (each: Import, from: string, to: string) => boolean): string[] {
  return OWN.filter(each => {
    const target = targetOf(each);
    return target !== undefined && rule(each, layerOf(each.file), layerOf(target));
  }).map(each => `${shown(each.file)} imports ${each.specifier} (${each.kind})`);
}

describe('reading imports', () => {
  it.each([
    ["import { a } from './x.js';", 'static'],
    ["import './x.js';", 'static'],
    ["import * as a from './x.js';", 'static'],
    ["import { type A, b } from './x.js';", 'static'],
    ["import { type A } from './x.js';", 'type'],
    ["import type { A } from './x.js';", 'type'],
    ["export { a } from './x.js';", 'static'],
    ["export * from './x.js';", 'static'],
    ["export type { A } from './x.js';", 'type'],
    ["export { type A } from './x.js';", 'type'],
    ["let a: import('./x.js').A;", 'type'],
    ["const a = () => import('./x.js');", 'dynamic'],
  ])('%s is %s', (text, kind) => {
    const source = ts.createSourceFile('y.ts', text, ts.ScriptTarget.Latest, true);
    expect(importsOf('y.ts', source)).toEqual([{ file: 'y.ts', specifier: './x.js', kind }]);
  });
});

describe('layers', () => {
  it('are all named in the table', () => {
    const directories = readdirSync(SRC, { withFileTypes: true }).filter(entry => entry.isDirectory());
    const withFiles = directories
      .map(entry => entry.name)
      .filter(name => filesBelow(join(SRC, name)).length > 0);
    expect(withFiles.filter(name => LAYERS[name] === undefined)).toEqual([]);
  });

  it('import only what their line names', () => {
    const found = offences(({ kind }, from, to) => {
      if (from === to || from === 'faces') return false;
      const layer = LAYERS[from];
      const allowed =
        layer?.imports.includes(to) ||
        (kind === 'type' && layer?.types?.includes(to)) ||
        (kind === 'dynamic' && layer?.onDemand?.includes(to));
      return !allowed;
    });
    expect(found).toEqual([]);
  });

  it('resolve: every relative import means a file of the tree', () => {
    const lost = OWN.filter(each => targetOf(each) === undefined && !existsAsTypes(each));
    expect(lost.map(each => `${shown(each.file)} imports ${each.specifier}`)).toEqual([]);
  });

  it('never let the SDK import receiver, viewer or command line, not even on demand', () => {
    const found = offences((_, from, to) => (from === 'faces' || SDK.includes(from)) && TOOLS.includes(to));
    expect(found).toEqual([]);
  });

  it('let the SDK reach analysis and doctor on demand only', () => {
    const found = offences(
      ({ kind }, from, to) =>
        from !== to &&
        ON_DEMAND.includes(to) &&
        kind === 'static' &&
        (from === 'faces' || SDK.includes(from)),
    );
    expect(found).toEqual([]);
  });

  it('keep the analysis free of Node and of OpenTelemetry', () => {
    const found = IMPORTS.filter(
      ({ file, specifier }) => layerOf(file) === 'analysis' && !specifier.startsWith('.'),
    );
    expect(found.map(each => `${shown(each.file)} imports ${each.specifier}`)).toEqual([]);
  });
});

describe('files', () => {
  it('have no import cycles', () => {
    expect(cycles()).toEqual([]);
  });

  it('have 300 lines at most', () => {
    const long = FILES.filter(file => readFileSync(file, 'utf8').trimEnd().split('\n').length > 300);
    expect(long.map(shown)).toEqual([]);
  });

  it('export by name: no default exports and no `export *`', () => {
    const found = TYPESCRIPT.filter(file =>
      parsed.get(file)?.statements.some(statement => {
        if (ts.isExportAssignment(statement)) return true;
        if (ts.isExportDeclaration(statement)) {
          return statement.exportClause === undefined || ts.isNamespaceExport(statement.exportClause);
        }
        return ts.canHaveModifiers(statement) && hasDefault(statement);
      }),
    );
    expect(found.map(shown)).toEqual([]);
  });
});

describe('entry files', () => {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    version: string;
    exports: Record<string, string | { import: { default: string } }>;
  };
  const entries = Object.values(manifest.exports)
    .filter(target => typeof target !== 'string')
    .map(target => target.import.default.replace('./dist/esm/', 'src/').replace(/\.js$/, '.ts'));

  it('exist for every entry of package.json', () => {
    expect(entries.filter(entry => !existsSync(join(ROOT, entry)))).toEqual([]);
  });

  it('only list names: what they export is made elsewhere', () => {
    const making = entries
      .filter(entry => existsSync(join(ROOT, entry)) && !entry.endsWith('/register.ts'))
      .filter(entry => {
        const statements = parsed.get(join(ROOT, entry))?.statements ?? [];
        return !statements.every(node => ts.isExportDeclaration(node) || ts.isImportDeclaration(node));
      });
    expect(making).toEqual([]);
  });

  it('carry the version of package.json', () => {
    expect(VERSION).toBe(manifest.version);
  });
});

describe('package-lock.json', () => {
  const text = readFileSync(join(ROOT, 'package-lock.json'), 'utf8');

  it('names no registry, so that it installs from any', () => {
    expect(text).not.toContain('"resolved"');
    expect(text).not.toMatch(/https?:\/\/[^"]*\.tgz/);
  });

  it('names the binaries of every platform, so that `npm ci` works on each: node scripts/complete-lock.mjs', () => {
    const { packages } = JSON.parse(text) as {
      packages: Record<string, { optionalDependencies?: Record<string, string> }>;
    };
    const wanted = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).map(name => [`${path}/node_modules/${name}`, `node_modules/${name}`]),
    );
    expect(wanted.filter(places => places.every(place => packages[place] === undefined))).toEqual([]);
  });
});

function existsAsTypes({ file, specifier }: Import): boolean {
  const path = resolve(dirname(file), specifier);
  return existsSync(path.replace(/\.cjs$/, '.d.cts')) || existsSync(path.replace(/\.js$/, '.d.ts'));
}

function hasDefault(statement: ts.HasModifiers): boolean {
  return ts.getModifiers(statement)?.some(each => each.kind === ts.SyntaxKind.DefaultKeyword) ?? false;
}

/** Every cycle of imports that exist at run time, as the chain of files; depth first with a stack of its own. */
function cycles(): string[] {
  const edges = new Map<string, string[]>();
  for (const each of OWN) {
    const target = targetOf(each);
    if (each.kind === 'static' && target !== undefined) {
      edges.set(each.file, [...(edges.get(each.file) ?? []), target]);
    }
  }
  const found: string[] = [];
  const done = new Set<string>();
  const walk = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file);
    if (at >= 0) {
      found.push([...path.slice(at), file].map(shown).join(' -> '));
      return;
    }
    if (done.has(file)) return;
    for (const next of edges.get(file) ?? []) walk(next, [...path, file]);
    done.add(file);
  };
  for (const file of edges.keys()) walk(file, []);
  return found;
}
