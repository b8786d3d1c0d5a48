// The shape of the source tree: the imports between layers, cycles, the length of files, exports, and the place of tests.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { VERSION } from '../../src/core/version.js';
import { LAYERS, ON_DEMAND, SDK, TOOLS } from '../support/layers.js';
import {
  filesBelow,
  importsOf,
  layerOf,
  parse,
  readImports,
  ROOT,
  type SourceImport,
  SOURCES,
  SRC,
} from '../support/source-imports.js';

const IMPORTS = readImports();
const OWN = IMPORTS.filter(each => each.target !== undefined);
const TYPESCRIPT = [...SOURCES.keys()].filter(file => /\.tsx?$/.test(file));
/** The rooms of the tree are folders; this many distinct pairs of them may be connected by imports. */
const MAX_ARROWS = 100;

function describeImport({ file, specifier, kind }: SourceImport): string {
  return `${file} imports ${specifier} (${kind})`;
}

/** The imports that break a rule. */
function violations(rule: (each: SourceImport, from: string, to: string) => boolean): string[] {
  return OWN.filter(each => rule(each, layerOf(each.file), layerOf(each.target ?? ''))).map(describeImport);
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
    expect(importsOf('src/y.ts', parse('src/y.ts', text))).toMatchObject([{ specifier: './x.js', kind }]);
  });
});

describe('layers', () => {
  it('are all in the table', () => {
    const folders = new Set(TYPESCRIPT.map(layerOf));
    folders.delete('entry');
    expect([...folders].filter(name => LAYERS[name] === undefined)).toEqual([]);
  });

  it('import only the layers of their line', () => {
    const found = violations(({ kind }, from, to) => {
      if (from === to || from === 'entry') return false;
      const layer = LAYERS[from];
      return !(
        layer?.imports.includes(to) ||
        (kind === 'type' && layer?.types?.includes(to)) ||
        (kind === 'dynamic' && layer?.onDemand?.includes(to))
      );
    });
    expect(found).toEqual([]);
  });

  it('use every permission of their line', () => {
    const used = (from: string, to: string, kinds: readonly string[]): boolean =>
      OWN.some(
        ({ file, target = '', kind }) =>
          layerOf(file) === from && layerOf(target) === to && kinds.includes(kind),
      );
    const unused = Object.entries(LAYERS).flatMap(([from, { imports, types = [], onDemand = [] }]) => [
      ...imports.filter(to => !used(from, to, ['static'])).map(to => `${from} imports ${to}`),
      ...types.filter(to => !used(from, to, ['type'])).map(to => `${from} types of ${to}`),
      ...onDemand.filter(to => !used(from, to, ['dynamic'])).map(to => `${from} on demand ${to}`),
    ]);
    expect(unused).toEqual([]);
  });

  it(`have at most ${MAX_ARROWS} arrows between them`, () => {
    const arrows = new Set(
      OWN.map(({ file, target = '' }) => [layerOf(file), layerOf(target)])
        .filter(([from, to]) => from !== to)
        .map(pair => pair.join(' -> ')),
    );
    expect(arrows.size).toBeLessThanOrEqual(MAX_ARROWS);
  });

  it('resolve: every relative import is a file of the tree', () => {
    const lost = IMPORTS.filter(
      each => each.specifier.startsWith('.') && each.target === undefined && !existsAsDeclaration(each),
    );
    expect(lost.map(describeImport)).toEqual([]);
  });

  it('never let the SDK import receiver, viewer or command line, not even on demand', () => {
    const found = violations((_, from, to) => (from === 'entry' || SDK.includes(from)) && TOOLS.includes(to));
    expect(found).toEqual([]);
  });

  it('let the SDK load analysis and doctor on demand only', () => {
    const found = violations(
      ({ kind }, from, to) =>
        from !== to &&
        ON_DEMAND.includes(to) &&
        kind === 'static' &&
        (from === 'entry' || SDK.includes(from)),
    );
    expect(found).toEqual([]);
  });

  it('keep the analysis free of Node and of OpenTelemetry', () => {
    const found = IMPORTS.filter(
      ({ file, specifier }) => layerOf(file) === 'analysis' && !specifier.startsWith('.'),
    );
    expect(found.map(describeImport)).toEqual([]);
  });
});

