// Documentation, comments and messages are in plain English: words that make prose hard to read are rare in them.

import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  commentsOf,
  messagesOf,
  occurrences,
  type Passage,
  proseFigures,
  proseOfMarkdown,
  WORD_GROUPS,
  type WordGroup,
} from '../support/prose.js';
import { PAGES } from './pages.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Occurrences per 1,000 words, and semicolons per 100 sentences of the documentation. */
const MOST_PER_THOUSAND: Readonly<Record<WordGroup, number>> = {
  'say/tell': 0.5,
  stand: 0.1,
  'what-clauses': 0.5,
  'who/nobody': 0.5,
};
const MOST_SEMICOLONS = 3;

const textOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const SOURCES = readdirSync(join(ROOT, 'src'), { withFileTypes: true, recursive: true })
  .filter(entry => entry.isFile() && /\.[cm]?ts$/.test(entry.name))
  .map(entry => relative(ROOT, join(entry.parentPath, entry.name)));

const PASSAGES: Readonly<Record<string, readonly Passage[]>> = {
  documentation: PAGES.flatMap(page => proseOfMarkdown(page, textOf(page))),
  comments: SOURCES.flatMap(file => commentsOf(file, textOf(file))),
  messages: SOURCES.flatMap(file => messagesOf(file, textOf(file))),
};

describe('reading prose', () => {
  const texts = (passages: readonly Passage[]): string[] =>
    passages.map(({ line, text }) => `${line}: ${text.replace(/\s+/g, ' ').trim()}`);

  it('of Markdown leaves out code, link targets and HTML comments', () => {
    const page = 'It `says` so.\n```ts\n// it says\n```\n[A link](what-is-it.md) <!-- who -->\n';
    expect(texts(proseOfMarkdown('a.md', page)).filter(text => !text.endsWith(': '))).toEqual([
      '1: It so.',
      '5: [A link]',
    ]);
  });

  it('of comments leaves out strings, code in backticks and examples', () => {
    const source = [
      "const a = 'no // comment'; // A comment.",
      '/**',
      ' * A docstring with `code`.',
      ' *',
      ' * @example',
      ' * what(is, it);',
      ' * @see a page',
      ' */',
      'const b = `${a} /* no comment */`; /* Another. */',
    ].join('\n');
    expect(texts(commentsOf('a.ts', source))).toEqual([
      '1: A comment.',
      '2: A docstring with . @see a page',
      '9: Another.',
    ]);
  });

  it('of messages takes strings and templates with a space, and no comments', () => {
    const source = "f('two words', 'one', `${a} is ${b} wide`); // a comment\nimport x from './x.js';";
    expect(texts(messagesOf('a.ts', source))).toEqual(['1: two words', '1: … is … wide']);
  });

  it('counts the words of each group, and semicolons for each sentence', () => {
    const passages = [{ file: 'a', line: 1, text: 'Nobody says what is there; it stands. It is not said.' }];
    const { words, perThousand, semicolonsPer100Sentences } = proseFigures(passages);
    expect(words).toBe(11);
    expect(Object.values(perThousand).map(value => Math.round((value * words) / 1_000))).toEqual([
      2, 1, 1, 1,
    ]);
    expect(semicolonsPer100Sentences).toBe(50);
  });
});

describe.each(Object.entries(PASSAGES))('the %s', (_, passages) => {
  const { words, perThousand } = proseFigures(passages);

  it.each(Object.entries(MOST_PER_THOUSAND) as [WordGroup, number][])(
    'hold few words of the group %s: %d per 1,000 words at most',
    (group, most) => {
      expect(words).toBeGreaterThan(0);
      const found = occurrences(passages, WORD_GROUPS[group]);
      expect(perThousand[group], `in ${words} words:\n${found.join('\n')}`).toBeLessThanOrEqual(most);
    },
  );
});

it('the documentation joins few sentences by semicolons', () => {
  const passages = PASSAGES['documentation'] ?? [];
  const { semicolonsPer100Sentences } = proseFigures(passages);
  expect(semicolonsPer100Sentences, occurrences(passages, /;/).join('\n')).toBeLessThanOrEqual(
    MOST_SEMICOLONS,
  );
});
