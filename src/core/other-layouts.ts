// Copies of this package with another layout of the shared state: two versions in one process, or a bundle that has its own.
// They do not share state. The copy whose init() runs first registers its provider, and the others find it through the
// OpenTelemetry API, like that of any other library.

import type { Diagnostic } from './diagnostic.js';
import { globalState, LAYOUT } from './global-state.js';

/** The key of the state of any layout. Versions before the first number had none. */
const STATE_KEY = /^@do\/trace(?:\/(\d+))?$/;

let isReported = false;

/** Returns the layouts of the other copies in this process. */
export function findOtherLayouts(): number[] {
  return Object.getOwnPropertySymbols(globalThis)
    .map(symbol => STATE_KEY.exec(Symbol.keyFor(symbol) ?? ''))
    .filter(match => match !== null)
    .map(match => Number(match[1] ?? 0))
    .filter(layout => layout !== LAYOUT);
}

/** Describes the other copies, if there are any. */
export function describeOtherLayouts(): Diagnostic | undefined {
  const layouts = findOtherLayouts();
  if (layouts.length === 0) return undefined;
  return {
    code: 'other_layout',
    message: `another version of @do/trace is loaded, which does not share its state with this one (layout ${layouts.join(', ')} instead of ${LAYOUT})`,
    why: 'Spans of both are in one trace, but the options of init() and the statistics of one version have no effect on the other.',
    fix: 'Install one version. "npm ls @do/trace" shows the copies.',
    source: '@do/trace',
  };
}

/** Reports other copies once in this process, when a provider that another library registered is used. */
export function reportOtherLayouts(): void {
  if (isReported) return;
  const diagnostic = describeOtherLayouts();
  if (diagnostic === undefined) return;
  isReported = true;
  globalState.diagnostics.report('warn', diagnostic);
}