describe('files', () => {
  it('have no import cycles, type imports included', () => {
    expect(cycles()).toEqual([]);
  });

  it('have 300 lines at most', () => {
    const long = [...SOURCES].filter(([, { text }]) => text.trimEnd().split('\n').length > 300);
    expect(long.map(([file]) => file)).toEqual([]);
  });

  it('export by name: no default exports and no `export *`', () => {
    const found = TYPESCRIPT.filter(file =>
      SOURCES.get(file)?.statements.some(statement => {
        if (ts.isExportAssignment(statement)) return true;
        if (ts.isExportDeclaration(statement)) {
          return statement.exportClause === undefined || ts.isNamespaceExport(statement.exportClause);
        }
        return ts.canHaveModifiers(statement) && hasDefault(statement);
      }),
    );
    expect(found).toEqual([]);
  });

  it('have their test at the mirrored path, 90 % of them', () => {
    const tested = TYPESCRIPT.filter(hasRuntimeCode);
    const missing = tested.filter(
      file => !existsSync(join(ROOT, file.replace(/^src/, 'test/unit').replace(/\.tsx?$/, '.test.ts'))),
    );
    expect(missing.length / tested.length, missing.join('\n')).toBeLessThanOrEqual(0.1);
  });
});

describe('src/', () => {
  it('holds entry files only', () => {
    const entries = filesBelow(SRC).filter(file => layerOf(file) === 'entry');
    expect(entries.toSorted()).toEqual(['src/index.ts', 'src/register.ts', 'src/sampling.ts']);
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

  it('contain only imports and exports', () => {
    const withCode = entries
      .filter(entry => !entry.endsWith('/register.ts'))
      .filter(entry => {
        const statements = SOURCES.get(entry)?.statements ?? [];
        return !statements.every(node => ts.isExportDeclaration(node) || ts.isImportDeclaration(node));
      });
    expect(withCode).toEqual([]);
  });

  it('have the version of package.json', () => {
    expect(VERSION).toBe(manifest.version);
  });
});

describe('package-lock.json', () => {
  const text = readFileSync(join(ROOT, 'package-lock.json'), 'utf8');

  it('has no registry host, so that it installs from any registry', () => {
    expect(text).not.toContain('"resolved"');
    expect(text).not.toMatch(/https?:\/\/[^"]*\.tgz/);
  });

  it('lists the binaries of every platform, so that `npm ci` works on each: node scripts/complete-lock.mjs', () => {
    const { packages } = JSON.parse(text) as {
      packages: Record<string, { optionalDependencies?: Record<string, string> }>;
    };
    const wanted = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).map(name => [`${path}/node_modules/${name}`, `node_modules/${name}`]),
    );
    expect(wanted.filter(places => places.every(place => packages[place] === undefined))).toEqual([]);
  });
});

function existsAsDeclaration({ file, specifier }: SourceImport): boolean {
  const path = join(ROOT, file, '..', specifier);
  return existsSync(path.replace(/\.cjs$/, '.d.cts')) || existsSync(path.replace(/\.js$/, '.d.ts'));
}

function hasDefault(statement: ts.HasModifiers): boolean {
  return ts.getModifiers(statement)?.some(each => each.kind === ts.SyntaxKind.DefaultKeyword) ?? false;
}

/** Whether a file has code of its own: not only imports, exports of other files, and types. */
function hasRuntimeCode(file: string): boolean {
  if (file.endsWith('.d.cts') || file.endsWith('.d.ts')) return false;
  return (
    SOURCES.get(file)?.statements.some(
      node =>
        !ts.isImportDeclaration(node) &&
        !ts.isExportDeclaration(node) &&
        !ts.isInterfaceDeclaration(node) &&
        !ts.isTypeAliasDeclaration(node),
    ) ?? false
  );
}

/** Every cycle of static and type imports as a chain of files, found depth first. */
function cycles(): string[] {
  const edges = new Map<string, string[]>();
  for (const { file, target, kind } of OWN) {
    if (kind !== 'dynamic' && target !== undefined && target !== file) {
      edges.set(file, [...(edges.get(file) ?? []), target]);
    }
  }
  const found: string[] = [];
  const done = new Set<string>();
  const walk = (file: string, path: readonly string[]): void => {
    const index = path.indexOf(file);
    if (index >= 0) {
      found.push([...path.slice(index), file].join(' -> '));
      return;
    }
    if (done.has(file)) return;
    for (const next of edges.get(file) ?? []) walk(next, [...path, file]);
    done.add(file);
  };
  for (const file of edges.keys()) walk(file, []);
  return found;
}
