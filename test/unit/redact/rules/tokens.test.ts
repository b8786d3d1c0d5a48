import { describe, expect, it } from 'vitest';
import { redactText } from '../../../support/redact/redact-text.js';

// Put together here, so that no secret scanner takes them for real tokens.
const chars = (length: number): string => 'a1b2c3d4'.repeat(128).slice(0, length);
const GH = 'gh'.concat('p_');
const SK = 's'.concat('k-');
const JWT = 'ey'.concat('J');
const AWS = 'AK'.concat('IA');
const GOOGLE = 'AI'.concat('za');
const base64 = (text: string): string => Buffer.from(text).toString('base64');

function expectRedacted(rows: readonly (readonly [string, string])[]): void {
  for (const [text, redacted] of rows) expect(redactText(text)).toBe(redacted);
}

function expectUnchanged(texts: readonly string[]): void {
  for (const text of texts) expect(redactText(text)).toBe(text);
}

describe('a token with an underscore', () => {
  it('has at least 16 characters behind its prefix', () => {
    expectRedacted([[`a ${GH}${chars(16)} b`, 'a *** b']]);
    expectUnchanged([`a ${GH}${chars(15)} b`]);
  });

  it('may be shorter at the end of a text that was cut', () => {
    const before = (length: number): string => `${'x '.repeat(length)}`.slice(-length);
    const token = `${GH}${chars(6)}`;
    expectRedacted([[`${before(1_024 - token.length)}${token}`, `${before(1_024 - token.length)}***`]]);
    expectUnchanged([`${before(1_023 - token.length)}${token}`, `${before(1_024)}${token}!`]);
  });

  it('does not begin inside a word, but behind an escape', () => {
    expectUnchanged([`a${GH}${chars(16)}`, `a-${GH}${chars(16)}`]);
    expectRedacted([
      [`%22${GH}${chars(16)}%22`, '%22***%22'],
      [`\\n${GH}${chars(16)}`, '\\n***'],
      [`"${GH}${chars(16)}"`, '"***"'],
    ]);
  });

  it('has a known prefix', () => {
    expectUnchanged([`ghx_${chars(16)}`, `_${chars(16)}`, `my_gh_${chars(16)}`]);
  });
});

describe('a token with a hyphen', () => {
  it('has at least 16 characters, one of them a digit', () => {
    expectRedacted([[`a ${SK}${chars(16)} b`, 'a *** b']]);
    expectUnchanged([`a ${SK}${chars(15)} b`, `a ${SK}${'ab-'.repeat(6)} b`, `sx-${chars(16)}`]);
  });
});

describe('a JSON web token', () => {
  it('has at least 8 characters and a second part', () => {
    expectRedacted([
      [`a ${JWT}${chars(8)}.x.y= b`, 'a *** b'],
      [`a ${JWT}${chars(8)}%2Ex b`, 'a *** b'],
    ]);
    expectUnchanged([`a ${JWT}${chars(7)}.x b`, `a ${JWT}${chars(8)} b`, `a${JWT}${chars(8)}.x`]);
  });

  it('may have one part at the end of a text that was cut', () => {
    const before = 'x '.repeat(512);
    expectRedacted([[`${before}${JWT}${chars(5)}`, `${before}***`]]);
    expectUnchanged([`${before}${JWT}${chars(5)} b`]);
  });
});

describe('AWS key ids and Google API keys', () => {
  it('have their length', () => {
    expectRedacted([
      [`a ${AWS}${'A2'.repeat(8)} b`, 'a *** b'],
      [`a ${AWS.replace('K', 'S')}${'A2'.repeat(8)} b`, 'a *** b'],
      [`a ${GOOGLE}${chars(30)} b`, 'a *** b'],
    ]);
    expectUnchanged([
      `a ${AWS}${'A2'.repeat(7)}A b`,
      `a ${AWS}${'A2'.repeat(8)}A b`,
      `a ${AWS}${'A2'.repeat(8)}a b`,
      `a ${AWS.replace('K', 'B')}${'A2'.repeat(8)} b`,
      `xA${AWS}${'A2'.repeat(8)}`,
      `a ${GOOGLE}${chars(29)} b`,
      `x${GOOGLE}${chars(30)}`,
    ]);
  });
});

describe('a token with a dot', () => {
  it.each(['SG', 'hvs', 'hvb', 'hvr', 'ya29'])('%s.…', prefix => {
    expectRedacted([
      [`a ${prefix}.${chars(16)} b`, 'a *** b'],
      [`a ${prefix}.${chars(16)}.${chars(3)} b`, 'a *** b'],
    ]);
    expectUnchanged([`a ${prefix}.${chars(15)} b`, `a${prefix}.${chars(16)}`, `hvx.${chars(16)}`]);
  });
});

describe('the credentials of a scheme', () => {
  it('Bearer: at least 6 characters that are not a word', () => {
    expectRedacted([
      ['Bearer abc123', 'Bearer ***'],
      ['bearer  abc123, then', 'bearer  ***, then'],
      ['bearer+abc123', 'bearer+***'],
      ['bearer%20abc123', 'bearer%20***'],
      ['bearer%2520abc123', 'bearer%2520***'],
      [`Bearer ${'abcdefghij'.repeat(2)}`, 'Bearer ***'],
    ]);
    expectUnchanged(['Bearer a1b2c', 'bearer authentication', `Bearer ${'a'.repeat(19)}`, 'xBearer abc123']);
  });

  it('Basic: base64 with a colon, or a long text', () => {
    expectRedacted([
      [`Basic ${base64('ann:x')}`, 'Basic ***'],
      [`Basic ${'x'.repeat(512)}`, 'Basic ***'],
      [`Basic ${'x'.repeat(2_000)}`, 'Basic ***'],
      [`basic ${encodeURIComponent(base64('a:>>>?'))} x`, 'basic *** x'],
    ]);
    expectUnchanged([`Basic ${base64('annx')}`, 'Basic Og=', `Basic ${'x'.repeat(511)}`]);
  });
});

describe('a private key in PEM', () => {
  const begin = (kind: string): string => `-----BEGIN ${kind}${['PRIVATE', 'KEY'].join(' ')}-----`;

  it('is redacted up to its end, or to the end of the text', () => {
    expectRedacted([
      [`${begin('')}\nabc\n-----END x`, `${begin('')}***-----END x`],
      [`${begin('RSA ')}\nabc`, `${begin('RSA ')}***`],
    ]);
    expectUnchanged([`----${begin('').slice(5)}abc`, '-----BEGIN CERTIFICATE-----abc']);
  });
});
