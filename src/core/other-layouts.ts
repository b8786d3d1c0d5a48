// Copies of this package with another layout of the shared state: two versions in one process, or a bundle that has its own.
// They do not share state. The copy whose init() runs first registers its provider, and the others find it through the
// OpenTelemetry API, like that of any other library.

import type { Diagnostic } from './diagnostic.js';
import { globalState, LAYOUT } from './global-state.js';

/** The key of the state of any layout. Versions before the first number had none. */
const STATE_KEY = /^@do\/trace(?:\/(\d+))?$/;

/** A property of the tracer providers of every copy. It does not depend on the layout. */
const PROVIDER_MARK = Symbol.for('@do/trace/provider');

let isReported = false;

/** Marks a tracer provider as one of this package, for copies with another layout. */
export function markProvider(provider: object): void {
  Object.defineProperty(provider, PROVIDER_MARK, { value: true, configurable: true });
}

/** Returns the layouts of the other copies in this process. */
export function findOtherLayouts(): number[] {
  return Object.getOwnPropertySymbols(globalThis)
    .map(symbol => STATE_KEY.exec(Symbol.keyFor(symbol) ?? ''))
    .filter(match => match !== null)
    .map(match => Number(match[1] ?? 0))
    .filter(layout => layout !== LAYOUT);
}

/**
 * Reports, once in this process, that the registered provider belongs to a copy with another layout.
 *
 * @param provider a provider that this copy did not register
 * @returns whether it belongs to such a copy
 */
export function reportOtherLayout(provider: object): boolean {
  const layouts = PROVIDER_MARK in provider ? findOtherLayouts() : [];
  if (layouts.length === 0) return false;
  if (!isReported) globalState.diagnostics.report('warn', describe(layouts));
  isReported = true;
  return true;
}

function describe(layouts: readonly number[]): Diagnostic {
  return {
    code: 'other_layout',
    message: `another version of @do/trace, whose state has another layout (${layouts.join(', ')} instead of ${LAYOUT}), receives all spans, so the options of init() in this version have no effect`,
    why: 'The two versions use the OpenTelemetry API together, and nothing else.',
    fix: 'Install one version. "npm ls @do/trace" shows the copies.',
    source: '@do/trace',
  };
}
