// The listeners for export operations. One list serves the whole process, because a listener observes all destinations.
// Without a listener, an operation costs one check of an empty set.

import { guarded } from '../../core/guard.js';
import type { Protocol } from '../stats.js';

/** The export of one batch, from the first request to the decision of the backend, including retries and pauses. */
export interface ExportOperation {
  /** The name of the exporter, as in `stats()`. */
  readonly exporter: string;
  /** The encoding of the requests; undefined if spans are not sent over HTTP. */
  readonly protocol: Protocol | undefined;
  readonly durationMs: number;
  /** The status of the last response; undefined if there was none. */
  readonly status: number | undefined;
  /** The cause of a failure; undefined if the backend accepted every span. */
  readonly errorType: string | undefined;
}

const listeners = new Set<(operation: ExportOperation) => void>();

/**
 * Calls `listener` at the end of each operation.
 *
 * @returns a function that removes the listener
 */
export function addExportListener(listener: (operation: ExportOperation) => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Calls the listeners. An exception of a listener is reported and does not affect the others. */
export function notifyExportListeners(operation: ExportOperation): void {
  for (const listener of listeners) guarded('a metric of delivery', () => listener(operation), undefined);
}
