// Narrows an exporter to some of the spans. The others are counted in its statistics under `filtered`.

import { formatValue } from '../core/format-value.js';
import { reportFault } from '../core/guard.js';
import type { ReadableSpan, SpanExporter, SpanProcessor } from '../core/sdk-types.js';
import { addProblem, throwIfInvalid } from '../core/validators.js';
import type { OptionProblem } from '../core/errors.js';
import type { PartialStats } from '../delivery/stats.js';
import { isSampled } from '../spans/trace-flags.js';
import type { Exporter, StartedExporter } from './exporter.js';
import { fromSpanExporter, isSpanExporter } from './span-exporter.js';
import { internalMembersOf, withInternalMembers } from './started-exporter.js';

/** Returns whether the exporter receives a span. */
export type SpanPredicate = (span: ReadableSpan) => boolean;

/**
 * Narrows an exporter to the spans for which a function returns true. The others are counted as `filtered`. A span for which
 * the function throws is exported.
 *
 * @param exporter the exporter, or an OpenTelemetry `SpanExporter`
 * @param predicate called with each ended span of a kept trace, after redaction
 * @throws TraceError for arguments of other types
 * @example
 * init({ exporter: [otlp(), only(datadog(), span => span.attributes['team'] === 'payments')] });
 */
export function only(exporter: Exporter | SpanExporter, predicate: SpanPredicate): Exporter {
  validate(exporter, predicate);
  const inner = isSpanExporter(exporter) ? fromSpanExporter(exporter) : exporter;
  const { check } = inner;
  return {
    get name() {
      return inner.name;
    },
    get endpoint() {
      return inner.endpoint;
    },
    start: context => narrow(inner.start(context), predicate, inner.name),
    url: ids => inner.url?.(ids),
    ...(check === undefined ? {} : { check: () => check.call(inner) }),
  };
}

function narrow(started: StartedExporter, predicate: SpanPredicate, name: string): StartedExporter {
  const members = internalMembersOf(started);
  // The buffer of the exporter would take every span.
  const { buffer: _, processor: __, ...others } = members;
  const inner = started.processor;
  const seesEvery = members.sees === 'every';
  let filtered = 0;

  const processor: SpanProcessor = {
    onStart: (span, parent) => inner.onStart(span, parent),
    ...(inner.onEnding === undefined ? {} : { onEnding: span => inner.onEnding?.(span) }),
    onEnd(span) {
      // An exporter of kept traces counts the spans of the others, and exports none of them.
      if ((!seesEvery && !isSampled(span.spanContext())) || accepts(predicate, span, name)) {
        inner.onEnd(span);
        return;
      }
      filtered++;
      members.leaveOut?.(span);
    },
    forceFlush: () => inner.forceFlush(),
    shutdown: () => inner.shutdown(),
  };
  const narrowed = {
    ...started,
    processor,
    ...(started.stats === undefined ? {} : { stats: () => addFiltered(started.stats?.() ?? {}, filtered) }),
  };
  return withInternalMembers(narrowed, { ...others, processor });
}

function accepts(predicate: SpanPredicate, span: ReadableSpan, name: string): boolean {
  const source = `the predicate of only() for ${name}`;
  try {
    const result: unknown = predicate(span);
    if (typeof result === 'boolean') return result;
    if (typeof (result as { readonly then?: unknown } | null | undefined)?.then === 'function') {
      // The span has to be decided at once. The rejection of a promise must not end the process.
      Promise.resolve(result).catch(() => undefined);
      reportFault(source, new TypeError('it returned a promise, and the span is exported'));
      return true;
    }
    return Boolean(result);
  } catch (error) {
    // The function of the application failed. A span too many does less harm than a missing one.
    reportFault(source, error);
    return true;
  }
}

function addFiltered(stats: PartialStats, filtered: number): PartialStats {
  if (filtered === 0) return stats;
  const { ended = 0, dropped = {} } = stats;
  return {
    ...stats,
    ended: ended + filtered,
    dropped: { ...dropped, filtered: (dropped.filtered ?? 0) + filtered },
  };
}

function validate(exporter: unknown, predicate: unknown): void {
  const problems: OptionProblem[] = [];
  const isExporter =
    typeof exporter === 'object' &&
    exporter !== null &&
    (isSpanExporter(exporter) || typeof (exporter as { readonly start?: unknown }).start === 'function');
  if (!isExporter) {
    const fix = typeof exporter === 'function' ? 'Call it: only(otlp(), …).' : undefined;
    const expected = 'an exporter, or an OpenTelemetry span exporter';
    addProblem({ path: 'only.exporter', problems }, 'wrong_type', expected, formatValue(exporter), { fix });
  }
  if (typeof predicate !== 'function') {
    const expected = 'a function that takes a span and returns true or false';
    addProblem({ path: 'only.predicate', problems }, 'wrong_type', expected, formatValue(predicate));
  }
  throwIfInvalid(problems);
}
