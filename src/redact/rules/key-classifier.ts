// Classifies keys by their words, independent of their style.
//
//   http.request.header.x-api-key   -> … x api key             a secret
//   awsSecretAccessKey              -> aws secret access key   a secret
//   gen_ai.usage.input_tokens       -> … input tokens          no secret
//   password_reset_url              -> … reset url             no secret

import { type CandidateFinder, createCandidateFinder } from '../prefilter/candidates.js';
import {
  ALWAYS_SECRET_KEYS,
  COMPOUND_ENDINGS,
  HEADER_WORDS,
  NON_SECRET_KEYS,
  NON_SECRET_TOKEN_QUALIFIERS,
  PASSWORD_PAIRS,
  PASSWORD_WORDS,
  QUERY_WORDS,
  SUFFIX_WORDS,
  TOKEN_PAIRS,
  TOKEN_WORDS,
  WHOLE_KEY_QUERY_WORDS,
} from './key-vocabulary.js';

/**
 * The kind of a key by its value. `'password'`: a secret in any form. `'token'`: a secret unless it is a short number.
 * `'header'`: a secret to the end of its line. `'query'`: a secret in the query of a URL. `'plain'`: no secret.
 */
export type KeyKind = 'plain' | 'password' | 'token' | 'header' | 'query';

/** Whether a key, given as it is and as its words, is one of the user's. */
type MatchUserKey = (key: string, words: string) => boolean;

/** Longer keys are classified by their end. */
const MAX_KEY_LENGTH = 128;
/** The number of classified keys in the cache. A full cache is cleared, so that keys made of ids do not fill the memory. */
const MAX_CACHED_KEYS = 2_048;

const KIND_OF_WORDS: ReadonlyMap<string, KeyKind> = new Map<string, KeyKind>([
  ...QUERY_WORDS.map(word => [word, 'query'] as const),
  ...TOKEN_WORDS.map(word => [word, 'token'] as const),
  ...TOKEN_PAIRS.map(pair => [pair, 'token'] as const),
  ...PASSWORD_WORDS.map(word => [word, 'password'] as const),
  ...PASSWORD_PAIRS.map(pair => [pair, 'password'] as const),
  ...HEADER_WORDS.map(word => [word, 'header'] as const),
]);
const SUFFIXES = new Set(SUFFIX_WORDS);

/** Classifies keys, and caches the result. */
export class KeyClassifier {
  readonly #userKeys: readonly MatchUserKey[];
  readonly #cache = new Map<string, KeyKind>();
  /** Finds the places in a text at which secrets can be. */
  readonly candidates: CandidateFinder;

  /** @param userKeys the user's keys: strings match by their words, expressions as they are written */
  constructor(userKeys: readonly (string | RegExp)[] = []) {
    this.#userKeys = userKeys.map(createUserKeyMatcher);
    this.candidates = createCandidateFinder(userKeys.length > 0);
  }

  /** Returns the kind of a key. */
  classify(key: string): KeyKind {
    const cached = this.#cache.get(key);
    if (cached !== undefined) return cached;
    const kind = this.#classifyUncached(key.length > MAX_KEY_LENGTH ? key.slice(-MAX_KEY_LENGTH) : key);
    if (key.length <= MAX_KEY_LENGTH) {
      if (this.#cache.size >= MAX_CACHED_KEYS) this.#cache.clear();
      this.#cache.set(key, kind);
    }
    return kind;
  }

  #classifyUncached(key: string): KeyKind {
    const words = splitWords(key);
    if (this.#userKeys.length > 0) {
      const joined = ` ${words.join(' ')}`;
      if (this.#userKeys.some(matches => matches(key, joined))) return 'password';
    }
    return classifyWords(key, words);
  }
}

function classifyWords(key: string, words: string[]): KeyKind {
  if (NON_SECRET_KEYS.has(key)) return 'plain';
  if (ALWAYS_SECRET_KEYS.has(key)) return 'token';
  while (words.length > 1 && isSuffix(words.at(-1) ?? '')) words.pop();
  const last = (words.at(-1) ?? '').replace(/\d+$/, '');
  const before = words.at(-2) ?? '';
  const kindOfPair = KIND_OF_WORDS.get(`${before} ${last}`);
  // In AWS the id of an access key is a part of the credential. Elsewhere a `key_id` only identifies a key.
  const isOtherKeyId = last === 'id' && before === 'key' && words.at(-3) !== 'access';
  if (kindOfPair !== undefined && !isOtherKeyId) return kindOfPair;
  const kind = KIND_OF_WORDS.get(last);
  if (kind === 'query') return words.length === 1 || !WHOLE_KEY_QUERY_WORDS.has(last) ? 'query' : 'plain';
  if (last === 'token' || last === 'tokens')
    return NON_SECRET_TOKEN_QUALIFIERS.has(before) || (words.at(-3) === 'next' && before === 'page')
      ? 'plain'
      : 'token';
  if (kind !== undefined) return kind;
  const joined = words.join('');
  const ending = COMPOUND_ENDINGS.find(each => joined.endsWith(each) && last.length > 1);
  if (ending === undefined) return 'plain';
  return ending.startsWith('pass') ? 'password' : 'token';
}

function isSuffix(word: string): boolean {
  return SUFFIXES.has(word) || /^v?\d+$/.test(word);
}

/** The words of a key, in lower case. */
function splitWords(key: string): string[] {
  return key
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(word => word !== '');
}

function createUserKeyMatcher(userKey: string | RegExp): MatchUserKey {
  if (typeof userKey !== 'string') {
    // Without the flags `g` and `y`: with them the expression starts at its `lastIndex` and misses every second key.
    const expression = new RegExp(userKey.source, userKey.flags.replace(/[gy]/g, ''));
    return key => expression.test(key);
  }
  const words = ` ${splitWords(userKey).join(' ')}`;
  const lowerCase = userKey.toLowerCase();
  return (key, joined) => key.toLowerCase() === lowerCase || (words.length > 1 && joined.endsWith(words));
}
