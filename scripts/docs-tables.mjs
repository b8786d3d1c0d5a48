// Writes the tables of the documentation that repeat data of the sources, between HTML comments:
//
//   <!-- table:layers -->
//   ...
//   <!-- /table -->
//
//   npm run docs:tables
//
// `test/docs/tables.test.ts` fails if a table on a page differs from the data.

import { readFileSync, writeFileSync } from 'node:fs';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';

const ROOT = new URL('../', import.meta.url);
const REGION = /(<!-- table:([\w-]+) -->\n)(?:[\s\S]*?\n)??(<!-- \/table -->)/g;
const ACTIONS = {
  accept: 'accepted',
  retry: 'kept and sent again',
  split: 'split in two and sent again',
  drop: 'dropped',
};
/** Error codes of the transport itself, in words. */
const CONDITIONS = {
  ABANDONED: 'no connection at the end of a flush',
  TIMEOUT: 'no response in time',
  PROXY: 'a failure of the proxy',
  HEADERS: 'a failure of the headers function',
};

/**
 * Makes the generated tables from the data of the sources.
 *
 * @param data the exports of the modules in `sources()`
 * @returns the text of each table by its name
 */
export function docsTables({ LAYERS, DIAGNOSTIC_CODES, OPTION_PROBLEM_CODES, FAILURES }) {
  return {
    diagnostics: table(
      ['code', 'meaning'],
      byCode(DIAGNOSTIC_CODES, text => text),
    ),
    problems: table(['code', 'meaning'], byCode(OPTION_PROBLEM_CODES, asSentence)),
    layers: table(
      ['layer', 'content', 'may import', 'may import types of', 'may load on demand'],
      Object.entries(LAYERS).map(([name, { holds, imports, types = [], onDemand = [] }]) => [
        `\`${name}/\``,
        holds,
        imports.join(', '),
        types.join(', '),
        onDemand.join(', '),
      ]),
    ),
    failures: table(
      ['response or error', 'code', 'the batch is'],
      FAILURES.map(({ on, code, action }) => [on.map(asCause).join(', '), `\`${code}\``, ACTIONS[action]]),
    ),
    'failure-fixes': table(
      ['code', 'meaning', 'fix'],
      FAILURES.map(({ code, fact, fix }) => [`\`${code}\``, fact, fix]),
    ),
  };
}

/**
 * Replaces the generated tables of a page.
 *
 * @param markdown the page
 * @param tables the text of each table by its name
 * @throws if the page has a table of another name
 */
export function replaceTables(markdown, tables) {
  return markdown.replace(REGION, (_, start, name, end) => {
    if (tables[name] === undefined) throw new Error(`there is no table named ${name}`);
    return `${start}${tables[name]}\n${end}`;
  });
}

/** The pages that have generated tables. */
export const PAGES = ['docs/architecture.md', 'docs/delivery.md', 'docs/diagnostics.md', 'docs/doctor.md'];

function table(head, rows) {
  const line = cells => `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

function byCode(codes, format) {
  return Object.entries(codes)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([code, meaning]) => [`\`${code}\``, format(meaning)]);
}

function asSentence(fact) {
  return `${fact.charAt(0).toUpperCase()}${fact.slice(1)}.`;
}

/** A status or error code as code, a condition as text. */
function asCause(cause) {
  const text = CONDITIONS[cause] ?? String(cause);
  return /^(?:\d\w\w|[A-Z_*]+)$/.test(text) ? `\`${text}\`` : text;
}

async function write() {
  const modules = await Promise.all(
    [
      'test/support/layers.ts',
      'src/core/diagnostic-codes.ts',
      'src/core/problem-codes.ts',
      'src/delivery/send/failure-table.ts',
    ].map(path => import(new URL(path, ROOT).href)),
  );
  const tables = docsTables(Object.assign({}, ...modules));
  for (const page of PAGES) {
    const file = new URL(page, ROOT);
    writeFileSync(file, replaceTables(readFileSync(file, 'utf8'), tables));
  }
}

if (argv[1] === fileURLToPath(import.meta.url)) await write();
