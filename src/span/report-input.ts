// Reports values that the functions of the facade cannot use. JavaScript code can pass anything, and no mistake may throw
// into the application: a wrong value is reported once, and the call does the nearest sensible thing.

import { types } from 'node:util';
import { safeText } from '../core/diagnostics.js';
import { formatValue } from '../core/format-value.js';
import { globalState } from '../core/global-state.js';
import { guarded } from '../core/guard.js';

/**
 * Reports, once for each function, an argument that it cannot use.
 *
 * @param call the function as the application calls it: `trace.bind`
 * @param expected the accepted values: `an object with attributes`
 * @param received the argument
 */
export function reportArgument(call: string, expected: string, received: unknown): void {
  globalState.diagnostics.reportOnce(`argument:${call}:${expected}`, 'warn', {
    code: 'argument_ignored',
    message: `${call} expects ${expected}, got ${describe(received)}`,
    fix: `Pass ${expected}.`,
    source: call,
  });
}

/**
 * Reports, once for each kind of value, an option of a span that cannot be used.
 *
 * @param option the option: `parent`
 * @param expected the accepted values
 * @param received the value of the option
 */
export function reportOption(option: string, expected: string, received: unknown): void {
  const shown = describe(received);
  globalState.diagnostics.reportOnce(`span-option:${option}:${shown}`, 'warn', {
    code: 'span_option_ignored',
    message: `the span option ${option} expects ${expected}, got ${shown}`,
    fix: `Set ${option} to ${expected}.`,
    source: option,
  });
}

/**
 * Reports the options that a function does not have, and that would be ignored. Never throws.
 *
 * @param call the function as the application calls it
 * @param options the options from the application
 * @param known the names of the options
 */
export function reportUnknownOptions(call: string, options: object, known: readonly string[]): void {
  const keys = guarded(`the options of ${call}`, () => Object.keys(options), []);
  const unknown = keys.find(key => !known.includes(key));
  if (unknown !== undefined) reportArgument(call, `the options ${known.join(', ')}`, unknown);
}

/** Reports, once for each key, an attribute that has a value and cannot be recorded. */
export function reportDroppedAttribute(key: string): void {
  // The key and the code of our engine, so that the same attribute is reported once.
  globalState.diagnostics.reportOnce(`attribute:${key}`, 'warn', {
    code: 'attribute_dropped',
    message: `attribute ${JSON.stringify(key)} was dropped, because its key is empty or its value cannot be recorded`,
    fix: 'Use a string, a number, a boolean, a date, a plain object or an array.',
    source: key,
  });
}

/**
 * Converts the name of a span, an event or a scope to text, and reports a name that is not text.
 *
 * @param name the name from the application, of any type
 * @param call the function as the application calls it
 */
export function readName(name: unknown, call: string): string {
  if (typeof name === 'string') return name;
  reportArgument(call, 'a name', name);
  return safeText(name);
}

/** Returns the version of a scope, or undefined for a value that is not text, which is reported. */
export function readVersion(version: unknown, call: string): string | undefined {
  if (typeof version === 'string') return version;
  if (version !== undefined && version !== null) reportArgument(call, 'text as the version', version);
  return undefined;
}

/** Whether a value is an object. Never throws. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Names the kinds of objects that are often passed by mistake. No property is read, because a proxy may throw. */
function describe(value: unknown): string {
  if (value === undefined) return 'undefined';
  if (types.isProxy(value)) return 'a proxy';
  if (types.isDate(value)) return 'a date';
  if (types.isPromise(value)) return 'a promise';
  return Array.isArray(value) ? 'an array' : formatValue(value);
}
