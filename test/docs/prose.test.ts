// The prose is plain: the words that made it hard to read are rare, in the documentation, in comments and in messages.

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
