// Every recipe of docs/recipes.md is short, and does what it promises: the test runs the block of the document.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isolateTracing } from '../support/start-tracing.js';
import { blocksOf } from './markdown.js';
import { CONTEXT_CHECKS } from './recipes/context-checks.js';
import { INIT_CHECKS } from './recipes/init-checks.js';
import { checkRecipe } from './recipes/recipe.js';
import { countLines, declaredNames, runBlock } from './recipes/run-block.js';
import { SPAN_CHECKS } from './recipes/span-checks.js';

/** The tasks that an application must be able to express in this number of lines. */
const MOST_LINES = 5;
const TASKS = [
  'Wrap a service class',
  'Trace all methods of an object',
  'Record arguments and results',
  'Use a dependency injection container',
  'Trace a library',
  'Trace a stream',
  'Set attributes from deep inside',
  'Put the tenant on all spans',
  'Rename a span late',
  'Add an event with its time',
  'Record a feature flag',
  'Expect an error',
  'Show ids in logs and on the error page',
  'Call back from a pool',
  'Listen to an emitter',
  'Mute work',
  'Run a cron job as its own trace',
  'Continue from a queue',
  'Link a batch to its messages',
  'Return the trace id to the client',
  'Send trace headers to allowed hosts only',
  'Sample by route',
  'Keep a trace on demand',
  'Change sampling at run time',
  'Redact a field',
  'Send to two exporters',
  'Write a custom exporter',
  'Filter spans',
  'Shut down gracefully',
  'Turn tracing off in tests',
];
const CHECKS = { ...SPAN_CHECKS, ...CONTEXT_CHECKS, ...INIT_CHECKS };

const PAGE = readFileSync(fileURLToPath(new URL('../../docs/recipes.md', import.meta.url)), 'utf8');
const SECTIONS = PAGE.split(/^### /m)
  .slice(1)
  .map(section => ({
    title: section.slice(0, section.indexOf('\n')),
    blocks: blocksOf(section).map(({ code }) => code),
  }));

isolateTracing();

describe('the page of recipes', () => {
  it('has each task once, with one block', () => {
    expect(TASKS).toHaveLength(30);
    expect(SECTIONS.map(({ title }) => title)).toEqual(TASKS);
    expect(SECTIONS.filter(({ blocks }) => blocks.length !== 1)).toEqual([]);
  });

  it('has a check for each recipe', () => {
    expect(Object.keys(CHECKS).toSorted()).toEqual(TASKS.toSorted());
  });
});

describe.each(SECTIONS)('$title', ({ title, blocks: [code = ''] }) => {
  it(`takes ${MOST_LINES} lines at most`, () => {
    expect(countLines(code)).toBeGreaterThan(0);
    expect(countLines(code)).toBeLessThanOrEqual(MOST_LINES);
  });

  it('works', async () => {
    const check = CHECKS[title];
    if (check === undefined) throw new Error(`no check for ${title}`);
    await checkRecipe(code, check);
  });
});

describe('a block', () => {
  const code = [
    "import { join } from 'node:path';",
    'interface A { b: string }',
    'declare const root: string;',
    'declare function read(',
    '  path: string,',
    '): string;',
    '',
    'export async function load(): Promise<string> {',
    '  // a comment',
    '  return read(',
    "    join(root, 'a'));",
    '}',
    "export const name = await Promise.resolve('a');",
  ].join('\n');

  it('is counted without imports, declarations, comments and blank lines', () => {
    expect(countLines(code)).toBe(5);
    expect(declaredNames(code)).toEqual(['root', 'read']);
  });

  it('runs with the values of the names that it declares', async () => {
    const exported: Record<string, unknown> = await runBlock(code, {
      root: '/r',
      read: (path: string) => `${path}!`,
    });
    expect(exported['name']).toBe('a');
    expect(await (exported['load'] as () => Promise<string>)()).toBe('/r/a!');
    await expect(runBlock('missing();', {})).rejects.toThrow('missing is not defined');
  });
});
