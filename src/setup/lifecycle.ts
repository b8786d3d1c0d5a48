// The life cycle of a running set-up: flush, shutdown, statistics, check, trace URLs and sampling overrides.

import type { Span } from '@opentelemetry/api';
import type { CheckReport } from '../core/check.js';
import { globalState, type Lifecycle } from '../core/global-state.js';
import { guarded, reportFault } from '../core/guard.js';
import { pluralize } from '../core/pluralize.js';
import { withTimeout } from '../core/with-timeout.js';
import { observeDeliveryGlobally } from '../delivery/metrics/sdk-metrics.js';
import type { DeliveryStats, ExporterStats } from '../delivery/stats.js';
import { getLocalRoot } from '../engine/index.js';
import type { Exporter } from '../exporters/exporter.js';
import type { TraceOverrides } from '../sampling/trace-overrides.js';
import type { PipelineOutput } from './pipeline-output.js';
import { endAbandonedSpans, endCollectedSpans } from '../span/abandoned-spans.js';
import { overrideSampling } from './sampling-override.js';
import type { SpanFilter, SpanFilterCounts } from './span-filter.js';
import type { SpanPipeline } from './span-pipeline.js';

// Outputs that keep to their limit report their own remaining spans. The grace is for processors that do not.
const GRACE_MS = 50;

/** The parts of a running set-up. */
export interface LifecycleParts {
  /** Flushed and shut down concurrently. */
  readonly outputs: readonly PipelineOutput[];
  readonly exporters: readonly Exporter[];
  /** Undefined if tracing is disabled. */
  readonly pipeline: SpanPipeline | undefined;
  /** Counts the spans that `onSpanEnd` dropped. */
  readonly filter: SpanFilter | undefined;
  /** Counts the calls on spans that had ended. */
  readonly countLateCalls: () => number;
  readonly overrides: TraceOverrides;
  /** Checks the set-up. Never rejects. */
  readonly check: () => Promise<CheckReport>;
  /** The time limit of flush and shutdown in milliseconds, if the caller gives none. */
  readonly timeoutMs: number;
  /** Stops instrumentations and exit handlers, before the outputs are shut down. */
  readonly stop: () => void;
  /** Removes the registrations with OpenTelemetry's API, before the outputs are shut down. */
  readonly unregister: () => void;
}

/**
 * Creates the life cycle of a set-up. Its methods neither throw nor reject.
 *
 * @param parts the parts that `init()` started
 */
export function createLifecycle(parts: LifecycleParts): Lifecycle<DeliveryStats, CheckReport> {
  const { outputs, exporters, pipeline, filter, overrides, check, stop, unregister } = parts;
  let closing: Promise<DeliveryStats> | undefined;

  const stats = (): DeliveryStats => {
    const counts = filter?.counts();
    const rows = collectStats(outputs);
    const tail = pipeline?.tail;
    return {
      exporters: counts === undefined ? rows : rows.map(row => addFilterCounts(row, counts)),
      ...(tail === undefined ? {} : { tail: tail.stats() }),
      lateCalls: parts.countLateCalls(),
    };
  };

  const stopMetrics = exporters.length === 0 ? () => {} : observeDeliveryGlobally(stats);

  /** Each output has the given limit, else that of its exporter, else the common one. */
  async function forAllOutputs(verb: 'flush' | 'shutdown', given: number | undefined): Promise<void> {
    const limitOf = ({ flushTimeoutMs }: PipelineOutput): number =>
      given ?? flushTimeoutMs ?? parts.timeoutMs;
    const work = Promise.all(
      outputs.map(output => reportRejection(output[verb](limitOf(output)), verb, output)),
    );
    const timeoutMs = Math.max(...outputs.map(limitOf), given ?? 0);
    const { status } = await withTimeout(work, timeoutMs + GRACE_MS);
    if (status !== 'timeout') return;
    for (const { exporter, queued } of stats().exporters) {
      if (queued > 0) reportSpansLeft(exporter, queued, verb, timeoutMs);
    }
  }

  async function close(timeoutMs: number | undefined): Promise<DeliveryStats> {
    // First everything is unregistered, so that an init() in the meantime starts anew. Then the rest is delivered.
    endAbandonedSpans();
    stop();
    globalState.tracer = undefined;
    globalState.lifecycle = undefined;
    globalState.handle = undefined;
    globalState.isError = undefined;
    if (globalState.pipeline === pipeline) globalState.pipeline = undefined;
    unregister();
    pipeline?.close();
    pipeline?.closeTails();
    await forAllOutputs('shutdown', timeoutMs);
    stopMetrics();
    return stats();
  }

  return {
    async flush(options) {
      if (closing !== undefined) return closing;
      endCollectedSpans();
      await forAllOutputs('flush', options?.timeoutMs);
      return stats();
    },
    shutdown(options) {
      closing ??= close(options?.timeoutMs);
      return closing;
    },
    stats,
    check,
    url: ids => findUrl(exporters, ids),
    overrideSampling: (span, override) => overrideSampling(span, override, overrides, pipeline?.tailOf(span)),
    getLocalRoot: (span: Span) => getLocalRoot(span),
  };
}

/** Collects the statistics of all exporters that have them. Never throws. */
export function collectStats(outputs: readonly PipelineOutput[]): readonly ExporterStats[] {
  return outputs.flatMap(output => {
    try {
      return output.stats?.() ?? [];
    } catch (error) {
      // One failing exporter of the application must not hide the statistics of the others.
      reportFault(`stats() of the exporter ${output.name}`, error);
      return [];
    }
  });
}

/** The spans that `onSpanEnd` dropped ended for every exporter, and reached none. */
function addFilterCounts(row: ExporterStats, { filtered, filterRefused }: SpanFilterCounts): ExporterStats {
  if (filtered + filterRefused === 0) return row;
  return {
    ...row,
    ended: row.ended + filtered,
    dropped: { ...row.dropped, filtered: (row.dropped.filtered ?? 0) + filtered },
    filter_refused: filterRefused,
  };
}

/** Returns the URL of the first exporter that has one. An exporter whose `url()` fails is skipped. */
function findUrl(
  exporters: readonly Exporter[],
  ids: { readonly traceId: string; readonly spanId?: string | undefined },
): string | undefined {
  for (const exporter of exporters) {
    const url: unknown = guarded(
      `url() of the exporter ${exporter.name}`,
      () => exporter.url?.(ids),
      undefined,
    );
    if (typeof url === 'string') return url;
  }
  return undefined;
}

/** Waits for one output. A rejection is reported and does not end the wait for the others. */
async function reportRejection(work: Promise<void>, verb: string, { name }: PipelineOutput): Promise<void> {
  try {
    await work;
  } catch (error) {
    // flush() and shutdown() never reject, because a process that ends waits for them.
    reportFault(`${verb} of ${name}`, error);
  }
}

function reportSpansLeft(exporter: string, queued: number, verb: string, timeoutMs: number): void {
  globalState.diagnostics.report('warn', {
    code: 'spans_left',
    message: `${exporter}: ${pluralize(queued, 'span was', 'spans were')} still queued when ${verb} reached its limit of ${timeoutMs} ms`,
    fix: 'Check that the backend accepts spans, or give the call more time.',
    source: exporter,
  });
}
