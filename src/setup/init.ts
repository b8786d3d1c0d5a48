// init(). The SDK is loaded when init() is called, so that importing the package stays cheap.

import type { InitOptions } from '../config/index.js';
import { globalState } from '../core/global-state.js';
import type { TraceHandle } from './handle.js';
import { startTracing } from './load.cjs';

/**
 * Starts tracing in this process.
 *
 * @param options values that differ from the environment and the defaults
 * @returns the handle for flush, shutdown and statistics; a second call returns the first handle
 * @throws TraceError for mistakes in the options, with all of them
 * @example
 * init({ service: 'orders' });
 */
export function init(options?: InitOptions): TraceHandle {
  if (globalState.handle === undefined) return startTracing(options);
  globalState.diagnostics.report('warn', {
    code: 'already_started',
    message: 'init() was called again while tracing is running, and the call has no effect',
    fix: 'Call init() once, in the entry point.',
    source: 'init',
  });
  return globalState.handle as TraceHandle;
}
