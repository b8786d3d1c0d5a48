// What must not leave the process is replaced: in attributes under the keys of secrets, and in any text.

import type { Attributes, AttributeValue } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { defineAttribute } from '../core/attributes.js';
import { copyAttributes } from '../core/span-view.js';
import { isHarmlessValue } from './assignment.js';
import { KeyRules, type Verdict } from './keys.js';
import type { RedactOptions } from './options.js';
import { type Replace, replacer, type ReportFault } from './replace.js';
import { nextSecret } from './scan.js';
import { redactedSpan } from './span.js';

/** Hides secrets. What holds none comes back as the same object. */
export interface SecretRedactor {
  /** A span without its secrets: the very same one, or a view of it. */
  span(span: ReadableSpan): ReadableSpan;
  /** Attributes without secrets. */
  attributes<A extends Attributes>(attributes: A): A;
  /** A name without secrets, of a span or an event: the same as a text, and quicker for those that come again. */
  name(value: string): string;
  /** A text without secrets: a message, a line of a log. */
  text(value: string): string;
}

/** An attribute's key as it was met before. */
interface KnownKey {
  readonly key: string;
  readonly verdict: Verdict;
  /** The last two values under it that held no secret: most keys have few values, and those come again. */
  clean: unknown;
  cleanBefore: unknown;
  /** How many values in a row were new: after some, as with ids, the next is not compared and not kept. */
  news: number;
  /** The key that came next the last time: spans of a kind set theirs in the same order, and comparing is quicker than looking up. */
  next: KnownKey | undefined;
}

/** Keys that are remembered; more than that are judged anew each time. */
const MAX_KEYS = 1_024;
const MAX_NAMES = 512;
/** So many new values in a row say that a key has a new one each time. */
const MAX_NEWS = 32;
/** Longer values are not kept to compare the next one with. */
const MAX_CLEAN = 512;

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
  report: ReportFault,
): SecretRedactor {
  if (options === false) return OFF;
  const { keys: ownKeys = [], patterns = [], replace: how = 'mask' } = options ?? {};
  const keys = new KeyRules(ownKeys);
  const replace = replacer(how, report);
  const own = patterns.map(globally);
  const known = new Map<string, KnownKey>();
  /** Before the first key of every record. */
  const first: KnownKey = knownKey('');
  const names = new Set<string>();

  function text(value: string, key?: string): string {
    const clean = scrubbed(value, keys, replace);
    return own.length === 0 ? clean : own.reduce((so, pattern) => matched(so, pattern, replace, key), clean);
  }

  function knownKey(key: string): KnownKey {
    const found = known.get(key);
    if (found !== undefined) return found;
    const verdict = keys.verdict(key);
    const made: KnownKey = {
      key,
      verdict: verdict === 'query' ? 'plain' : verdict,
      clean: undefined,
      cleanBefore: undefined,
      news: 0,
      next: undefined,
    };
    if (known.size < MAX_KEYS) known.set(key, made);
    return made;
  }

  /** The value as it may be shown; undefined where nothing may be. */
  function value(given: unknown, key: string, verdict: Verdict): unknown {
    if (typeof given === 'string') {
      if (verdict === 'plain') return text(given, key);
      if (isHarmlessValue(given, verdict)) return given;
      return how === 'drop' ? undefined : replace(given, key);
    }
    if (Array.isArray(given)) return list(given, key, verdict);
    if (verdict !== 'password' || typeof given !== 'number') return given;
    return how === 'drop' ? undefined : replace(String(given), key);
  }

  function list(given: readonly unknown[], key: string, verdict: Verdict): unknown {
    let copy: unknown[] | undefined;
    let before: Verdict = 'plain';
    for (const [index, item] of given.entries()) {
      // `['--password', 'hunter2']`, `['cookie', 'a=b']`: the next one is the secret.
      const behind: Verdict = verdict === 'plain' ? before : verdict;
      const shown = value(item, key, behind);
      before = behind === 'plain' && typeof item === 'string' ? announced(item, keys) : 'plain';
      if (shown === item) continue;
      copy ??= [...given];
      copy[index] = shown ?? '';
    }
    return copy ?? given;
  }

  function attributes<A extends Attributes>(given: A): A {
    let copy: Attributes | undefined;
    let entry = first;
    for (const key in given) {
      let next = entry.next;
      if (next === undefined || next.key !== key) {
        next = known.get(key) ?? knownKey(key);
        entry.next = next;
      }
      entry = next;
      const item: unknown = given[key];
      if (typeof item === 'boolean' || (typeof item === 'number' && entry.verdict !== 'password')) continue;
      const isComparable = entry.news < MAX_NEWS;
      if (isComparable && (item === entry.clean || item === entry.cleanBefore)) {
        entry.news = 0;
        continue;
      }
      // Now and then they are compared again: what varied at the start may not for ever.
      entry.news = (entry.news + 1) & 0xfff;
      const shown = value(item, key, entry.verdict);
      if (shown === item) {
        if (!isComparable || typeof item !== 'string' || item.length > MAX_CLEAN) continue;
        entry.cleanBefore = entry.clean;
        entry.clean = item;
        continue;
      }
      copy ??= copyAttributes(given);
      if (shown === undefined) delete copy[key];
      else defineAttribute(copy, key, shown as AttributeValue);
    }
    return copy === undefined ? given : (copy as A);
  }

  /** Names are few and come again. */
  function name(given: string): string {
    if (names.has(given)) return given;
    const shown = text(given);
    if (shown === given && names.size < MAX_NAMES && given.length <= MAX_CLEAN) names.add(given);
    return shown;
  }

  const redactor: SecretRedactor = {
    span: span => redactedSpan(span, redactor),
    attributes,
    name,
    text: given => text(given),
  };
  return redactor;
}

/** What is used with `redact: false`. */
const OFF: SecretRedactor = {
  span: span => span,
  attributes: attributes => attributes,
  name: value => value,
  text: value => value,
};

function scrubbed(value: string, keys: KeyRules, replace: Replace): string {
  let found = nextSecret(value, 0, keys);
  if (found === undefined) return value;
  let shown = '';
  let from = 0;
  while (found !== undefined) {
    const { start, end, key, quote = '' } = found;
    shown += `${value.slice(from, start)}${quote}${replace(value.slice(start, end), key)}${quote}`;
    from = end;
    found = nextSecret(value, from, keys);
  }
  return shown + value.slice(from);
}

function matched(value: string, pattern: RegExp, replace: Replace, key: string | undefined): string {
  pattern.lastIndex = 0;
  return value.replace(pattern, match => (match === '' ? '' : replace(match, key)));
}

/** With `g`, so that all are found, and without `y`, which would look at one place only. */
function globally(pattern: RegExp): RegExp {
  return new RegExp(pattern.source, `${pattern.flags.replace(/[gy]/g, '')}g`);
}

/** What an element of a list says about the next one. */
function announced(item: string, keys: KeyRules): Verdict {
  if (item.length > 64) return 'plain';
  const option = /^--?([a-z][\w-]*)$/i.exec(item)?.[1];
  const verdict = keys.verdict(option ?? item);
  if (option !== undefined) return verdict === 'query' ? 'plain' : verdict;
  return verdict === 'header' || /^x-[a-z-]+$/i.test(item) ? verdict : 'plain';
}
