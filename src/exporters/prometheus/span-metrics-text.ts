// The span metrics as text, under the names that the Collector's span metrics connector gives them.

import type { ByteBuffer } from './byte-buffer.js';
import type { Exemplar, Series } from './series.js';
import type { SpanMetrics } from './span-metrics.js';
import { formatBound, formatFamilyHeader, type TextFormat, formatLabels, toMetricName, formatNumber } from './text-format.js';

/** Names of the two families. */
export interface SpanMetricsNaming {
  /** Put before both, as `traces.span.metrics`. */
  readonly namespace: string;
  readonly unit: 'ms' | 's';
}

const UNIT_WORDS = { ms: 'milliseconds', s: 'seconds' } as const;
/** Bytes of a line besides name, labels and bound: braces, a count, an exemplar. */
const LINE_BYTES = 192;

/** Writes the table again and again; a series' labels are made into text once. */
export class SpanMetricsWriter {
  readonly #table: SpanMetrics;
  readonly #calls: string;
  readonly #duration: string;
  readonly #labels = new WeakMap<Series, Uint8Array>();

  constructor(table: SpanMetrics, { namespace, unit }: SpanMetricsNaming) {
    const prefix = namespace === '' ? '' : `${toMetricName(namespace)}_`;
    this.#table = table;
    this.#calls = `${prefix}calls`;
    this.#duration = `${prefix}duration_${UNIT_WORDS[unit]}`;
  }

  /** Both families; nothing before the first span. Between two yields a series is written whole, and counted as it is then. */
  *write(page: ByteBuffer, format: TextFormat): Generator<void, void> {
    const { series, bounds } = this.#table;
    if (series.length === 0) return;
    page.writeText(formatFamilyHeader({ name: this.#calls, type: 'counter', help: CALLS_HELP }, format));
    const calls = Buffer.from(`${this.#calls}_total{`);
    for (const each of series) {
      this.#sample(page, calls, each, page => page.writeInteger(each.count));
      yield;
    }
    page.writeText(formatFamilyHeader({ name: this.#duration, type: 'histogram', help: DURATION_HELP }, format));
    const parts: HistogramParts = {
      bucket: Buffer.from(`${this.#duration}_bucket{`),
      count: Buffer.from(`${this.#duration}_count{`),
      sum: Buffer.from(`${this.#duration}_sum{`),
      tails: [...bounds, Number.POSITIVE_INFINITY].map(bound =>
        Buffer.from(`,le="${formatBound(bound, format)}"} `),
      ),
    };
    for (const each of series) {
      this.#histogram(page, each, parts, format === 'openmetrics');
      yield;
    }
  }

  #histogram(page: ByteBuffer, series: Series, parts: HistogramParts, withExemplars: boolean): void {
    const labels = this.#labelsOf(series);
    const exemplars = withExemplars ? series.exemplars : undefined;
    const { bucket: name, tails } = parts;
    page.reserve(tails.length * (name.length + labels.length + LINE_BYTES));
    const start = page.length;
    page.bytes(name);
    page.bytes(labels);
    const end = page.length;
    let cumulative = 0;
    for (let bucket = 0; bucket < tails.length; bucket++) {
      if (bucket > 0) page.writeCopy(start, end);
      page.writeFewBytes(tails[bucket] ?? NEW_LINE);
      cumulative += series.counts[bucket] ?? 0;
      page.writeInteger(cumulative);
      const exemplar = exemplars?.[bucket];
      if (exemplar !== undefined) page.writeAscii(exemplarText(exemplar));
      page.writeFewBytes(NEW_LINE);
    }
    this.#sample(page, parts.count, series, () => page.writeInteger(cumulative));
    this.#sample(page, parts.sum, series, () => page.writeAscii(formatNumber(series.sum)));
  }

  #sample(page: ByteBuffer, name: Uint8Array, series: Series, value: (page: ByteBuffer) => void): void {
    const labels = this.#labelsOf(series);
    page.reserve(name.length + labels.length + LINE_BYTES);
    page.bytes(name);
    page.bytes(labels);
    page.writeFewBytes(CLOSE);
    value(page);
    page.writeFewBytes(NEW_LINE);
  }

  #labelsOf(series: Series): Uint8Array {
    const known = this.#labels.get(series);
    if (known !== undefined) return known;
    const text = Buffer.from(formatLabels(series.attributes));
    this.#labels.set(series, text);
    return text;
  }
}

/** What is the same on the lines of every histogram. */
interface HistogramParts {
  readonly bucket: Uint8Array;
  readonly count: Uint8Array;
  readonly sum: Uint8Array;
  /** The bounds, as they stand behind the labels. */
  readonly tails: readonly Uint8Array[];
}

const CALLS_HELP = 'Ended spans, sampled or not.';
const DURATION_HELP = 'How long the spans took.';
const CLOSE = Buffer.from('} ');
const NEW_LINE = Buffer.from('\n');

/** @see https://prometheus.io/docs/specs/om/open_metrics_spec/#exemplars */
function exemplarText({ traceId, spanId, value, timeMs }: Exemplar): string {
  return ` # {trace_id="${traceId}",span_id="${spanId}"} ${formatNumber(value)} ${(timeMs / 1000).toFixed(3)}`;
}
