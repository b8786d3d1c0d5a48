// Where a load stands on disk when memory cannot or may not hold it any longer.

import type { Load } from '../byte-queue.js';
import type { Appended, Spool } from './spool.js';

/**
 * The record that stands for a load from now on, marked as sent without an answer where it is in doubt.
 *
 * @returns why there is none, where there is none
 */
export function keepOnDisk(load: Load, spool: Spool | undefined): Appended {
  const record = recordOf(load, spool);
  if (typeof record !== 'string') record.segment.mark(record, load.lost ? 'inFlight' : 'waiting');
  return record;
}

/** A part of a chunk that was split gets a record of its own: the other part may have arrived. */
function recordOf(load: Load, spool: Spool | undefined): Appended {
  const { copy } = load;
  if (copy?.record.spans === load.spans) return copy.record;
  const own = spool?.append(load) ?? 'broken';
  if (copy === undefined) return own;
  // Without room for the part the whole is kept: rather twice than not at all.
  if (typeof own === 'string') return copy.record;
  if (--copy.parts === 0) spool?.done(copy.record);
  return own;
}
