// No text makes hiding take long: work grows as the text does. Counted, not timed, so that it is the same on every machine:
// the steps of every expression and the characters that are read otherwise (work.ts).

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { ORDINARY_TEXTS } from '../../fixtures/redact/ordinary.js';
import { SECRETS } from '../../fixtures/redact/secrets.js';
import { countedExec } from '../../support/counted-regexp.js';
import { counting } from '../../support/redact/count-work.js';

const unexpected = (fault: unknown): void => {
  throw new Error('no fault was expected', { cause: fault });
};
const usual = counting(undefined, unexpected);
/** With keys of the user's, any sign may stand behind one. */
const own = counting({ keys: ['customerEmail', /^x\.y$/], patterns: [/\bC-\d{8}\b/] }, unexpected);
const workOn = (text: string, { workOf } = usual): number => workOf(redactor => void redactor.text(text));

/** Steps for each character that the worst text may cost; a usual one costs about 30. */
const MOST = 1_000;

const WORDS = (
  'a no 1 password api_key token access[key pin code sig cookie authorization basic bearer arn:x:secretsmanager: ' +
  '-u --password in( IDENTIFIED VALUES( ; ghp_ sk- eyJ AKIA AIza SG. ya29. hvs. name= https:// :\\/\\/ ' +
  'discord.com/api/webhooks/1 -----BEGIN 25 3a %253a%252f%252f <a'
).split(' ');
const SIGNS = `= : %3D %3a => & ? # , . / @ - _ < > ( ) [ ] { } " ' \` \\" \\\\\\" \\ % %22 ! $ + * ~`
  .split(' ')
  .concat(' ', '\t', '\n', '\r\n');

/** A text over and over, so that it is about this long. */
const repeated = (text: string, length: number): string => text.repeat(Math.ceil(length / text.length));

describe('work grows as the text does', () => {
  // The first three took the square of a text's length once.
  it.each([
    ['basic+', 'a scheme whose value goes on over the next one'],
    [`(a${' '.repeat(2_000)}a) values (`, 'columns between blanks'],
    ['by(pin]=', 'a call that another bracket ends'],
    ['password=', 'a key in the value of the one before'],
    ['"cookie:no\n', 'a header that is none, in quotes'],
    ['\'cookie:no\n"cookie:no\n`cookie:no\n', 'the same, in others'],
    ['cookie:no"', 'a cookie with a quote that opens, or closes'],
    ['password="true" ', 'a placeholder in quotes'],
    ['password=%22true ', 'a placeholder in encoded quotes'],
    ['pin=(a', 'brackets that nobody closes'],
    ['token in (', 'lists that nobody closes'],
    ['password:[{(', 'brackets in brackets'],
    ['<password>', 'elements that nobody closes'],
    ['; name="password"\r\n\r\n', 'fields of a form that nobody ends'],
    ['-----BEGIN PRIVATE KEY-----', 'keys that nobody ends'],
    ['%3a%2f%2f', 'encoded URLs without an end'],
    [`%3a%2f%2f%${'25'.repeat(200)}`, 'what is encoded again and again'],
    ['a://a:b', 'user info without an end'],
    ['eyJaaaaaaaa', 'web tokens in a row'],
    ['ghp_', 'prefixes in a row'],
    [' sk-a', 'prefixes with little behind'],
    ['\\"', 'escaped quotes'],
  ])('%j: %s', text => expectLinear(text));

  it.each([...SIGNS, ...WORDS])('%j', piece => expectLinear(piece));

  // Other texts in each run; a failure prints seed and path, which fc.assert takes to make it come again.
  it('of any words and signs', () => {
    const piece = fc.oneof(fc.constantFrom(...WORDS), fc.constantFrom(...SIGNS));
    const unit = fc.array(piece, { minLength: 2, maxLength: 5 }).map(pieces => pieces.join(''));
    fc.assert(
      fc.property(unit, text => {
        expectLinear(text);
        expectLinear(text, own);
      }),
      { numRuns: 40 },
    );
  });

  it('of quotes, each deeper than the one before', () => {
    let text = '';
    for (let depth = 0; text.length < 16_384; depth++) text += `${'\\'.repeat(depth)}"cookie:no\n`;
    expect(workOn(text)).toBeLessThan(MOST * text.length);
  });
});

it('every expression was carried out, so that its steps were counted', () => {
  for (const { text } of SECRETS) workOn(text);
  for (const text of ORDINARY_TEXTS) workOn(text);
  for (const { workOf } of [usual, own]) {
    workOf(({ attributes }) => void attributes({ list: ['--password', 'a', 'x-page', 'b'] }));
  }
  const missing = literals().filter(each => !usual.expressions.has(each) && !own.expressions.has(each));
  expect(missing).toEqual([]);
});

it.each([
  [/a*b/, 'a', 1_000],
  [/^(?:a|a)*b/, 'a', 14],
  [/^(?:a+)+b/, 'a', 14],
])('%s would be noticed', (expression, piece, length) => {
  const steps = (count: number): number => countedExec(expression, piece.repeat(count), 0).steps;
  expect(steps(length)).toBeGreaterThan(MOST * length);
  expect(steps(2 * Math.min(length, 10))).toBeGreaterThan(2.3 * steps(Math.min(length, 10)));
});

/** Twice the text is about twice the work. */
function expectLinear(text: string, counter = usual): void {
  const once = repeated(text, 1_500);
  const work = workOn(once, counter);
  const twice = workOn(once + once, counter);
  expect(twice, `${text}: ${work}, then ${twice}`).toBeLessThan(2.3 * work + 10_000);
  expect(twice, text).toBeLessThan(MOST * 2 * once.length);
}

/** The expressions as they stand in the files of redaction. */
function literals(): string[] {
  const directory = fileURLToPath(new URL('../../../src/redact/', import.meta.url));
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts'))
    .flatMap(name => {
      const file = ts.createSourceFile(
        name,
        readFileSync(`${directory}${name}`, 'utf8'),
        ts.ScriptTarget.Latest,
      );
      const found: string[] = [];
      const visit = (node: ts.Node): void => {
        if (ts.isRegularExpressionLiteral(node)) found.push(/^\/(.*)\/\w*$/.exec(node.text)?.[1] ?? '');
        ts.forEachChild(node, visit);
      };
      visit(file);
      return found;
    });
}
