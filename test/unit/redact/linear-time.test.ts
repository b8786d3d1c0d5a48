// Redaction takes linear time for any text. The work is counted, not timed, so that the result is the same on every machine:
// the steps of expressions and the characters that string methods read (test/support/redact/count-work.ts).

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { ORDINARY_TEXTS } from '../../fixtures/redact/ordinary.js';
import { SECRETS } from '../../fixtures/redact/secrets.js';
import { countedExec } from '../../support/counted-regexp.js';
import { createWorkCounter } from '../../support/redact/count-work.js';
import { unexpectedFault } from '../../support/redact/redact-text.js';

const defaults = createWorkCounter(undefined, unexpectedFault);
/** With keys of the user, any sign is a candidate place. */
const withUserKeys = createWorkCounter(
  { keys: ['customerEmail', /^x\.y$/], patterns: [/\bC-\d{8}\b/] },
  unexpectedFault,
);
const workFor = (text: string, { workOf } = defaults): number => workOf(redactor => void redactor.text(text));

/** The limit of steps per character. Ordinary texts need about 30. */
const MAX_STEPS_PER_CHARACTER = 1_000;

const WORDS = (
  'a no 1 password api_key token access[key pin code sig cookie authorization basic bearer arn:x:secretsmanager: ' +
  '-u --password in( IDENTIFIED VALUES( ; ghp_ sk- eyJ AKIA AIza SG. ya29. hvs. name= https:// :\\/\\/ ' +
  'discord.com/api/webhooks/1 -----BEGIN 25 3a %253a%252f%252f <a'
).split(' ');
const SIGNS = `= : %3D %3a => & ? # , . / @ - _ < > ( ) [ ] { } " ' \` \\" \\\\\\" \\ % %22 ! $ + * ~`
  .split(' ')
  .concat(' ', '\t', '\n', '\r\n');

/** Repeats a text to about a length. */
const repeat = (text: string, length: number): string => text.repeat(Math.ceil(length / text.length));

describe('the work is linear', () => {
  // The first three were quadratic in earlier versions.
  it.each([
    ['basic+', 'a scheme whose value extends over the next one'],
    [`(a${' '.repeat(2_000)}a) values (`, 'columns between blanks'],
    ['by(pin]=', 'a call with another closing bracket'],
    ['password=', 'a key in the value of the key before'],
    ['"cookie:no\n', 'a word after a header name, in quotes'],
    ['\'cookie:no\n"cookie:no\n`cookie:no\n', 'the same in other quotes'],
    ['cookie:no"', 'a cookie with a quote that opens or closes'],
    ['password="true" ', 'a placeholder in quotes'],
    ['password=%22true ', 'a placeholder in encoded quotes'],
    ['pin=(a', 'unclosed brackets'],
    ['token in (', 'unclosed lists'],
    ['password:[{(', 'brackets in brackets'],
    ['<password>', 'unclosed elements'],
    ['; name="password"\r\n\r\n', 'fields of a form without a boundary'],
    ['-----BEGIN PRIVATE KEY-----', 'keys without an end'],
    ['%3a%2f%2f', 'encoded URLs without an end'],
    [`%3a%2f%2f%${'25'.repeat(200)}`, 'many levels of encoding'],
    ['a://a:b', 'user info without an end'],
    ['eyJaaaaaaaa', 'web tokens in a row'],
    ['ghp_', 'prefixes in a row'],
    [' sk-a', 'prefixes of short tokens'],
    ['\\"', 'escaped quotes'],
  ])('%j: %s', text => expectLinear(text));

  it.each([...SIGNS, ...WORDS])('%j', part => expectLinear(part));

  // Each run uses other texts. A failure prints seed and path. Passed to fc.assert, they repeat it.
  it('for any words and signs', () => {
    const part = fc.oneof(fc.constantFrom(...WORDS), fc.constantFrom(...SIGNS));
    const unit = fc.array(part, { minLength: 2, maxLength: 5 }).map(parts => parts.join(''));
    fc.assert(
      fc.property(unit, text => {
        expectLinear(text);
        expectLinear(text, withUserKeys);
      }),
      { numRuns: 40 },
    );
  });

  it('for quotes, each at a greater depth', () => {
    let text = '';
    for (let depth = 0; text.length < 16_384; depth++) text += `${'\\'.repeat(depth)}"cookie:no\n`;
    expect(workFor(text)).toBeLessThan(MAX_STEPS_PER_CHARACTER * text.length);
  });
});

it('every expression was executed, so that its steps were counted', () => {
  for (const { text } of SECRETS) workFor(text);
  for (const text of ORDINARY_TEXTS) workFor(text);
  for (const { workOf } of [defaults, withUserKeys]) {
    workOf(({ attributes }) => void attributes({ list: ['--password', 'a', 'x-page', 'b'] }));
  }
  const missing = expressionLiterals().filter(
    each => !defaults.expressions.has(each) && !withUserKeys.expressions.has(each),
  );
  expect(missing).toEqual([]);
});

it.each([
  [/a*b/, 'a', 1_000],
  [/^(?:a|a)*b/, 'a', 14],
  [/^(?:a+)+b/, 'a', 14],
])('the counter detects the work of %s', (expression, part, length) => {
  const steps = (count: number): number => countedExec(expression, part.repeat(count), 0).steps;
  expect(steps(length)).toBeGreaterThan(MAX_STEPS_PER_CHARACTER * length);
  expect(steps(2 * Math.min(length, 10))).toBeGreaterThan(2.3 * steps(Math.min(length, 10)));
});

/** Expects about twice the work for twice the text. */
function expectLinear(text: string, counter = defaults): void {
  const once = repeat(text, 1_500);
  const work = workFor(once, counter);
  const twice = workFor(once + once, counter);
  expect(twice, `${text}: ${work}, then ${twice}`).toBeLessThan(2.3 * work + 10_000);
  expect(twice, text).toBeLessThan(MAX_STEPS_PER_CHARACTER * 2 * once.length);
}

/** The regular expression literals in the files of redaction. */
function expressionLiterals(): string[] {
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
