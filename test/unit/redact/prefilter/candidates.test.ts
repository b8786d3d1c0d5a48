// The expression that finds where secrets can be: it misses none that a handler finds, and stays quick.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyClassifier } from '../../../../src/redact/rules/key-classifier.js';
import { findNextSecret } from '../../../../src/redact/scan.js';
import { createCandidateFinder } from '../../../../src/redact/prefilter/candidates.js';
import { ORDINARY_TEXTS } from '../../../fixtures/redact/ordinary.js';
import { SECRETS } from '../../../fixtures/redact/secrets.js';

/** Asks the handlers at each place of a text. */
const EVERYWHERE = Object.assign(new KeyClassifier(), {
  suspects: { isIn: () => true, any: /(?:)/, withoutAt: /[^]/g, withAt: /[^]/g },
});
const FILTERED = new KeyClassifier();

function secretsIn(text: string, keys: KeyClassifier): string[] {
  const all: string[] = [];
  for (let from = 0; ; ) {
    const found = findNextSecret(text, from, keys);
    if (found === undefined) return all;
    all.push(`${found.start}-${found.end}`);
    from = found.end;
  }
}

const WORDS = (
  'password PassWord token api_key api-key access[key secret pin otp code sig key cookie Authorization name auth sid page ' +
  'abc hunter2 4711 -u --password -p ann value VALUES INSERT IDENTIFIED BY bearer Basic ghp_ sk- sk_live_ eyJ AKIA AIza ' +
  'SG. ya29. hvs. https postgres hooks.slack.com/services/ api.telegram.org/bot'
).split(' ');
const SIGNS =
  `= : %3D %3a %253D == => != ; & ? # , . / // @ - -- _ < </ > ( ) [ ] { } " ' \` \\" \\ \\n % %22 %20 ! $`
    .split(' ')
    .concat(' ', '\t', '\n', '\r\n');
const planted = SECRETS.map(each => each.text);
const part = (texts: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom(...texts), fc.nat(200), fc.nat(60))
    .map(([text, from, length]) => text.slice(from % text.length, (from % text.length) + length));
const piece = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...WORDS) },
  { weight: 6, arbitrary: fc.constantFrom(...SIGNS) },
  part(planted),
  part(ORDINARY_TEXTS),
  fc.stringMatching(/^[A-Za-z0-9]{16,40}$/),
  fc.string({ unit: 'binary', maxLength: 6 }),
);

describe('the places that are looked at', () => {
  it.each(planted.map((text, i) => [i, text] as const))('are those of the corpus: %i', (_, text) => {
    expect(secretsIn(text, FILTERED)).toEqual(secretsIn(text, EVERYWHERE));
  });

  // Other texts in each run. A failure prints `{ seed, path, endOnFailure: true }` and the smallest text that fails: the
  // first two, put beside `numRuns`, make it come again.
  it('are all at which there is a secret, in any text', () => {
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 14 }), pieces => {
        const text = pieces.join('');
        expect(secretsIn(text, FILTERED)).toEqual(secretsIn(text, EVERYWHERE));
      }),
      { numRuns: 500 },
    );
  });
});

it.each([
  '-----END CERTIFICATE----------BEGIN PRIVATE KEY-----hunter2\n-----END PRIVATE KEY-----',
  '<password>hunter2',
  'password_=hunter2',
  'password-2=hunter2',
])('easily missed: %s', text => expect(secretsIn(text, FILTERED)).toHaveLength(1));

describe.each([false, true])('the expressions, any key %s', anyKey => {
  const { prefilter, withoutAtSign, withAtSign } = createCandidateFinder(anyKey);

  it.each([
    ['any', prefilter],
    ['withoutAt', withoutAtSign],
    ['withAt', withAtSign],
  ])('%s begins with sixteen characters at most: beyond that the engine does not skip', (_, { source }) => {
    const first = Array.from({ length: 0x80 }, (_each, code) => String.fromCharCode(code)).filter(character =>
      beginsWith(source, character),
    );
    expect(first.length).toBeGreaterThan(8);
    expect(first.length).toBeLessThanOrEqual(16);
  });

  it.each([
    ['any', prefilter],
    ['withoutAt', withoutAtSign],
    ['withAt', withAtSign],
  ])('%s repeats nothing that repeats, so that no text makes it try for long', (_, { source }) => {
    expect(repeatedRepeats(source)).toEqual([]);
  });
});

it('a repeat in a repeat would be noticed', () => {
  expect(repeatedRepeats(String.raw`a(?:b+|c)*d`)).toEqual(['(?:b+|c)*']);
  expect(repeatedRepeats(String.raw`a(?:(b*)c){0,9}`)).toEqual(['(?:(b*)c){0,9}']);
  expect(repeatedRepeats(String.raw`a(?:b\+|[*+])*(c+)?`)).toEqual([]);
});

/** Whether one of an expression's alternatives begins with a character or a set that holds it. */
function beginsWith(source: string, character: string): boolean {
  return alternatives(source).some(each => {
    const first = /^(?:\[[^\]]*\]|[^\\[(])/.exec(each)?.[0];
    if (first === undefined) throw new Error(`no character first: ${each.slice(0, 20)}`);
    return new RegExp(`^${first}$`).test(character);
  });
}

/** What `|` separates outside of groups and sets. */
function alternatives(source: string): string[] {
  const all = [''];
  let depth = 0;
  for (const [token] of source.matchAll(/\\.|\[(?:\\.|[^\]\\])*\]|[^]/g)) {
    if (token === '(') depth++;
    if (token === ')') depth--;
    if (token === '|' && depth === 0) all.push('');
    else all[all.length - 1] += token;
  }
  return all;
}

/** Groups that may come more than once and hold an unbounded repeat. */
function repeatedRepeats(source: string): string[] {
  const found: string[] = [];
  const open: { at: number; repeats: boolean }[] = [];
  for (const { 0: token, index } of source.matchAll(/\\.|\[(?:\\.|[^\]\\])*\]|[^]/g)) {
    if (token === '(') open.push({ at: index, repeats: false });
    const quantified = /^(?:[*+]|\{\d+,\})/.exec(source.slice(index + token.length));
    const inner = open.at(-1);
    if (token !== ')') {
      if (quantified !== null && inner !== undefined && !/^[(|*+?]$/.test(token)) inner.repeats = true;
      continue;
    }
    const group = open.pop();
    const times = /^(?:[*+]|\{\d+(?:,\d*)?\})/.exec(source.slice(index + 1))?.[0];
    if (group === undefined) continue;
    if (group.repeats && times !== undefined && times !== '{1}')
      found.push(source.slice(group.at, index + 1 + times.length));
    const outer = open.at(-1);
    if (outer !== undefined && (group.repeats || quantified !== null)) outer.repeats = true;
  }
  return found;
}
