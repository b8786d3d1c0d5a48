// Whether a key names a secret: by its words, whatever the style it is written in.
//
//   http.request.header.x-api-key   -> … x api key      a secret
//   awsSecretAccessKey              -> aws secret access key   a secret
//   gen_ai.usage.input_tokens       -> … input tokens   none
//   password_reset_url              -> … reset url      none

import { type CandidateFinder, createCandidateFinder } from '../prefilter/candidates.js';
import {
  ALWAYS_SECRET_KEYS,
  COMPOUND_ENDINGS,
  NON_SECRET_TOKEN_QUALIFIERS,
  HEADER_WORDS,
  NON_SECRET_KEYS,
  PASSWORD_PAIRS,
  PASSWORD_WORDS,
  WHOLE_KEY_QUERY_WORDS,
  QUERY_WORDS,
  SUFFIX_WORDS,
  TOKEN_PAIRS,
  TOKEN_WORDS,
} from './key-vocabulary.js';

/**
 * What a key's value is: `'password'` a secret in any form, `'token'` a secret unless it is a short number, `'header'` a
 * header that is a secret to the end of its line, `'query'` a secret in a URL's query, `'plain'` none.
 */
export type KeyKind = 'plain' | 'password' | 'token' | 'header' | 'query';

/** What the user's own keys are made of. */
type OwnKey = (key: string, words: string) => boolean;

/** Longer keys are judged by their end. */
const MAX_KEY = 128;
/** Verdicts that are remembered; then it starts anew, so that keys made of ids cost no memory. */
const MAX_REMEMBERED = 2_048;

const KINDS: ReadonlyMap<string, KeyKind> = new Map<string, KeyKind>([
  ...QUERY_WORDS.map(word => [word, 'query'] as const),
  ...TOKEN_WORDS.map(word => [word, 'token'] as const),
  ...TOKEN_PAIRS.map(pair => [pair, 'token'] as const),
  ...PASSWORD_WORDS.map(word => [word, 'password'] as const),
  ...PASSWORD_PAIRS.map(pair => [pair, 'password'] as const),
  ...HEADER_WORDS.map(word => [word, 'header'] as const),
]);
const TAIL_WORDS = new Set(SUFFIX_WORDS);

/** Judges keys, and remembers. */
export class KeyClassifier {
  readonly #own: readonly OwnKey[];
  readonly #remembered = new Map<string, KeyKind>();
  /** Where in a text secrets can be. */
  readonly candidates: CandidateFinder;

  /** @param own the user's keys: texts fit by their words, expressions as they say */
  constructor(own: readonly (string | RegExp)[] = []) {
    this.#own = own.map(ownKey);
    this.candidates = createCandidateFinder(own.length > 0);
  }

  /** The verdict on a key. */
  classify(key: string): KeyKind {
    const known = this.#remembered.get(key);
    if (known !== undefined) return known;
    const verdict = this.#judge(key.length > MAX_KEY ? key.slice(-MAX_KEY) : key);
    if (key.length <= MAX_KEY) {
      if (this.#remembered.size >= MAX_REMEMBERED) this.#remembered.clear();
      this.#remembered.set(key, verdict);
    }
    return verdict;
  }

  #judge(key: string): KeyKind {
    const words = wordsOf(key);
    if (this.#own.length > 0) {
      const joined = ` ${words.join(' ')}`;
      if (this.#own.some(fits => fits(key, joined))) return 'password';
    }
    return verdictOnWords(key, words);
  }
}

function verdictOnWords(key: string, words: string[]): KeyKind {
  if (NON_SECRET_KEYS.has(key)) return 'plain';
  if (ALWAYS_SECRET_KEYS.has(key)) return 'token';
  while (words.length > 1 && isTail(words.at(-1) ?? '')) words.pop();
  const last = (words.at(-1) ?? '').replace(/\d+$/, '');
  const before = words.at(-2) ?? '';
  const pair = KINDS.get(`${before} ${last}`);
  // The id of a key is a part of the credential with AWS; a `key_id` elsewhere says which key it was.
  if (pair !== undefined && !(last === 'id' && before === 'key' && words.at(-3) !== 'access')) return pair;
  const kind = KINDS.get(last);
  if (kind === 'query') return words.length === 1 || !WHOLE_KEY_QUERY_WORDS.has(last) ? 'query' : 'plain';
  if (last === 'token' || last === 'tokens')
    return NON_SECRET_TOKEN_QUALIFIERS.has(before) || (words.at(-3) === 'next' && before === 'page')
      ? 'plain'
      : 'token';
  if (kind !== undefined) return kind;
  const together = words.join('');
  const ending = COMPOUND_ENDINGS.find(each => together.endsWith(each) && last.length > 1);
  if (ending === undefined) return 'plain';
  return ending.startsWith('pass') ? 'password' : 'token';
}

function isTail(word: string): boolean {
  return TAIL_WORDS.has(word) || /^v?\d+$/.test(word);
}

/** The words of a key, in lower case. */
function wordsOf(key: string): string[] {
  return key
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(word => word !== '');
}

function ownKey(own: string | RegExp): OwnKey {
  if (typeof own !== 'string') {
    // Without `g` and `y`: an expression that remembers where it stopped would miss every second key.
    const expression = new RegExp(own.source, own.flags.replace(/[gy]/g, ''));
    return key => expression.test(key);
  }
  const words = ` ${wordsOf(own).join(' ')}`;
  const lower = own.toLowerCase();
  return (key, joined) => key.toLowerCase() === lower || (words.length > 1 && joined.endsWith(words));
}
