// The expressions that find candidate places: they miss no place at which a rule finds a secret, and stay fast.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCandidateFinder } from '../../../../src/redact/prefilter/candidates.js';
import { KeyClassifier } from '../../../../src/redact/rules/key-classifier.js';
import { findNextSecret } from '../../../../src/redact/scan.js';
import { ORDINARY_TEXTS } from '../../../fixtures/redact/ordinary.js';
import { SECRETS } from '../../../fixtures/redact/secrets.js';
import { EXHAUSTIVE_CLASSIFIER } from '../../../support/redact/exhaustive-classifier.js';
import { partOf } from '../../../support/redact/text-arbitraries.js';

const CLASSIFIER = new KeyClassifier();

function secretsIn(text: string, keys: KeyClassifier): string[] {
  const ranges: string[] = [];
  for (let from = 0; ; ) {
    const secret = findNextSecret(text, from, keys);
    if (secret === undefined) return ranges;
    ranges.push(`${secret.start}-${secret.end}`);
    from = secret.end;
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
const part = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...WORDS) },
  { weight: 6, arbitrary: fc.constantFrom(...SIGNS) },
  partOf(planted, 60),
  partOf(ORDINARY_TEXTS, 60),
  fc.stringMatching(/^[A-Za-z0-9]{16,40}$/),
  fc.string({ unit: 'binary', maxLength: 6 }),
);

describe('the candidate places', () => {
  it.each(planted.map((text, i) => [i, text] as const))(
    'include the secrets of the corpus: %i',
    (_, text) => {
      expect(secretsIn(text, CLASSIFIER)).toEqual(secretsIn(text, EXHAUSTIVE_CLASSIFIER));
    },
  );

  // Each run uses other texts. A failure prints seed, path and the smallest text. Seed and path, put beside `numRuns`, repeat it.
  it('include every secret of any text', () => {
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 14 }), parts => {
        const text = parts.join('');
        expect(secretsIn(text, CLASSIFIER)).toEqual(secretsIn(text, EXHAUSTIVE_CLASSIFIER));
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
  'key..base=hunter2',
])('an edge case: %s', text => expect(secretsIn(text, CLASSIFIER)).toHaveLength(1));

describe.each([false, true])('the expressions, any key a secret: %s', isAnyKeySecret => {
  const { prefilter, withoutAtSign, withAtSign } = createCandidateFinder(isAnyKeySecret);

  it.each([
    ['any', prefilter],
    ['withoutAt', withoutAtSign],
    ['withAt', withAtSign],
  ])('%s begins with at most sixteen characters: with more the engine does not skip', (_, { source }) => {
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
  ])('%s has no repeat inside a repeat, so no text makes it backtrack for long', (_, { source }) => {
    expect(repeatedRepeats(source)).toEqual([]);
  });
});

it('a repeat inside a repeat is found', () => {
  expect(repeatedRepeats(String.raw`a(?:b+|c)*d`)).toEqual(['(?:b+|c)*']);
  expect(repeatedRepeats(String.raw`a(?:(b*)c){0,9}`)).toEqual(['(?:(b*)c){0,9}']);
  expect(repeatedRepeats(String.raw`a(?:b\+|[*+])*(c+)?`)).toEqual([]);
});

/** Whether an alternative of an expression begins with a character, or with a set that holds it. */
function beginsWith(source: string, character: string): boolean {
  return alternatives(source).some(each => {
    const first = /^(?:\[[^\]]*\]|[^\\[(])/.exec(each)?.[0];
    if (first === undefined) throw new Error(`no character first: ${each.slice(0, 20)}`);
    return new RegExp(`^${first}$`).test(character);
  });
}

/** The alternatives outside groups and sets. */
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

/** Repeated groups that hold an unbounded repeat. */
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
