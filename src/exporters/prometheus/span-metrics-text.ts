// Writes the span metrics as text, under the names of the Collector's span metrics connector.

import type { ByteBuffer } from './byte-buffer.js';
import type { Exemplar, Series } from './series.js';
import type { SpanMetrics } from './span-metrics.js';
import {
  formatBound,
  formatFamilyHeader,
  formatLabels,
  formatNumber,
  type TextFormat,
  toMetricName,
} from './text-format.js';

/** The names of the two metric families. */
export interface SpanMetricsNaming {
  /** The prefix of both names: `traces.span.metrics`. */
  readonly namespace: string;
  /** The unit of durations. */
  readonly unit: 'ms' | 's';
}

/** The parts that the lines of every histogram share. */
interface HistogramParts {
  readonly bucket: Uint8Array;
  readonly count: Uint8Array;
  readonly sum: Uint8Array;
  /** The end of the labels of each bucket, with its bound. */
  readonly bounds: readonly Uint8Array[];
}

const UNIT_WORDS = { ms: 'milliseconds', s: 'seconds' } as const;
/** Bytes of a line in addition to name, labels and bound: braces, a count, an exemplar. */
const LINE_BYTES = 192;
const CALLS_HELP = 'Ended spans, sampled or not.';
const DURATION_HELP = 'The durations of the spans.';
const CLOSE = Buffer.from('} ');
const NEW_LINE = Buffer.from('\n');

/** Writes the metrics for each scrape. The labels of a series are formatted once. */
export class SpanMetricsWriter {
  readonly #metrics: SpanMetrics;
  readonly #calls: string;
  readonly #duration: string;
  readonly #labels = new WeakMap<Series, Uint8Array>();

  constructor(metrics: SpanMetrics, { namespace, unit }: SpanMetricsNaming) {
    const prefix = namespace === '' ? '' : `${toMetricName(namespace)}_`;
    this.#metrics = metrics;
    this.#calls = `${prefix}calls`;
    this.#duration = `${prefix}duration_${UNIT_WORDS[unit]}`;
  }

  /**
   * Writes both families, or nothing before the first span. It yields after each series, so that the caller can take the
   * bytes. A series is written completely between two yields, with its counts at that moment.
   */
  *write(buffer: ByteBuffer, format: TextFormat): Generator<void, void> {
    const { series, bounds } = this.#metrics;
    if (series.length === 0) return;
    buffer.writeText(formatFamilyHeader({ name: this.#calls, type: 'counter', help: CALLS_HELP }, format));
    const calls = Buffer.from(`${this.#calls}_total{`);
    for (const each of series) {
      this.#writeSample(buffer, calls, each, target => target.writeInteger(each.count));
      yield;
    }
    buffer.writeText(
      formatFamilyHeader({ name: this.#duration, type: 'histogram', help: DURATION_HELP }, format),
    );
    const parts: HistogramParts = {
      bucket: Buffer.from(`${this.#duration}_bucket{`),
      count: Buffer.from(`${this.#duration}_count{`),
      sum: Buffer.from(`${this.#duration}_sum{`),
      bounds: [...bounds, Number.POSITIVE_INFINITY].map(bound =>
        Buffer.from(`,le="${formatBound(bound, format)}"} `),
      ),
    };
    for (const each of series) {
      this.#writeHistogram(buffer, each, parts, format === 'openmetrics');
      yield;
    }
  }

  #writeHistogram(buffer: ByteBuffer, series: Series, parts: HistogramParts, withExemplars: boolean): void {
    const labels = this.#labelsOf(series);
    const exemplars = withExemplars ? series.exemplars : undefined;
    const { bucket: name, bounds } = parts;
    buffer.reserve(bounds.length * (name.length + labels.length + LINE_BYTES));
    const start = buffer.length;
    buffer.writeBytes(name);
    buffer.writeBytes(labels);
    const end = buffer.length;
    let cumulative = 0;
    for (let bucket = 0; bucket < bounds.length; bucket++) {
      if (bucket > 0) buffer.writeCopy(start, end);
      buffer.writeFewBytes(bounds[bucket] ?? NEW_LINE);
      cumulative += series.counts[bucket] ?? 0;
      buffer.writeInteger(cumulative);
      const exemplar = exemplars?.[bucket];
      if (exemplar !== undefined) buffer.writeAscii(formatExemplar(exemplar));
      buffer.writeFewBytes(NEW_LINE);
    }
    this.#writeSample(buffer, parts.count, series, () => buffer.writeInteger(cumulative));
    this.#writeSample(buffer, parts.sum, series, () => buffer.writeAscii(formatNumber(series.sum)));
  }

  #writeSample(
    buffer: ByteBuffer,
    name: Uint8Array,
    series: Series,
    writeValue: (buffer: ByteBuffer) => void,
  ): void {
    const labels = this.#labelsOf(series);
    buffer.reserve(name.length + labels.length + LINE_BYTES);
    buffer.writeBytes(name);
    buffer.writeBytes(labels);
    buffer.writeFewBytes(CLOSE);
    writeValue(buffer);
    buffer.writeFewBytes(NEW_LINE);
  }

  #labelsOf(series: Series): Uint8Array {
    const known = this.#labels.get(series);
    if (known !== undefined) return known;
    const labels = Buffer.from(formatLabels(series.attributes));
    this.#labels.set(series, labels);
    return labels;
  }
}

/** @see https://prometheus.io/docs/specs/om/open_metrics_spec/#exemplars */
function formatExemplar({ traceId, spanId, value, timeMs }: Exemplar): string {
  const timeSeconds = (timeMs / 1000).toFixed(3);
  return ` # {trace_id="${traceId}",span_id="${spanId}"} ${formatNumber(value)} ${timeSeconds}`;
}
