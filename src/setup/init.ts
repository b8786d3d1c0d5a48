// init(). The SDK is loaded when init() is called, so that importing the package stays cheap.

import type { InitOptions } from '../config/index.js';
import { globalState } from '../core/global-state.js';
import type { TraceHandle } from './handle.js';
import { reportSecondStart, startTracing } from './load.cjs';

/**
 * Starts tracing in this process.
 *
 * @param options values that differ from the environment and the defaults
 * @returns the handle for flush, shutdown and statistics; a second call returns the first handle
 * @throws TraceError for mistakes in the options, with all of them, also in a second call
 * @example
 * init({ service: 'orders' });
 */
export function init(options?: InitOptions): TraceHandle {
  if (globalState.handle === undefined) return startTracing(options);
  reportSecondStart(options);
  return globalState.handle as TraceHandle;
}
