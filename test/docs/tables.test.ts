// Tables of the documentation that repeat data of the sources: generated ones are up to date, written ones are complete.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { docsTables, PAGES as GENERATED, replaceTables } from '../../scripts/docs-tables.mjs';
import { DIAGNOSTIC_CODES } from '../../src/core/diagnostic-codes.js';
import { OPTION_PROBLEM_CODES } from '../../src/core/problem-codes.js';
import { EXPORTER_ALIASES, EXPORTER_NAMES } from '../../src/core/known-names.js';
import { DELIVERY_DEFAULTS } from '../../src/delivery/options.js';
import { FAILURES } from '../../src/delivery/send/failure-table.js';
import { LAYERS } from '../support/layers.js';
import { tablesOf } from './markdown.js';
import { PAGES } from './pages.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const textOf = (page: string): string => readFileSync(join(ROOT, page), 'utf8');
const CODES = new Set([...Object.keys(DIAGNOSTIC_CODES), ...Object.keys(OPTION_PROBLEM_CODES)]);

/** The names in code in the first column of the table of a page whose header begins like this. */
function firstColumn(page: string, ...header: string[]): string[] {
  const table = tablesOf(textOf(page)).find(({ head }) =>
    header.every((cell, index) => head[index] === cell),
  );
  return (table?.rows ?? []).flatMap(([cell = '']) => namesIn(cell));
}

function namesIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(match => match[1] ?? '');
}

/** The members of an interface, in order. */
function membersOf(file: string, name: string): string[] {
  const source = ts.createSourceFile(file, textOf(file), ts.ScriptTarget.Latest, true);
  const found = source.statements.find(
    (node): node is ts.InterfaceDeclaration => ts.isInterfaceDeclaration(node) && node.name.text === name,
  );
  return (found?.members ?? []).map(member => member.name?.getText(source) ?? '');
}

/** The string literals of a union type. */
function literalsOf(file: string, name: string): string[] {
  const source = ts.createSourceFile(file, textOf(file), ts.ScriptTarget.Latest, true);
  const found = source.statements.find(
    (node): node is ts.TypeAliasDeclaration => ts.isTypeAliasDeclaration(node) && node.name.text === name,
  );
  const types = found && ts.isUnionTypeNode(found.type) ? found.type.types : [];
  return types.flatMap(type =>
    ts.isLiteralTypeNode(type) && ts.isStringLiteral(type.literal) ? [type.literal.text] : [],
  );
}

describe('generated tables', () => {
  it.each(GENERATED)('%s is up to date: npm run docs:tables', page => {
    const tables = docsTables({ LAYERS, DIAGNOSTIC_CODES, OPTION_PROBLEM_CODES, FAILURES });
    expect(textOf(page)).toContain('<!-- table:');
    expect(textOf(page)).toBe(replaceTables(textOf(page), tables));
  });

  it('are replaced, and one without a name is an error', () => {
    const page = 'a\n<!-- table:x -->\nold\n<!-- /table -->\nb\n<!-- table:x -->\n<!-- /table -->\n';
    const written = '<!-- table:x -->\n| new |\n<!-- /table -->\n';
    expect(replaceTables(page, { x: '| new |' })).toBe(`a\n${written}b\n${written}`);
    expect(() => replaceTables(page, {})).toThrow('no table named x');
  });

  it('show every code once', () => {
    const shown = tablesOf(textOf('docs/diagnostics.md')).flatMap(({ rows }) =>
      rows.flatMap(([cell = '']) => namesIn(cell)),
    );
    expect(shown.toSorted()).toEqual([...CODES].toSorted());
  });
});

describe('codes', () => {
  it('in tables of any page exist', () => {
    const unknown = PAGES.flatMap(page =>
      tablesOf(textOf(page)).flatMap(({ head, rows }) => {
        const column = head.indexOf('code');
        if (column < 0) return [];
        return rows
          .flatMap(row => namesIn(row[column] ?? ''))
          .filter(code => !CODES.has(code))
          .map(code => `${page}: ${code}`);
      }),
    );
    expect(unknown).toEqual([]);
  });

  it('that delivery reports are explained on its page', () => {
    const source = textOf('src/core/diagnostic-codes.ts');
    const section = /\/\/ delivery\n([\s\S]*?)\n {2}\/\/ /.exec(source)?.[1] ?? '';
    const codes = [...section.matchAll(/^ {2}(\w+):/gm)].map(match => match[1]);
    const shown = tablesOf(textOf('docs/delivery.md')).flatMap(({ rows }) =>
      rows.flatMap(row => row.flatMap(namesIn)),
    );
    expect(codes.length).toBeGreaterThan(0);
    expect(codes.filter(code => !shown.includes(code ?? ''))).toEqual([]);
  });
});

