// The span metrics as text, under the names that the Collector's span metrics connector gives them.

import type { BytePage } from './byte-buffer.js';
import type { Exemplar, Series } from './series.js';
import type { SpanTable } from './span-metrics.js';
import { boundText, familyHead, type Format, labelText, metricName, numberText } from './text.js';

/** Names of the two families. */
export interface SpanMetricNames {
  /** Put before both, as `traces.span.metrics`. */
  readonly namespace: string;
  readonly unit: 'ms' | 's';
}

const UNIT_WORDS = { ms: 'milliseconds', s: 'seconds' } as const;
/** Bytes of a line besides name, labels and bound: braces, a count, an exemplar. */
const LINE_BYTES = 192;

/** Writes the table again and again; a series' labels are made into text once. */
export class SpanText {
  readonly #table: SpanTable;
  readonly #calls: string;
  readonly #duration: string;
  readonly #labels = new WeakMap<Series, Uint8Array>();

  constructor(table: SpanTable, { namespace, unit }: SpanMetricNames) {
    const prefix = namespace === '' ? '' : `${metricName(namespace)}_`;
    this.#table = table;
    this.#calls = `${prefix}calls`;
    this.#duration = `${prefix}duration_${UNIT_WORDS[unit]}`;
  }

  /** Both families; nothing before the first span. Between two yields a series is written whole, and counted as it is then. */
  *write(page: BytePage, format: Format): Generator<void, void> {
    const { series, bounds } = this.#table;
    if (series.length === 0) return;
    page.text(familyHead({ name: this.#calls, type: 'counter', help: CALLS_HELP }, format));
    const calls = Buffer.from(`${this.#calls}_total{`);
    for (const each of series) {
      this.#sample(page, calls, each, page => page.count(each.count));
      yield;
    }
    page.text(familyHead({ name: this.#duration, type: 'histogram', help: DURATION_HELP }, format));
    const parts: HistogramParts = {
      bucket: Buffer.from(`${this.#duration}_bucket{`),
      count: Buffer.from(`${this.#duration}_count{`),
      sum: Buffer.from(`${this.#duration}_sum{`),
      tails: [...bounds, Number.POSITIVE_INFINITY].map(bound =>
        Buffer.from(`,le="${boundText(bound, format)}"} `),
      ),
    };
    for (const each of series) {
      this.#histogram(page, each, parts, format === 'openmetrics');
      yield;
    }
  }

  #histogram(page: BytePage, series: Series, parts: HistogramParts, withExemplars: boolean): void {
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
      if (bucket > 0) page.again(start, end);
      page.few(tails[bucket] ?? NEW_LINE);
      cumulative += series.counts[bucket] ?? 0;
      page.count(cumulative);
      const exemplar = exemplars?.[bucket];
      if (exemplar !== undefined) page.ascii(exemplarText(exemplar));
      page.few(NEW_LINE);
    }
    this.#sample(page, parts.count, series, () => page.count(cumulative));
    this.#sample(page, parts.sum, series, () => page.ascii(numberText(series.sum)));
  }

  #sample(page: BytePage, name: Uint8Array, series: Series, value: (page: BytePage) => void): void {
    const labels = this.#labelsOf(series);
    page.reserve(name.length + labels.length + LINE_BYTES);
    page.bytes(name);
    page.bytes(labels);
    page.few(CLOSE);
    value(page);
    page.few(NEW_LINE);
  }

  #labelsOf(series: Series): Uint8Array {
    const known = this.#labels.get(series);
    if (known !== undefined) return known;
    const text = Buffer.from(labelText(series.attributes));
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
  return ` # {trace_id="${traceId}",span_id="${spanId}"} ${numberText(value)} ${(timeMs / 1000).toFixed(3)}`;
}
