// What init() gives back.

import type { ResolvedConfig } from './config/index.js';
import { slot } from './core/slot.js';
import type { DeliveryStats } from './delivery/stats.js';
import type { TimeLimit } from './span/types.js';
import { trace } from './span/trace.js';

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
 */
export function createHandle(config: ResolvedConfig): TraceHandle {
  const handle: TraceHandle = {
    flush: trace.flush,
    shutdown: trace.shutdown,
    stats: trace.stats,
    config,
    [Symbol.asyncDispose]: async () => {
      await trace.shutdown();
    },
  };
  slot.handle = handle;
  return handle;
}
