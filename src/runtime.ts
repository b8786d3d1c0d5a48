// What init() put together, as the facade's life-cycle verbs use it.

import type { Span } from '@opentelemetry/api';
import type { Line } from './line.js';
import { count } from './core/count.js';
import { within } from './core/deadline.js';
import { guarded, reportFault } from './core/guard.js';
import { type Runtime, slot } from './core/slot.js';
import { observeGlobally } from './delivery/metrics.js';
import type { DeliveryStats } from './delivery/stats.js';
import { localRootOf } from './engine/index.js';
import type { Exporter } from './exporters/exporter.js';
import type { TailStage } from './sampling/tail/stage.js';
import type { Verdicts } from './sampling/verdicts.js';
import type { CheckReport } from './span/types.js';

// Who keeps to the limit says best what was left; this is for the processors that do not.
const GRACE_MS = 50;

/** The parts that a running set-up is made of. */
export interface RuntimeParts {
  /** Whatever takes ended spans, each to be flushed and shut down beside the others. */
  readonly lines: readonly Line[];
  readonly exporters: readonly Exporter[];
  /** Where spans wait for their trace's end. */
  readonly tail: TailStage | undefined;
  readonly verdicts: Verdicts;
  /** Examines the set-up. Never rejects. */
  readonly examination: () => Promise<CheckReport>;
  /** Milliseconds that flush and shutdown may take where the caller says nothing. */
  readonly timeoutMs: number;
  /** Takes back what start-up did besides the provider: instrumentations, exit handlers. */
  readonly undo: () => void;
  /** Takes back what was registered with OpenTelemetry's API, after the last span was sent. */
  readonly unregister: () => void;
}

/**
 * The life cycle over the parts. Nothing of it rejects or throws.
 *
 * @param parts what init() made
 */
export function createRuntime(parts: RuntimeParts): Runtime<DeliveryStats, CheckReport> {
  const {
    lines,
    exporters,
    tail,
    verdicts,
    examination,
    timeoutMs: defaultTimeoutMs,
    undo,
    unregister,
  } = parts;
  let closing: Promise<DeliveryStats> | undefined;

  const stats = (): DeliveryStats => ({
    ...collectStats(exporters),
    ...(tail === undefined ? {} : { tail: tail.stats() }),
  });

  const stopMetrics = exporters.length === 0 ? () => {} : observeGlobally(stats);

  async function flush(timeoutMs: number): Promise<void> {
    const ended = await within(
      Promise.all(lines.map(line => settled(line.flush(timeoutMs), 'flush', line))),
      timeoutMs + GRACE_MS,
    );
    if (ended === 'timeout') sayLeft('flush', timeoutMs);
  }

  function sayLeft(verb: string, timeoutMs: number): void {
    for (const { exporter, queued } of stats().exporters) {
      if (queued === 0) continue;
      slot.diagnostics.warn(
        `${exporter}: ${count(queued, 'span was', 'spans were')} still waiting when ${verb} ended after ${timeoutMs} ms`,
      );
    }
  }

  async function close(timeoutMs: number): Promise<DeliveryStats> {
    // First out of everybody's sight, so that an init() meanwhile starts anew; then what is left is brought home.
    undo();
    slot.wiring = undefined;
    slot.runtime = undefined;
    slot.handle = undefined;
    unregister();
    tail?.close();
    const ended = await within(
      Promise.all(lines.map(line => settled(line.shutdown(timeoutMs), 'shutdown', line))),
      timeoutMs + GRACE_MS,
    );
    if (ended === 'timeout') sayLeft('shutdown', timeoutMs);
    stopMetrics();
    return stats();
  }

  return {
    async flush(options) {
      if (closing !== undefined) return closing;
      await flush(options?.timeoutMs ?? defaultTimeoutMs);
      return stats();
    },
    shutdown(options) {
      closing ??= close(options?.timeoutMs ?? defaultTimeoutMs);
      return closing;
    },
    stats,
    check: examination,
    url(ids) {
      for (const exporter of exporters) {
        // A link is a convenience; an exporter that cannot make one is passed over.
        const url: unknown = guarded(
          `url() of the exporter ${exporter.name}`,
          () => exporter.url?.(ids),
          undefined,
        );
        if (typeof url === 'string') return url;
      }
      return undefined;
    },
    force: (traceId, verdict) => verdicts.set(traceId, verdict),
    rootOf: (span: Span) => localRootOf(span),
  };
}

/** The numbers of all exporters that count. Never throws. */
export function collectStats(exporters: readonly Exporter[]): DeliveryStats {
  return {
    exporters: exporters.flatMap(exporter => {
      try {
        return exporter.stats === undefined ? [] : [exporter.stats()];
      } catch (error) {
        // One exporter of the user's that cannot count must not hide the numbers of the others.
        reportFault(`stats() of the exporter ${exporter.name}`, error);
        return [];
      }
    }),
  };
}

/** A line that fails is said by its name; the others are waited for all the same. */
async function settled(work: Promise<void>, verb: string, { name }: Line): Promise<void> {
  try {
    await work;
  } catch (error) {
    // flush() and shutdown() never reject: whoever waits for them on the way out must get on.
    reportFault(`${verb} of ${name}`, error);
  }
}
