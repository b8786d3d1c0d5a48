// What must not leave the process is replaced: in attributes under the keys of secrets, and in any text.

import type { Attributes, AttributeValue } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { defineAttribute } from '../spans/attributes.js';
import { copyAttributes } from '../spans/span-view.js';
import { isNonSecretValue } from './rules/key-value.js';
import { StackFrameCache } from './cache/stack-frames.js';
import { KeyClassifier, type KeyKind } from './rules/key-classifier.js';
import type { RedactOptions } from './options.js';
import {
  createAttributeCache,
  isKnownClean,
  MAX_CACHED_LENGTH,
  type AttributeCache,
  rememberClean,
} from './cache/attribute.js';
import { type ReplaceSecret, createReplacer, type ReportReplaceFault } from './replace.js';
import { findNextSecret } from './scan.js';
import { redactSpan } from './span.js';

/** Hides secrets. What holds none comes back as the same object. */
export interface SecretRedactor {
  /** A span without its secrets: the very same one, or a view of it. */
  span(span: ReadableSpan): ReadableSpan;
  /**
   * Attributes without secrets.
   *
   * @param cacheFor of the span or the event that they belong to
   */
  attributes<A extends Attributes>(attributes: A, cacheFor?: NameCache): A;
  /** What is known of the spans or events of a name. */
  kind(name: string): NameCache;
  /** A text without secrets: a message, a line of a log. */
  text(value: string): string;
}

/** Spans, or events, of one name: they have the same keys, in the same order, and often the same values. */
export interface NameCache {
  /** Their name without secrets. */
  readonly name: string;
  readonly attributes: Map<string, AttributeCache>;
  /** Before their first key. */
  readonly first: AttributeCache;
}

const STACKTRACE = 'exception.stacktrace';
/** Names that are remembered. */
const MAX_KINDS = 512;
/** Keys that are remembered, of all kinds; more than that are judged anew each time. */
const MAX_PLACES = 4_096;
/**
 * Makes a redactor.
 *
 * @param options the `redact` option, `false` switches it off
 * @param report told once that the user's function threw or returned no text
 * @example
 * const redactor = createRedactor({ keys: ['iban'] }, console.warn);
 * redactor.text('https://ann:secret@api.example/?token=abc&page=2'); // 'https://***@api.example/?token=***&page=2'
 */
