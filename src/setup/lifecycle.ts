// What init() put together, as the facade's life-cycle verbs use it.

import type { Span } from '@opentelemetry/api';
import type { PipelineOutput } from './pipeline-output.js';
import { pluralize } from '../core/pluralize.js';
import { withTimeout } from '../core/with-timeout.js';
import { guarded, reportFault } from '../core/guard.js';
import { type Lifecycle, globalState } from '../core/global-state.js';
import { observeGlobally } from '../delivery/metrics/sdk-metrics.js';
import type { DeliveryStats } from '../delivery/stats.js';
import { getLocalRoot } from '../engine/index.js';
import type { Exporter } from '../exporters/exporter.js';
import type { TailSampler } from '../sampling/tail/tail-sampler.js';
import type { TraceOverrides } from '../sampling/trace-overrides.js';
import type { CheckReport } from '../core/check.js';

// Who keeps to the limit says best what was left; this is for the processors that do not.
const GRACE_MS = 50;

/** The parts that a running set-up is made of. */
export interface LifecycleParts {
  /** Whatever takes ended spans, each to be flushed and shut down beside the others. */
  readonly outputs: readonly PipelineOutput[];
  readonly exporters: readonly Exporter[];
  /** Where spans wait for their trace's end. */
  readonly tail: TailSampler | undefined;
  readonly overrides: TraceOverrides;
  /** Examines the set-up. Never rejects. */
  readonly check: () => Promise<CheckReport>;
  /** Milliseconds that flush and shutdown may take where the caller says nothing. */
  readonly timeoutMs: number;
  /** Takes back what start-up did besides the provider: instrumentations, exit handlers. */
  readonly stop: () => void;
  /** Takes back what was registered with OpenTelemetry's API, after the last span was sent. */
  readonly unregister: () => void;
}

/**
 * The life cycle over the parts. Nothing of it rejects or throws.
 *
 * @param parts what init() made
 */
export function createLifecycle(parts: LifecycleParts): Lifecycle<DeliveryStats, CheckReport> {
  const { outputs, exporters, tail, overrides, check, timeoutMs: defaultTimeoutMs, stop, unregister } = parts;
  let closing: Promise<DeliveryStats> | undefined;

  const stats = (): DeliveryStats => ({
    ...collectStats(exporters),
    ...(tail === undefined ? {} : { tail: tail.stats() }),
  });

  const stopMetrics = exporters.length === 0 ? () => {} : observeGlobally(stats);

  async function flush(timeoutMs: number): Promise<void> {
    const ended = await withTimeout(
      Promise.all(outputs.map(line => settled(line.flush(timeoutMs), 'flush', line))),
      timeoutMs + GRACE_MS,
    );
    if (ended === 'timeout') reportLeft('flush', timeoutMs);
  }

  function reportLeft(verb: string, timeoutMs: number): void {
    for (const { exporter, queued } of stats().exporters) {
      if (queued === 0) continue;
      globalState.diagnostics.report('warn', {
        code: 'spans_left',
        message: `${exporter}: ${pluralize(queued, 'span was', 'spans were')} still queued when ${verb} reached its limit of ${timeoutMs} ms`,
        source: exporter,
      });
    }
  }

  async function close(timeoutMs: number): Promise<DeliveryStats> {
    // First out of everybody's sight, so that an init() meanwhile starts anew; then what is left is brought home.
    stop();
    globalState.tracer = undefined;
    globalState.lifecycle = undefined;
    globalState.handle = undefined;
    unregister();
    tail?.close();
    const ended = await withTimeout(
      Promise.all(outputs.map(line => settled(line.shutdown(timeoutMs), 'shutdown', line))),
      timeoutMs + GRACE_MS,
    );
    if (ended === 'timeout') reportLeft('shutdown', timeoutMs);
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
    check,
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
    overrideSampling: (traceId, verdict) => overrides.set(traceId, verdict),
    rootOf: (span: Span) => getLocalRoot(span),
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
async function settled(work: Promise<void>, verb: string, { name }: PipelineOutput): Promise<void> {
  try {
    await work;
  } catch (error) {
    // flush() and shutdown() never reject: whoever waits for them on the way out must get on.
    reportFault(`${verb} of ${name}`, error);
  }
}
