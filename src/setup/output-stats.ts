// The row of an exporter in `trace.stats()`: its own counts, and those of the spans that have not reached it or never do.

import { reportFault } from '../core/guard.js';
import { omitUndefined } from '../core/omit-undefined.js';
import type { DroppedSpans, ExporterStats, PartialStats } from '../delivery/stats.js';
import { emptyStats } from '../exporters/exporter-state.js';
import type { BufferedSpan, SpanBuffer } from '../spans/span-buffer.js';

const COUNTS = ['ended', 'unsampled', 'queued', 'spooled', 'sent', 'rejected', 'retries', 'bytes'] as const;

/** Counts the spans of one output that its exporter does not count. */
export class OutputStats {
  readonly #name: string;
  #held = 0;
  #skipped = 0;
  #evicted = 0;

  /** @param name the exporter's name, for rows without one */
  constructor(name: string) {
    this.#name = name;
  }

  /** Counts a sampled span of a trace that is not kept, which the exporter does not receive. */
  countSkipped(): void {
    this.#skipped++;
  }

  /** Returns a buffer that counts the spans that the given one holds. */
  countHeld(buffer: SpanBuffer): SpanBuffer {
    return {
      buffer: span => {
        const entry = buffer.buffer(span);
        if (entry !== undefined) this.#held++;
        return entry;
      },
      release: (entry: BufferedSpan, mark) => {
        this.#held--;
        buffer.release(entry, mark);
      },
      discard: (entry: BufferedSpan, isEvicted) => {
        this.#held--;
        if (isEvicted === true) this.#evicted++;
        buffer.discard(entry);
      },
      skip: span => buffer.skip(span),
    };
  }

  /**
   * Completes the statistics of an exporter, which the application may have written without types. A count that is no number
   * is reported and counts as 0.
   */
  complete(given: PartialStats): ExporterStats {
    const row: Record<string, unknown> = { ...emptyStats(this.#name), ...omitUndefined(given) };
    for (const key of COUNTS) {
      if (typeof row[key] === 'number') continue;
      if (row[key] !== undefined) reportFault(`stats() of the exporter ${this.#name}`, `no number as ${key}`);
      row[key] = 0;
    }
    const { ended, unsampled, dropped = {}, ...others } = row as unknown as ExporterStats;
    // An exporter of the application may not count unsampled spans.
    const uncounted = Math.max(0, this.#evicted - unsampled - this.#skipped);
    return {
      ...others,
      ended: ended + this.#held + this.#skipped + uncounted,
      unsampled: unsampled + this.#skipped + uncounted - this.#evicted,
      held: this.#held,
      dropped: this.#evicted === 0 ? dropped : addEvicted(dropped, this.#evicted),
    };
  }
}

function addEvicted(dropped: DroppedSpans, evicted: number): DroppedSpans {
  return { ...dropped, evicted: (dropped.evicted ?? 0) + evicted };
}
