// What listens to export operations: from the first try of a chunk to the backend's decision. One list for the process,
// for whoever listens asks about all destinations; while nobody does, an operation costs a look at an empty set.

import { guarded } from '../../core/guard.js';
import type { Protocol } from '../stats.js';

/** One chunk, from its first try to the end, with every retry and pause between. */
export interface ExportOperation {
  /** The exporter's name, as in `stats()`. */
  readonly exporter: string;
  /** How the spans were written; undefined where they did not go over HTTP. */
  readonly protocol: Protocol | undefined;
  readonly durationMs: number;
  /** The status of the last answer; undefined where there was none. */
  readonly status: number | undefined;
  /** Why it failed; undefined where the backend took every span. */
  readonly errorType: string | undefined;
}

const listeners = new Set<(operation: ExportOperation) => void>();

/**
 * Calls `listener` at the end of each operation.
 *
 * @returns ends that
 */
export function addExportListener(listener: (operation: ExportOperation) => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Tells the listeners; what one of them throws goes no further. */
export function notifyExportListeners(operation: ExportOperation): void {
  for (const listener of listeners) guarded('a metric of delivery', () => listener(operation), undefined);
}
