// Counts ended spans: a histogram of durations for each name, kind and status, within a limit of series.
//
// This code runs for every ended span, also for spans that sampling leaves out. Finding a series takes one look-up by name
// and one index by kind and status. Five numbers and two existing strings are kept of a span.

import type { HrTime } from '@opentelemetry/api';
import { Series } from './series.js';

/** The fields of a span that are read. */
export interface ObservedSpan {
  readonly name: string;
  readonly kind: number;
  readonly status: { readonly code: number };
  readonly duration: HrTime;
  spanContext(): { readonly traceId: string; readonly spanId: string };
}

/** The histograms and their limits. */
export interface SpanMetricsOptions {
  /** The service's name, a label of every series. */
  readonly service: string;
  /** The upper bounds of the buckets in the unit of the histogram, ascending. */
  readonly bounds: readonly number[];
  /** Units of the histogram in a second: 1000 for milliseconds. */
  readonly perSecond: number;
  /** Number of series, in addition to those of the overflow. */
  readonly maxSeries: number;
  /** Whether kept spans become exemplars. */
  readonly exemplars: boolean;
  /** The time in milliseconds since the epoch, for exemplars. */
  readonly nowMs: () => number;
  /** Called once, with the first span name above the limit. */
  readonly onOverflow: (name: string) => void;
}

/** The span name of the series above the limit. */
export const OVERFLOW_NAME = '_OTHER';

/** UTF-16 units of a span name in a label. Longer names with the same beginning share a series. */
const MAX_NAME_LENGTH = 256;

const KINDS = [
  'SPAN_KIND_INTERNAL',
  'SPAN_KIND_SERVER',
  'SPAN_KIND_CLIENT',
  'SPAN_KIND_PRODUCER',
  'SPAN_KIND_CONSUMER',
  'SPAN_KIND_UNSPECIFIED',
] as const;
const STATUSES = ['STATUS_CODE_UNSET', 'STATUS_CODE_OK', 'STATUS_CODE_ERROR'] as const;
const UNSPECIFIED = KINDS.length - 1;

/** The series of one span name, by kind and status. */
type SeriesOfName = (Series | undefined)[];

/** The histograms of a process. */
export class SpanMetrics {
  readonly bounds: readonly number[];
  readonly #options: SpanMetricsOptions;
  readonly #byName = new Map<string, SeriesOfName>();
  readonly #overflow: SeriesOfName = createSeriesOfName();
  readonly #all: Series[] = [];
  #size = 0;
  #hasOverflown = false;

  constructor(options: SpanMetricsOptions) {
    this.bounds = options.bounds;
    this.#options = options;
  }

  /** All series, in the order of their first spans. */
  get series(): readonly Series[] {
    return this.#all;
  }

  /**
   * Counts an ended span.
   *
   * @param span the span
   * @param isKept whether the trace is sent to a backend, so that the span can be an exemplar
   */
  observe(span: ObservedSpan, isKept: boolean): void {
    const { perSecond, exemplars, nowMs } = this.#options;
    const index = getSeriesIndex(span.kind, span.status.code);
    const series = this.#byName.get(span.name)?.[index] ?? this.#seriesFor(span.name, index);
    const [seconds, nanoseconds] = span.duration;
    const value = seconds * perSecond + (nanoseconds * perSecond) / 1e9;
    const bucket = findBucket(value, this.bounds);
    series.counts[bucket] = (series.counts[bucket] ?? 0) + 1;
    series.sum += value;
    if (exemplars && isKept) setExemplar(series, bucket, span, value, nowMs());
  }

  #seriesFor(name: string, index: number): Series {
    const label = toLabelValue(name);
    const present = this.#byName.get(label)?.[index];
    if (present !== undefined) return present;
    if (this.#size >= this.#options.maxSeries) return this.#overflowSeries(name, index);
    const seriesOfName = this.#byName.get(label) ?? createSeriesOfName();
    this.#byName.set(label, seriesOfName);
    this.#size++;
    return this.#addSeries(seriesOfName, index, { 'span.name': label });
  }

  #overflowSeries(name: string, index: number): Series {
    if (!this.#hasOverflown) {
      this.#hasOverflown = true;
      this.#options.onOverflow(name);
    }
    const attributes = { 'span.name': OVERFLOW_NAME, 'otel.metric.overflow': 'true' };
    return this.#overflow[index] ?? this.#addSeries(this.#overflow, index, attributes);
  }

  #addSeries(to: SeriesOfName, index: number, attributes: Readonly<Record<string, string>>): Series {
    const series = new Series(
      {
        'service.name': this.#options.service,
        ...attributes,
        'span.kind': KINDS[Math.floor(index / STATUSES.length)] ?? 'SPAN_KIND_UNSPECIFIED',
        'status.code': STATUSES[index % STATUSES.length] ?? 'STATUS_CODE_UNSET',
      },
      this.bounds,
    );
    to[index] = series;
    this.#all.push(series);
    return series;
  }
}

function createSeriesOfName(): SeriesOfName {
  return Array.from({ length: KINDS.length * STATUSES.length }, () => undefined);
}

function getSeriesIndex(kind: number, status: number): number {
  const kindIndex = kind >= 0 && kind < UNSPECIFIED ? kind : UNSPECIFIED;
  return kindIndex * STATUSES.length + (status === 1 || status === 2 ? status : 0);
}

/** The first bucket whose bound is not below the value, because bounds are inclusive. */
function findBucket(value: number, bounds: readonly number[]): number {
  let bucket = 0;
  for (const bound of bounds) {
    if (value <= bound) return bucket;
    bucket++;
  }
  return bucket;
}

function setExemplar(
  series: Series,
  bucket: number,
  span: ObservedSpan,
  value: number,
  timeMs: number,
): void {
  const { traceId, spanId } = span.spanContext();
  series.exemplars ??= series.counts.map(() => undefined);
  const exemplar = series.exemplars[bucket];
  if (exemplar === undefined) {
    series.exemplars[bucket] = { traceId, spanId, value, timeMs };
    return;
  }
  exemplar.traceId = traceId;
  exemplar.spanId = spanId;
  exemplar.value = value;
  exemplar.timeMs = timeMs;
}

/**
 * Converts a span name to a label value: truncated, without lone surrogates, which all become the same character in UTF-8,
 * and without control characters. Prometheus reads a zero as the end of the text, so one such name would fail every scrape.
 */
function toLabelValue(name: string): string {
  const truncated = name.length > MAX_NAME_LENGTH ? `${name.slice(0, MAX_NAME_LENGTH - 1)}…` : name;
  return Buffer.from(truncated)
    .toString()
    .replace(/\p{Cc}/gu, ' ');
}
