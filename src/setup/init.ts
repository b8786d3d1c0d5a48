// init(): the face. What it starts is loaded when it is called, so that importing the package stays cheap.

import type { InitOptions } from '../config/index.js';
import { globalState } from '../core/global-state.js';
import type { TraceHandle } from './handle.js';
import { startTracing } from './load.cjs';

/**
 * Starts tracing in this process.
 *
 * @param options what shall differ from the environment and the defaults
 * @returns a handle to flush, to shut down and to look at; the second call gets the first one's
 * @throws TraceError for mistakes in the options, all of them at once
 * @example
 * init({ service: 'orders' });
 */
export function init(options?: InitOptions): TraceHandle {
  if (globalState.handle === undefined) return startTracing(options);
  globalState.diagnostics.report('warn', {
    code: 'already_started',
    message: 'init() was called before. This second call changes nothing',
    source: 'init',
  });
  return globalState.handle as TraceHandle;
}
