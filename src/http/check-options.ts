// Checks the arguments of traceHandler and traceFetch. JavaScript code can pass anything, and no mistake may fail a request:
// a wrong value is reported once and left out.

import { guarded } from '../core/guard.js';
import { isRecord } from '../core/validators.js';
import { reportArgument } from '../span/report-input.js';
import type { HandlerOptions } from './route.js';

const CALL = 'traceHandler';
const OPTIONS: readonly string[] = ['route', 'isError'] satisfies readonly (keyof HandlerOptions)[];

/** Copies the options that can be used. Never throws. */
export function readHandlerOptions<R extends Request>(options: unknown): HandlerOptions<R> {
  if (options === undefined || options === null) return {};
  if (typeof options !== 'object') {
    reportArgument(CALL, 'an object as options', options);
    return {};
  }
  return guarded(`reading the options of ${CALL}`, () => copyOptions<R>(options), {});
}

function copyOptions<R extends Request>(options: object): HandlerOptions<R> {
  if (!isRecord(options)) {
    reportArgument(CALL, 'an object as options', options);
    return {};
  }
  const { route, isError } = options;
  const copy: { -readonly [K in keyof HandlerOptions<R>]: HandlerOptions<R>[K] } = {};
  if (typeof route === 'function' || (typeof route === 'string' && route !== '')) {
    copy.route = route as HandlerOptions<R>['route'];
  } else reportUnlessAbsent('a pattern or a function as the option route', route);
  if (typeof isError === 'function') copy.isError = isError as HandlerOptions<R>['isError'];
  else reportUnlessAbsent('a function as the option isError', isError);
  const unknown = Object.keys(options).find(name => !OPTIONS.includes(name));
  if (unknown !== undefined) reportArgument(CALL, `the options ${OPTIONS.join(' and ')}`, unknown);
  return copy;
}

function reportUnlessAbsent(expected: string, value: unknown): void {
  if (value !== undefined && value !== null) reportArgument(CALL, expected, value);
}

/** Returns the argument of traceFetch. One that is not a function is reported, and the global fetch takes its place. */
export function readFetch(fetch: unknown): typeof globalThis.fetch | undefined {
  if (typeof fetch === 'function') return fetch as typeof globalThis.fetch;
  if (fetch !== undefined && fetch !== null) reportArgument('traceFetch', 'a function such as fetch', fetch);
  return undefined;
}
