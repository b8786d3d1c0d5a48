import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPlainPart, isPlainText } from '../../../../src/redact/prefilter/plain-text.js';
import { createRedactor } from '../../../../src/redact/redactor.js';
import { findNextSecret } from '../../../../src/redact/scan.js';
import { EXHAUSTIVE_CLASSIFIER } from '../../../support/redact/exhaustive-classifier.js';
import { unexpectedFault } from '../../../support/redact/redact-text.js';

const text = fc
  .array(
    fc.oneof(
      fc.stringMatching(/^[A-Za-z0-9/,&?._=-]{1,8}$/),
      fc.constantFrom(
        'token',
        'pin',
        'sig',
        'key',
        'id',
        'session',
        '_',
        '=',
        '--',
        '-u',
        'ghp_',
        'eyJ',
        'SG.',
        'hvs.',
        'AKIA',
        'ya29.',
        'cvv2',
      ),
    ),
    { maxLength: 8 },
  )
  .map(parts => parts.join(''));

describe('a plain text', () => {
  it('holds no secret that a rule finds', () => {
    let count = 0;
    fc.assert(
      fc.property(text, each => {
        if (!isPlainText(each, false)) return;
        count++;
        expect(findNextSecret(each, 0, EXHAUSTIVE_CLASSIFIER)).toBeUndefined();
      }),
      { numRuns: 3_000 },
    );
    expect(count).toBeGreaterThan(300);
  });

  it('has no sign if any key can be the key of a secret', () => {
    expect(isPlainText('expand=items', false)).toBe(true);
    expect(isPlainText('expand=items', true)).toBe(false);
    const redactor = createRedactor({ keys: ['expand'] }, unexpectedFault);
    expect(redactor.attributes({ 'url.query': 'expand=items&page=2' })).toEqual({
      'url.query': 'expand=***&page=2',
    });
  });

  it.each([
    'pin=4711',
    'sid=abcdef',
    'q=1&sig=abcdef1234',
    'token=a',
    'x_key=abc',
    'session_id=abc',
    'ghp_0123456789abcdef',
    'eyJhbGciOi.x',
    'cvv2=123',
    'a_b=c',
    'AKIAIOSFODNN7EXAMPLE',
    'q=1',
    'a:b',
    'ü',
  ])('%s is not plain', each => expect(isPlainText(each, false)).toBe(false));

  it.each(['', '/orders/4711', '10.0.3.17', 'order-4711', 'expand=items&page=7', 'GET', 'a,b&c?d/e'])(
    '%j is plain',
    each => expect(isPlainText(each, false)).toBe(true),
  );

  it('has at most 32 characters, and at most 18 with a character of tokens', () => {
    expect(isPlainText('a'.repeat(32), false)).toBe(true);
    expect(isPlainText('a'.repeat(33), false)).toBe(false);
    for (const character of ['_', '.', 'I', '-']) {
      expect(isPlainText(character + 'a'.repeat(17), false)).toBe(true);
      expect(isPlainText(character + 'a'.repeat(18), false)).toBe(false);
    }
  });
});

describe('a plain part', () => {
  it.each([
    ['4711', true],
    ['a-b_c.d', true],
    ['', true],
    ['a'.repeat(18), true],
    ['a'.repeat(19), false],
    ['--user', false],
    ['a=b', false],
    ['a:b', false],
    ['a@b', false],
    ['eyJ', false],
  ])('%j: %s', (part, expected) => {
    expect(isPlainPart(`<${part}>`, 1, 1 + part.length)).toBe(expected);
  });
});
