import { describe, expect, it } from 'vitest';
import { KeyClassifier } from '../../../../src/redact/rules/key-classifier.js';
import {
  ALWAYS_SECRET_KEYS,
  COMPOUND_ENDINGS,
  HEADER_WORDS,
  NON_SECRET_KEYS,
  NON_SECRET_TOKEN_QUALIFIERS,
  PASSWORD_PAIRS,
  PASSWORD_WORDS,
  QUERY_WORDS,
  SECRET_KEY_ENDINGS,
  SUFFIX_WORDS,
  TOKEN_PAIRS,
  TOKEN_WORDS,
  WHOLE_KEY_QUERY_WORDS,
} from '../../../../src/redact/rules/key-vocabulary.js';
import { redactText } from '../../../support/redact/redact-text.js';

const classifier = new KeyClassifier();

describe('the words of a list have the kind of the list', () => {
  it.each([
    ['password', [...PASSWORD_WORDS, ...PASSWORD_PAIRS]],
    ['token', [...TOKEN_WORDS, ...TOKEN_PAIRS.filter(pair => pair !== 'key id'), ...ALWAYS_SECRET_KEYS]],
    ['header', HEADER_WORDS],
    ['query', QUERY_WORDS],
    ['plain', [...NON_SECRET_KEYS, ...SUFFIX_WORDS]],
    ['plain', [...WHOLE_KEY_QUERY_WORDS].map(word => `other_${word}`)],
    ['plain', [...NON_SECRET_TOKEN_QUALIFIERS].map(word => `${word}_token`)],
  ])('%s: %j', (kind, keys) => {
    const wrong = keys.filter(key => classifier.classify(key.replace(' ', '_')) !== kind);
    expect(wrong).toEqual([]);
  });

  it('a compound ending is recognised in a longer word, and suffixes may follow', () => {
    for (const ending of COMPOUND_ENDINGS) expect(classifier.classify(`my${ending}`)).not.toBe('plain');
    for (const suffix of SUFFIX_WORDS) expect(classifier.classify(`password_${suffix}`)).toBe('password');
  });
});

it('a text with such a key and a value is redacted', () => {
  const keys = [...PASSWORD_WORDS, ...PASSWORD_PAIRS, ...TOKEN_WORDS, ...TOKEN_PAIRS, ...HEADER_WORDS]
    .filter(key => key !== 'key id')
    .map(key => key.replace(' ', '_'));
  for (const key of [...keys, ...ALWAYS_SECRET_KEYS]) {
    expect(redactText(`?${key}=Abc123xyz7`)).toBe(`?${key}=***`);
  }
});

it('the lists hold lower-case words, each once, and all of them are endings', () => {
  const words = [PASSWORD_WORDS, PASSWORD_PAIRS, TOKEN_WORDS, TOKEN_PAIRS, HEADER_WORDS, QUERY_WORDS].flat();
  expect(words.filter(word => !/^[a-z0-9]+(?: [a-z0-9]+)?$/.test(word))).toEqual([]);
  expect(new Set(words).size).toBe(words.length);
  expect(SECRET_KEY_ENDINGS).toEqual(
    expect.arrayContaining([...words, ...SUFFIX_WORDS, ...COMPOUND_ENDINGS, ...ALWAYS_SECRET_KEYS]),
  );
});

it('the lists have these sizes: a removed word is a removed rule', () => {
  const sizes = [PASSWORD_WORDS, PASSWORD_PAIRS, TOKEN_WORDS, TOKEN_PAIRS, HEADER_WORDS, QUERY_WORDS].map(
    list => list.length,
  );
  expect(sizes).toEqual([14, 12, 25, 36, 3, 7]);
});
