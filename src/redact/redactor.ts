// Replaces secrets in attributes, by their keys, and in any text, by their form.

import type { Attributes, AttributeValue } from '@opentelemetry/api';
import { defineAttribute } from '../spans/attributes.js';
import { copyAttributes } from '../spans/span-view.js';
import {
  type AttributeCache,
  createAttributeCache,
  isKnownClean,
  MAX_CACHED_LENGTH,
  rememberClean,
} from './cache/attribute.js';
import { createNameCache, type NameCache } from './cache/name.js';
import { StackFrameCache } from './cache/stack-frames.js';
import type { RedactOptions } from './options.js';
import { createReplacer, type ReplaceSecret, type ReportReplaceFault } from './replace.js';
import { KeyClassifier, type KeyKind } from './rules/key-classifier.js';
import { isNonSecretValue } from './rules/key-value.js';
import { findNextSecret } from './scan.js';
import type { SecretRedactor } from './secret-redactor.js';
import { redactSpan } from './span.js';

const STACKTRACE = 'exception.stacktrace';
/** The number of names that are cached. */
const MAX_NAMES = 512;
/** The number of attributes that are cached, of all names together. The keys of further ones are classified each time. */
const MAX_ATTRIBUTES = 4_096;
/** Longer elements of a list are not read as keys. */
const MAX_LIST_KEY_LENGTH = 64;

/**
 * Creates a redactor.
 *
 * @param options the `redact` option; `false` redacts nothing
 * @param report called once if the user's replace function throws or returns something other than a string
 * @example
 * const redactor = createRedactor({ keys: ['iban'] }, console.warn);
 * redactor.text('https://ann:secret@api.example/?token=abc&page=2'); // 'https://***@api.example/?token=***&page=2'
 */
export function createRedactor(
  options: false | RedactOptions | undefined,
  report: ReportReplaceFault,
): SecretRedactor {
  if (options === false) return DISABLED;
  const { keys: userKeys = [], patterns = [], replace: mode = 'mask' } = options ?? {};
  const keys = new KeyClassifier(userKeys);
  const replace = createReplacer(mode, report);
  const userPatterns = patterns.map(withGlobalFlag);
  const names = new Map<string, NameCache>();
  let attributeCount = 0;
  /** The cache of attributes without a name, and of those beyond the limit of names. */
  const sharedCache = createNameCache('');

  const frames = new StackFrameCache();
  const { candidates } = keys;

  /** Whether a text has no place at which a secret can be. */
  function isClean(text: string, key: string): boolean {
    return key === STACKTRACE ? frames.isClean(text, candidates) : !candidates.hasCandidate(text);
  }

  function redactText(value: string, key?: string): string {
    const redacted = replaceSecrets(value, keys, replace);
    return userPatterns.length === 0
      ? redacted
      : userPatterns.reduce((current, pattern) => replaceMatches(current, pattern, replace, key), redacted);
  }

  function getAttributeCache({ attributes: cached }: NameCache, key: string): AttributeCache {
    const existing = cached.get(key);
    if (existing !== undefined) return existing;
    const created = createAttributeCache(key, keys.classify(key));
    if (attributeCount < MAX_ATTRIBUTES) {
      attributeCount++;
      cached.set(key, created);
    }
    return created;
  }

  /** Redacts a value; undefined removes it. */
  function redactValue(value: unknown, key: string, keyKind: KeyKind): unknown {
    if (typeof value === 'string') {
      if (keyKind === 'plain') return redactText(value, key);
      if (isNonSecretValue(value, keyKind)) return value;
      return mode === 'drop' ? undefined : replace(value, key);
    }
    if (Array.isArray(value)) return redactList(value, key, keyKind);
    if (keyKind !== 'password' || typeof value !== 'number') return value;
    return mode === 'drop' ? undefined : replace(String(value), key);
  }

  function redactList(list: readonly unknown[], key: string, keyKind: KeyKind): unknown {
    let copy: unknown[] | undefined;
    let announcedKind: KeyKind = 'plain';
    for (const [index, item] of list.entries()) {
      // `['--password', 'hunter2']`, `['cookie', 'a=b']`: an element can be the key of the next one.
      const itemKind: KeyKind = keyKind === 'plain' ? announcedKind : keyKind;
      const redacted = redactValue(item, key, itemKind);
      announcedKind =
        itemKind === 'plain' && typeof item === 'string' ? classifyNextElement(item, keys) : 'plain';
      if (redacted === item) continue;
      copy ??= [...list];
      copy[index] = redacted ?? '';
    }
    return copy ?? list;
  }

  function redactAttributes<A extends Attributes>(attributes: A, nameCache = sharedCache): A {
    let copy: Attributes | undefined;
    let cache = nameCache.first;
    for (const key in attributes) {
      let next = cache.next;
      if (next === undefined || next.key !== key) {
        next = getAttributeCache(nameCache, key);
        cache.next = next;
      }
      cache = next;
      const item: unknown = attributes[key];
      let isText = false;
      if (typeof item === 'string') {
        if (isKnownClean(cache, item)) continue;
        if (cache.keyKind === 'plain' && userPatterns.length === 0 && isClean(item, key)) {
          rememberClean(cache, item, true);
          continue;
        }
        isText = true;
      } else if (typeof item === 'boolean' || (typeof item === 'number' && cache.keyKind !== 'password'))
        continue;
      const redacted = redactValue(item, key, cache.keyKind);
      if (redacted === item) {
        if (isText) rememberClean(cache, item as string, false);
        continue;
      }
      copy ??= copyAttributes(attributes);
      if (redacted === undefined) delete copy[key];
      else defineAttribute(copy, key, redacted as AttributeValue);
    }
    return copy === undefined ? attributes : (copy as A);
  }

  function getNameCache(name: string): NameCache {
    const existing = names.get(name);
    if (existing !== undefined) return existing;
    const redacted = redactText(name);
    if (redacted !== name || name.length > MAX_CACHED_LENGTH || names.size >= MAX_NAMES)
      return { ...sharedCache, name: redacted };
    const created = createNameCache(name);
    names.set(name, created);
    return created;
  }

  const redactor: SecretRedactor = {
    span: span => redactSpan(span, redactor),
    attributes: redactAttributes,
    getNameCache,
    text: given => redactText(given),
  };
  return redactor;
}

