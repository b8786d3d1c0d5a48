// Checks the names and the simple values of span options. TypeScript refuses most mistakes. JavaScript code gets a diagnostic.
//
// A check costs about a microsecond, so it runs once for each span name.

import { globalState } from '../core/global-state.js';
import { suggest } from '../core/suggest.js';
import { readAttributes } from './read-input.js';
import { reportOption } from './report-input.js';

interface Rule {
  readonly expected: string;
  readonly isValid: (value: unknown) => boolean;
}

const BOOLEAN: Rule = { expected: 'true or false', isValid: value => typeof value === 'boolean' };
const FUNCTION: Rule = { expected: 'a function', isValid: value => typeof value === 'function' };
/** The value is checked at the start of each span. */
const CHECKED_AT_START: Rule = { expected: '', isValid: () => true };

const SPAN_RULES: ReadonlyMap<string, Rule> = new Map([
  ['attributes', CHECKED_AT_START],
  ['kind', CHECKED_AT_START],
  ['links', CHECKED_AT_START],
  ['root', CHECKED_AT_START],
  ['parent', CHECKED_AT_START],
  ['startTime', CHECKED_AT_START],
  ['stream', BOOLEAN],
  ['keep', BOOLEAN],
  ['isError', FUNCTION],
]);
const WRAP_RULES: ReadonlyMap<string, Rule> = new Map([...SPAN_RULES, ['result', FUNCTION]]);

/** The number of span names for which options are checked. Further names are more than an application has call sites. */
const MAX_CHECKED_NAMES = 1_000;
/** The number of unknown options that are reported at once. */
const MAX_UNKNOWN = 5;
const checkedNames = new Set<string>();

/**
 * Checks the options of a span, once for each span name.
 *
 * @param name the name of the span
 * @param options the options, of any type
 */
export function checkSpanOptions(name: string, options: unknown): void {
  if (checkedNames.size >= MAX_CHECKED_NAMES || checkedNames.has(name)) return;
  checkedNames.add(name);
  check(options, SPAN_RULES);
}

/** Checks the options of `trace.wrap` and `trace.traced`. */
export function checkWrapOptions(options: unknown): void {
  check(options, WRAP_RULES);
}

/** Reads no getter, because the start of the span reads it, too. Never throws. */
function check(options: unknown, rules: ReadonlyMap<string, Rule>): void {
  if (options === undefined || options === null) return;
  // A list, a map or a date has no options, and neither have attributes that were passed in their place.
  if (readAttributes(options) === undefined) return reportOption('options', 'an object', options);
  try {
    let unknownCount = 0;
    for (const name of Object.keys(options)) {
      const rule = rules.get(name);
      if (rule !== undefined) checkValue(name, Object.getOwnPropertyDescriptor(options, name)?.value, rule);
      else if (++unknownCount <= MAX_UNKNOWN) reportUnknownOption(name, [...rules.keys()]);
    }
  } catch {
    // A proxy threw. The start of the span reports it when it reads the options.
  }
}

function checkValue(name: string, value: unknown, { expected, isValid }: Rule): void {
  if (value !== undefined && value !== null && !isValid(value)) reportOption(name, expected, value);
}

function reportUnknownOption(name: string, known: readonly string[]): void {
  const suggestion = suggest(name, known);
  globalState.diagnostics.reportOnce(`span-option:${name}`, 'warn', {
    code: 'span_option_ignored',
    message: `there is no span option ${name.slice(0, 60)}`,
    fix: suggestion === undefined ? `The options are ${known.join(', ')}.` : `Write ${suggestion}.`,
    source: name,
  });
}