describe('options', () => {
  it.each(['README.md', 'docs/guide.md'])('of init are all on %s, in their order', page => {
    expect(firstColumn(page, 'option', 'meaning', 'default')).toEqual(
      membersOf('src/config/options.ts', 'InitOptions'),
    );
  });

  it('of delivery are all in the guide, with their defaults', () => {
    const table = tablesOf(textOf('docs/guide.md')).find(({ head }) => head[0] === '`delivery`');
    const rows = table?.rows ?? [];
    expect(rows.flatMap(([cell = '']) => namesIn(cell))).toEqual(
      membersOf('src/delivery/options.ts', 'DeliveryOptions'),
    );
    const defaults = Object.fromEntries(rows.map(([name = '', , value = '']) => [namesIn(name)[0], value]));
    for (const [name, value] of Object.entries(DELIVERY_DEFAULTS)) {
      const written = typeof value === 'string' ? `'${value}'` : String(value);
      expect(defaults[name]?.replaceAll('`', '').split(' (')[0], name).toBe(written);
    }
  });

  it('of a span are all in the guide', () => {
    expect(firstColumn('docs/guide.md', 'option', 'meaning')).toEqual(
      membersOf('src/span/types.ts', 'SpanOptions'),
    );
  });
});

describe('names', () => {
  it('of exporters are all on their page and in the guide', () => {
    const table = tablesOf(textOf('docs/exporters.md')).find(({ head }) => head[0] === 'name');
    expect((table?.rows ?? []).map(([cell = '']) => namesIn(cell)[0]).toSorted()).toEqual(
      [...EXPORTER_NAMES].toSorted(),
    );
    for (const [name = '', aliases = ''] of table?.rows ?? []) {
      for (const alias of namesIn(aliases)) expect(EXPORTER_ALIASES[alias], alias).toBe(namesIn(name)[0]);
    }
    const variable = tablesOf(textOf('docs/guide.md'))
      .flatMap(({ rows }) => rows)
      .find(([cell = '']) => cell === '`DO_TRACE_EXPORTER`');
    expect(namesIn(variable?.[1] ?? '')).toEqual(expect.arrayContaining([...EXPORTER_NAMES]));
  });

  it('of drop reasons and statistics are all on the page of delivery', () => {
    const reasons = literalsOf('src/delivery/stats.ts', 'KnownDropReason');
    expect(reasons.length).toBeGreaterThan(0);
    expect(firstColumn('docs/delivery.md', 'drop reason').toSorted()).toEqual(reasons.toSorted());
    const members = membersOf('src/delivery/stats.ts', 'ExporterStats');
    const apart = ['exporter', 'protocol', 'lastError'];
    expect([...firstColumn('docs/delivery.md', 'member'), ...apart].toSorted()).toEqual(members.toSorted());
  });

  it('of variables on any page are read, and those of this package are all in the guide', () => {
    const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
      .filter(file => file.endsWith('.ts'))
      .map(file => textOf(`src/${file}`))
      .join('\n');
    const variables = (text: string): string[] => text.match(/\b(?:DO_TRACE|OTEL)_[A-Z_]*[A-Z]\b/g) ?? [];
    const read = new Set(variables(sources));
    // One is an example of a typing error. The signal's own variables are composed of their parts.
    const isKnown = (name: string): boolean =>
      name === 'DO_TRACE_EXPORTR' || read.has(name) || read.has(name.replace('_OTLP_TRACES_', '_OTLP_'));
    const unknown = PAGES.flatMap(page =>
      variables(textOf(page))
        .filter(name => !isKnown(name))
        .map(name => `${page}: ${name}`),
    );
    expect(unknown).toEqual([]);
    const shown = tablesOf(textOf('docs/guide.md')).flatMap(({ rows }) =>
      rows.flatMap(([cell = '']) => variables(cell)),
    );
    expect([...read].filter(name => name.startsWith('DO_') && !shown.includes(name))).toEqual([]);
  });

  it('of npm scripts are all in CONTRIBUTING', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
    const shown = firstColumn('CONTRIBUTING.md', 'command').map(command =>
      command.replace(/^npm (?:run )?/, ''),
    );
    const steps = ['format:check'];
    expect(Object.keys(scripts).filter(name => !steps.includes(name) && !shown.includes(name))).toEqual([]);
  });

  it('of the files that a span passes are 40 at most, each once', () => {
    const walk = tablesOf(textOf('docs/architecture.md')).find(({ head }) => head[0] === 'step');
    const files = (walk?.rows ?? []).flatMap(([, file = '']) => namesIn(file));
    expect(files.length).toBeGreaterThan(20);
    expect(files.length).toBeLessThanOrEqual(40);
    expect(files).toEqual([...new Set(files)]);
  });

  it('of the glossary are in order, each once', () => {
    const [table] = tablesOf(textOf('docs/glossary.md'));
    const words = (table?.rows ?? []).map(([word = '']) => word.toLowerCase());
    expect(words.length).toBeGreaterThan(50);
    expect(words).toEqual([...new Set(words)].toSorted());
  });
});