/** The redactor of `redact: false`. */
const DISABLED: SecretRedactor = {
  span: span => span,
  attributes: attributes => attributes,
  getNameCache: createNameCache,
  text: value => value,
};

function replaceSecrets(value: string, keys: KeyClassifier, replace: ReplaceSecret): string {
  let secret = findNextSecret(value, 0, keys);
  if (secret === undefined) return value;
  const hasAtSign = value.includes('@');
  let redacted = '';
  let from = 0;
  while (secret !== undefined) {
    const { start, end, key, quote = '' } = secret;
    redacted += `${value.slice(from, start)}${quote}${replace(value.slice(start, end), key)}${quote}`;
    from = end;
    secret = findNextSecret(value, from, keys, hasAtSign);
  }
  return redacted + value.slice(from);
}

function replaceMatches(
  value: string,
  pattern: RegExp,
  replace: ReplaceSecret,
  key: string | undefined,
): string {
  pattern.lastIndex = 0;
  return value.replace(pattern, match => (match === '' ? '' : replace(match, key)));
}

/** Adds the flag `g`, to find every match, and removes `y`, which would match at one place only. */
function withGlobalFlag(pattern: RegExp): RegExp {
  return new RegExp(pattern.source, `${pattern.flags.replace(/[gy]/g, '')}g`);
}

/** The kind of the next element of a list, if this element is the name of an option or a header. */
function classifyNextElement(item: string, keys: KeyClassifier): KeyKind {
  if (item.length > MAX_LIST_KEY_LENGTH) return 'plain';
  const option = /^--?([a-z][\w-]*)$/i.exec(item)?.[1];
  const keyKind = keys.classify(option ?? item);
  if (option !== undefined) return keyKind === 'query' ? 'plain' : keyKind;
  return keyKind === 'header' || /^x-[a-z-]+$/i.test(item) ? keyKind : 'plain';
}
