// What init() gives back.

import type { ResolvedConfig } from '../config/index.js';
import { type Lifecycle, globalState } from '../core/global-state.js';
import type { DeliveryStats } from '../delivery/stats.js';
import type { CheckReport } from '../core/check.js';
import type { TimeLimit } from '../span/types.js';

/** The handle of a running set-up; `await using handle = init()` shuts it down at the end of the scope. */
export interface TraceHandle extends AsyncDisposable {
  /** Sends what is waiting. Never rejects. */
  flush(options?: TimeLimit): Promise<DeliveryStats>;
  /** Sends what is waiting and switches tracing off. Never rejects. */
  shutdown(options?: TimeLimit): Promise<DeliveryStats>;
  /** The numbers of delivery. */
  stats(): DeliveryStats;
  /** What options, environment and defaults came to. */
  readonly config: ResolvedConfig;
}

/**
 * Makes the handle and puts it where a second `init()` finds it.
 *
 * @param config what options, environment and defaults came to
 * @param runtime what the handle is for; a later set-up is none of its business
 */
export function createHandle(
  config: ResolvedConfig,
  runtime: Lifecycle<DeliveryStats, CheckReport>,
): TraceHandle {
  const handle: TraceHandle = {
    flush: options => runtime.flush(options),
    shutdown: options => runtime.shutdown(options),
    stats: () => runtime.stats(),
    config,
    [Symbol.asyncDispose]: async () => {
      await runtime.shutdown();
    },
  };
  globalState.lifecycle = runtime;
  globalState.handle = handle;
  return handle;
}
