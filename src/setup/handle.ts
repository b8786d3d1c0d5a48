// The handle that init() returns.

import type { ActiveConfig } from '../config/index.js';
import { type Lifecycle, globalState } from '../core/global-state.js';
import type { DeliveryStats } from '../delivery/stats.js';
import type { CheckReport } from '../core/check.js';
import type { TimeLimit } from '../span/types.js';
import type { UpdateOptions } from './update.js';

/** The handle of a running set-up; `await using handle = init()` shuts it down at the end of the scope. */
export interface TraceHandle extends AsyncDisposable {
  /** Sends the queued spans. Never rejects. */
  flush(options?: TimeLimit): Promise<DeliveryStats>;
  /** Sends the queued spans and stops tracing. Never rejects. */
  shutdown(options?: TimeLimit): Promise<DeliveryStats>;
  /** The delivery statistics. */
  stats(): DeliveryStats;
  /** Changes sampling, recording or the log level. Spans in flight keep their decision and are delivered. */
  update(options: UpdateOptions): void;
  /** The configuration in force: options, then environment, then defaults. Secrets are masked. */
  readonly config: ActiveConfig;
}

/**
 * Creates the handle and stores it for a second `init()`.
 *
 * @param readConfig returns the configuration in force
 * @param lifecycle the set-up that the handle controls; a later set-up has its own handle
 * @param update changes settings at run time
 */
export function createHandle(
  readConfig: () => ActiveConfig,
  lifecycle: Lifecycle<DeliveryStats, CheckReport>,
  update: TraceHandle['update'],
): TraceHandle {
  const handle: TraceHandle = {
    flush: options => lifecycle.flush(options),
    shutdown: options => lifecycle.shutdown(options),
    stats: () => lifecycle.stats(),
    update(options) {
      update(options);
      if (globalState.lifecycle !== lifecycle) reportStopped();
    },
    get config() {
      return readConfig();
    },
    [Symbol.asyncDispose]: async () => {
      await lifecycle.shutdown();
    },
  };
  globalState.lifecycle = lifecycle;
  globalState.handle = handle;
  return handle;
}

function reportStopped(): void {
  globalState.diagnostics.reportOnce('update:stopped', 'warn', {
    code: 'update_unavailable',
    message: 'update() of the handle was called after shutdown(), and has no effect',
    fix: 'Call update() on the handle of the latest init().',
    source: 'update',
  });
}
