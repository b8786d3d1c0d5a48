// The last moment of a process: what a transport still takes without a turn of the event loop, and what is said of the rest.

import { pluralize } from '../core/pluralize.js';
import type { Ledger } from './span-accounting.js';
import type { Load } from './byte-queue.js';
import type { ExporterStats } from './stats.js';
import type { Transport } from './transport.js';
import type { Target } from './error-messages.js';
import type { Voice } from './log-throttle.js';

/** Who hands over, and to whom. */
export interface LastMoment {
  readonly target: Target;
  readonly transport: Transport;
  readonly voice: Voice;
  readonly ledger: Ledger;
}

/**
 * Hands a load to the transport at once.
 *
 * @returns whether it was taken, and counted as sent; false where the transport cannot do that
 */
export function handOver(load: Load, { target, transport, voice, ledger }: LastMoment): boolean {
  const outcome = transport.sendSync?.(load.bytes);
  if (outcome === undefined) return false;
  ledger.wired(outcome.wireBytes);
  if (outcome.kind === 'taken') {
    ledger.accepted(load.account, load.spans, 0);
    return true;
  }
  if (outcome.kind === 'failed') {
    const message = `${target.name} (${target.shown}): ${outcome.explanation ?? outcome.message}`;
    ledger.failed(message);
    voice.note({ key: outcome.code, message });
  }
  return false;
}

/**
 * What became of the spans that were left, in one line for each fate.
 *
 * @param before the numbers before the end
 * @param after the numbers after it
 */
export function describeEnd(
  { name, shown }: Target,
  before: ExporterStats,
  after: ExporterStats,
  hasSpool: boolean,
): { readonly lost?: string; readonly kept?: string } {
  const lost = lostOf(after) - lostOf(before);
  const fix = hasSpool ? '' : `; with \`delivery.spool\` ${lost === 1 ? 'it' : 'they'} would have been kept`;
  const { spooled } = after;
  return {
    ...(lost > 0
      ? { lost: `${name} (${shown}): ${pluralize(lost, 'span was', 'spans were')} lost at the end${fix}` }
      : {}),
    ...(spooled > 0
      ? {
          kept: `${name} (${shown}): ${pluralize(spooled, 'span waits', 'spans wait')} on disk for the next start`,
        }
      : {}),
  };
}

function lostOf({ dropped }: ExporterStats): number {
  return (dropped.shutdown ?? 0) + (dropped.spool_full ?? 0);
}