export function createRedactor(
  options: false | RedactOptions | undefined,
  report: ReportReplaceFault,
): SecretRedactor {
  if (options === false) return OFF;
  const { keys: ownKeys = [], patterns = [], replace: how = 'mask' } = options ?? {};
  const keys = new KeyClassifier(ownKeys);
  const replace = createReplacer(how, report);
  const own = patterns.map(globally);
  const kinds = new Map<string, NameCache>();
  let places = 0;
  /** What belongs to no name, or to one of too many. */
  const anyKind = newKind('');

  const frames = new StackFrameCache();
  const { candidates } = keys;

  /** Whether a text holds nothing suspicious. */
  function isOrdinary(given: string, key: string): boolean {
    return key === STACKTRACE ? frames.isClean(given, candidates) : !candidates.hasCandidate(given);
  }

  function text(value: string, key?: string): string {
    const clean = scrubbed(value, keys, replace);
    return own.length === 0 ? clean : own.reduce((so, pattern) => matched(so, pattern, replace, key), clean);
  }

  function placeOf({ attributes: known }: NameCache, key: string): AttributeCache {
    const found = known.get(key);
    if (found !== undefined) return found;
    const made = createAttributeCache(key, keys.classify(key));
    if (places < MAX_PLACES) {
      places++;
      known.set(key, made);
    }
    return made;
  }

  /** The value as it may be shown; undefined where nothing may be. */
  function value(given: unknown, key: string, verdict: KeyKind): unknown {
    if (typeof given === 'string') {
      if (verdict === 'plain') return text(given, key);
      if (isNonSecretValue(given, verdict)) return given;
      return how === 'drop' ? undefined : replace(given, key);
    }
    if (Array.isArray(given)) return list(given, key, verdict);
    if (verdict !== 'password' || typeof given !== 'number') return given;
    return how === 'drop' ? undefined : replace(String(given), key);
  }

  function list(given: readonly unknown[], key: string, verdict: KeyKind): unknown {
    let copy: unknown[] | undefined;
    let before: KeyKind = 'plain';
    for (const [index, item] of given.entries()) {
      // `['--password', 'hunter2']`, `['cookie', 'a=b']`: the next one is the secret.
      const behind: KeyKind = verdict === 'plain' ? before : verdict;
      const shown = value(item, key, behind);
      before = behind === 'plain' && typeof item === 'string' ? announced(item, keys) : 'plain';
      if (shown === item) continue;
      copy ??= [...given];
      copy[index] = shown ?? '';
    }
    return copy ?? given;
  }

  function attributes<A extends Attributes>(given: A, kind = anyKind): A {
    let copy: Attributes | undefined;
    let place = kind.first;
    for (const key in given) {
      let next = place.next;
      if (next === undefined || next.key !== key) {
        next = placeOf(kind, key);
        place.next = next;
      }
      place = next;
      const item: unknown = given[key];
      let isText = false;
      if (typeof item === 'string') {
        if (isKnownClean(place, item)) continue;
        if (place.keyKind === 'plain' && own.length === 0 && isOrdinary(item, key)) {
          rememberClean(place, item, true);
          continue;
        }
        isText = true;
      } else if (typeof item === 'boolean' || (typeof item === 'number' && place.keyKind !== 'password'))
        continue;
      const shown = value(item, key, place.keyKind);
      if (shown === item) {
        if (isText) rememberClean(place, item as string, false);
        continue;
      }
      copy ??= copyAttributes(given);
      if (shown === undefined) delete copy[key];
      else defineAttribute(copy, key, shown as AttributeValue);
    }
    return copy === undefined ? given : (copy as A);
  }

  function kind(name: string): NameCache {
    const known = kinds.get(name);
    if (known !== undefined) return known;
    const shown = text(name);
    if (shown !== name || name.length > MAX_CACHED_LENGTH || kinds.size >= MAX_KINDS)
      return { ...anyKind, name: shown };
    const made = newKind(name);
    kinds.set(name, made);
    return made;
  }

  const redactor: SecretRedactor = {
    span: span => redactSpan(span, redactor),
    attributes,
    kind,
    text: given => text(given),
  };
  return redactor;
}

/** What is used with `redact: false`. */
const OFF: SecretRedactor = {
  span: span => span,
  attributes: attributes => attributes,
  kind: newKind,
  text: value => value,
};

function newKind(name: string): NameCache {
  return { name, attributes: new Map(), first: createAttributeCache('', 'plain') };
}

function scrubbed(value: string, keys: KeyClassifier, replace: ReplaceSecret): string {
  let found = findNextSecret(value, 0, keys);
  if (found === undefined) return value;
  const hasAt = value.includes('@');
  let shown = '';
  let from = 0;
  while (found !== undefined) {
    const { start, end, key, quote = '' } = found;
    shown += `${value.slice(from, start)}${quote}${replace(value.slice(start, end), key)}${quote}`;
    from = end;
    found = findNextSecret(value, from, keys, hasAt);
  }
  return shown + value.slice(from);
}

function matched(value: string, pattern: RegExp, replace: ReplaceSecret, key: string | undefined): string {
  pattern.lastIndex = 0;
  return value.replace(pattern, match => (match === '' ? '' : replace(match, key)));
}

/** With `g`, so that all are found, and without `y`, which would look at one place only. */
function globally(pattern: RegExp): RegExp {
  return new RegExp(pattern.source, `${pattern.flags.replace(/[gy]/g, '')}g`);
}

/** What an element of a list says about the next one. */
function announced(item: string, keys: KeyClassifier): KeyKind {
  if (item.length > 64) return 'plain';
  const option = /^--?([a-z][\w-]*)$/i.exec(item)?.[1];
  const verdict = keys.classify(option ?? item);
  if (option !== undefined) return verdict === 'query' ? 'plain' : verdict;
  return verdict === 'header' || /^x-[a-z-]+$/i.test(item) ? verdict : 'plain';
}
